// SPDX-License-Identifier: Apache-2.0
// assay as an engine of bench/peers/compare.py; worker.py has the protocol.
//
// usage: assay_worker assay|assay-int8 MODELS WORKLOADS NAME THREADS
//        assay_worker peak THREADS     prints the kernel path and GFLOP/s of so many cores
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "assay/cpu.h"
#include "assay/reranker.h"
#include "assay/text_embedding.h"
#include "bench/peak.h"

namespace {

using Json = nlohmann::json;

void print_peak(std::size_t threads) {
  std::vector<double> rates(threads);
  std::vector<std::jthread> cores;
  for (double& rate : rates) cores.emplace_back([&rate] { rate = assay::bench::peak_gflops(); });
  cores.clear();
  double sum = 0;
  for (const double rate : rates) sum += rate;
  fmt::print("{} {:.1f}\n", assay::cpu::to_string(assay::cpu::active()), sum);
}

// A call gives its answers, one after the other.
using Call = std::function<std::vector<float>()>;

std::vector<Call> calls_of(const Json& workload, const std::string& folder,
                           const assay::ModelOptions& options) {
  std::vector<Call> calls;
  if (workload["kind"] == "embed") {
    const assay::TextEmbedding embedder(folder, options);
    for (const Json& call : workload["calls"]) {
      calls.emplace_back([embedder, texts = call.get<std::vector<std::string>>()] {
        const assay::Embeddings vectors = embedder.embed(texts);
        std::vector<float> result;
        for (std::size_t i = 0; i < vectors.size(); ++i)
          result.insert(result.end(), vectors[i].begin(), vectors[i].end());
        return result;
      });
    }
  } else {
    const assay::TextCrossEncoder reranker(folder, options);
    for (const Json& call : workload["calls"]) {
      calls.emplace_back([reranker, query = call["query"].get<std::string>(),
                          documents = call["documents"].get<std::vector<std::string>>()] {
        return reranker.rerank(query, documents).scores;
      });
    }
  }
  return calls;
}

void serve(const std::string& engine, const std::string& models, const Json& workload,
           std::size_t threads) {
  std::optional<std::vector<Call>> calls;
  const assay::bench::Time load = assay::bench::time_of([&] {
    calls = calls_of(
        workload, models + "/" + workload["model"].get<std::string>(),
        {.threads = threads,
         .local_files_only = true,
         .precision = engine == "assay-int8" ? assay::Precision::kInt8 : assay::Precision::kFp32});
  });
  std::cout << Json{{"load_seconds", load.wall}} << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    Json seconds = Json::array();
    std::ofstream answers;
    if (line != "run") answers.open(line, std::ios::binary);
    for (const Call& call : *calls) {
      std::vector<float> result;
      seconds.push_back(assay::bench::time_of([&] { result = call(); }).wall);
      answers.write(reinterpret_cast<const char*>(result.data()),
                    static_cast<std::streamsize>(result.size() * sizeof(float)));
    }
    answers.close();  // they are read when the reply is
    std::cout << Json{{"seconds", seconds}} << std::endl;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "peak") {
    print_peak(std::stoul(argv[2]));
    return 0;
  }
  if (argc != 6) {
    fmt::print(stderr, "usage: assay_worker ENGINE MODELS WORKLOADS NAME THREADS\n");
    return 2;
  }
  std::ifstream file(argv[3]);
  serve(argv[1], argv[2], Json::parse(file)[argv[4]], std::stoul(argv[5]));
}
