// SPDX-License-Identifier: Apache-2.0
// Points with a small payload, in memory and on disk: upsert, exact top 10, the same with a match
// filter on `city` with and without an index, reopening. One JSON line with seconds, and of the
// queries the median and the ids found.
//
// usage: points_bench FILE FOLDER    (FILE as points.py writes it; FOLDER for the store, not there)
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "assay/client.h"

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kBatch = 1000;
constexpr std::size_t kCities = 10;
constexpr int kRounds = 3;

template <class T>
std::vector<T> read(std::ifstream& file, std::size_t count) {
  std::vector<T> values(count);
  if (!file.read(reinterpret_cast<char*>(values.data()),
                 static_cast<std::streamsize>(count * sizeof(T))))
    throw std::runtime_error("the file is too short");
  return values;
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double upsert(assay::Client& client, std::size_t dim,
              const std::vector<assay::PointStruct>& points) {
  client.create_collection(
      "c", {.vectors = assay::VectorParams{.size = dim, .distance = assay::Distance::kCosine}});
  const auto start = Clock::now();
  for (std::size_t first = 0; first < points.size(); first += kBatch)
    client.upsert("c", std::span(points).subspan(first, std::min(kBatch, points.size() - first)));
  return seconds_since(start);
}

// Prints a member: the median of the queries' seconds, and the ids of each.
void query(const assay::Client& client, const char* name,
           const std::vector<std::vector<float>>& asked,
           const std::optional<assay::Filter>& filter) {
  std::vector<double> times;
  std::string ids;
  for (int round = 0; round < kRounds; ++round) {
    for (const auto& vector : asked) {
      assay::QueryRequest request{.query = vector, .filter = filter, .limit = 10};
      request.params.exact = true;
      const auto start = Clock::now();
      const auto hits = client.query_points("c", request);
      times.push_back(seconds_since(start));
      if (round > 0) continue;
      ids += ids.empty() ? "[" : ",[";
      for (const auto& hit : hits) {
        if (&hit != hits.points.data()) ids += ",";
        ids += hit.id.to_string();
      }
      ids += "]";
    }
  }
  std::ranges::sort(times);
  std::printf(",\"%s\":%.7f,\"%s_ids\":[%s]", name, times[times.size() / 2], name, ids.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::ifstream file(argv[1], std::ios::binary);
  const auto head = read<std::uint32_t>(file, 3);
  const std::size_t dim = head[2];
  std::vector<assay::PointStruct> points;
  for (std::size_t i = 0; i < head[0]; ++i) {
    assay::Payload payload{{"city", "city " + std::to_string(i % kCities)},
                           {"n", static_cast<std::int64_t>(i)}};
    points.push_back({.id = i, .vector = read<float>(file, dim), .payload = std::move(payload)});
  }
  std::vector<std::vector<float>> asked(head[1]);
  for (auto& vector : asked) vector = read<float>(file, dim);

  assay::Client memory(":memory:");
  std::printf("{\"upsert\":%.6f", upsert(memory, dim, points));
  // Queries are not to share the cores with the graph's builder.
  while (!memory.get_collection("c").index_complete)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  query(memory, "exact", asked, {});
  const assay::Filter filter{.must = {assay::FieldCondition{"city", assay::MatchValue{"city 3"}}}};
  query(memory, "filter", asked, filter);
  memory.create_payload_index("c", "city", {.type = assay::PayloadIndexType::kKeyword});
  query(memory, "indexed", asked, filter);
  {
    assay::Client disk(argv[2]);
    std::printf(",\"upsert_disk\":%.6f", upsert(disk, dim, points));
    disk.close();
  }
  const auto start = Clock::now();
  const assay::Client again(argv[2]);
  (void)again.count("c");
  std::printf(",\"reopen\":%.6f}\n", seconds_since(start));
}
