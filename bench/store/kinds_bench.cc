// SPDX-License-Identifier: Apache-2.0
// Sparse and multi-vectors in memory: upsert and exact top 10 of the points and queries that
// kinds.py wrote, one JSON line with times in milliseconds and the ids found.
//
// usage: kinds_bench sparse|multi FILE
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "assay/client.h"

namespace {

using assay::Vector;

// Numbers of a file, one after the other.
class Reader {
 public:
  explicit Reader(const char* path) {
    std::ifstream file(path, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(file), {});
  }
  template <class T>
  std::vector<T> read(std::size_t count) {
    std::vector<T> values(count);
    if (bytes_.size() - at_ < count * sizeof(T)) throw std::runtime_error("the file is too short");
    std::memcpy(values.data(), bytes_.data() + at_, count * sizeof(T));
    at_ += count * sizeof(T);
    return values;
  }
  std::uint32_t number() { return read<std::uint32_t>(1).front(); }

 private:
  std::vector<char> bytes_;
  std::size_t at_ = 0;
};

std::vector<Vector> read_vectors(Reader& reader, bool sparse) {
  std::vector<Vector> vectors(reader.number());
  for (Vector& vector : vectors) {
    const std::uint32_t count = reader.number();  // entries or rows
    if (sparse) {
      auto indices = reader.read<std::uint32_t>(count);
      vector = assay::SparseVector{std::move(indices), reader.read<float>(count)};
    } else {
      const std::uint32_t dim = reader.number();
      vector = assay::MultiVector(dim, reader.read<float>(std::size_t{count} * dim));
    }
  }
  return vectors;
}

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const bool sparse = std::string_view(argv[1]) == "sparse";
  Reader reader(argv[2]);
  const auto points = read_vectors(reader, sparse);
  const auto queries = read_vectors(reader, sparse);
  assay::Client client(":memory:");
  assay::CollectionConfig config;
  if (sparse) {
    config.sparse_vectors.emplace("v", assay::SparseVectorParams{});
  } else {
    const auto dim = std::get<assay::MultiVector>(points.front()).dim();
    config.vectors.by_name.emplace("v",
                                   assay::VectorParams{.size = dim,
                                                       .distance = assay::Distance::kCosine,
                                                       .multivector = assay::MultiVectorConfig{}});
  }
  client.create_collection("c", config);
  std::vector<assay::PointStruct> structs;
  for (std::size_t i = 0; i < points.size(); ++i)
    structs.push_back({.id = i, .vector = {{"v", points[i]}}});
  const auto begin = std::chrono::steady_clock::now();
  client.upload_points("c", structs);
  const double upsert = milliseconds_since(begin);

  std::vector<double> times;
  std::string ids;
  for (int round = 0; round < 3; ++round) {
    for (const Vector& query : queries) {
      assay::QueryRequest request{.using_vector = "v"};
      if (sparse) {
        request.query = std::get<assay::SparseVector>(query);
      } else {
        request.query = std::get<assay::MultiVector>(query);
      }
      const auto start = std::chrono::steady_clock::now();
      const auto hits = client.query_points("c", request);
      times.push_back(milliseconds_since(start));
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
  std::printf("{\"upsert\":%.3f,\"query\":%.3f,\"ids\":[%s]}\n", upsert, times[times.size() / 2],
              ids.c_str());
}
