// SPDX-License-Identifier: Apache-2.0
// Approximate search in memory over the vectors that hnsw.py wrote: one JSON line with the time
// from the first upsert to the finished graph, and per number of candidates recall@10 and the
// microseconds a query takes, one after the other.
//
// usage: hnsw_bench FILE       (uint32 points, queries, dim; float32 points, queries; uint32 the
//                              10 exact neighbours of each query)
#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "assay/client.h"

namespace {

template <class T>
std::vector<T> read(std::ifstream& file, std::size_t count) {
  std::vector<T> values(count);
  if (!file.read(reinterpret_cast<char*>(values.data()),
                 static_cast<std::streamsize>(count * sizeof(T))))
    throw std::runtime_error("the file is too short");
  return values;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::ifstream file(argv[1], std::ios::binary);
  const auto head = read<std::uint32_t>(file, 3);
  const std::size_t points = head[0], queries = head[1], dim = head[2];
  assay::Client client(":memory:");
  client.create_collection(
      "c", {.vectors = assay::VectorParams{.size = dim, .distance = assay::Distance::kCosine}});
  const auto begin = std::chrono::steady_clock::now();
  constexpr std::size_t kUpsert = 1000;
  for (std::size_t first = 0; first < points; first += kUpsert) {
    std::vector<assay::PointStruct> batch;
    for (std::size_t i = first; i < std::min(points, first + kUpsert); ++i)
      batch.push_back({.id = i, .vector = read<float>(file, dim)});
    client.upsert("c", batch);
  }
  const double upserted = seconds_since(begin);
  while (!client.get_collection("c").index_complete)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const double built = seconds_since(begin);
  std::vector<std::vector<float>> asked(queries);
  for (auto& query : asked) query = read<float>(file, dim);
  const auto exact = read<std::uint32_t>(file, queries * 10);

  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("{\"upsert\":%.3f,\"build\":%.3f,\"peak_mb\":%ld,\"runs\":[", upserted, built,
              usage.ru_maxrss / 1024);
  const auto run = [&](const char* name, const assay::SearchParams& params) {
    std::size_t found = 0;
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t q = 0; q < queries; ++q) {
      assay::QueryRequest request{.query = asked[q], .limit = 10};
      request.with_payload = false;
      request.params = params;
      for (const auto& hit : client.query_points("c", request)) {
        for (std::size_t n = 0; n < 10; ++n) {
          if (hit.id == assay::PointId(std::uint64_t{exact[q * 10 + n]})) ++found;
        }
      }
    }
    const double us = seconds_since(start) * 1e6 / static_cast<double>(queries);
    std::printf("%s[\"%s\",%.4f,%.1f]", name == std::string("default") ? "" : ",", name,
                static_cast<double>(found) / static_cast<double>(queries * 10), us);
  };
  run("default", {});
  for (const std::size_t ef : {32u, 64u, 128u, 256u, 512u, 1024u, 2048u})
    run(std::to_string(ef).c_str(), {.hnsw_ef = ef});
  run("exact", {.exact = true});
  std::printf("]}\n");
}
