// SPDX-License-Identifier: Apache-2.0
// Tokens a second of a model folder's encoder on random ids, and the share of the core's
// multiply-add peak that is.
//
// usage: encoder_bench FOLDER [LENGTH SEQUENCES THREADS]. Weight products and attention are counted
// as 2 operations a multiply-add; the peak is the micro-kernel in the first-level cache, measured
// in the same run.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "assay/cpu.h"
#include "base/thread_pool.h"
#include "embed/scheduler.h"
#include "kernels/gemm.h"
#include "model/bi_encoder.h"
#include "model/config.h"

namespace {

using Clock = std::chrono::steady_clock;

template <class Work>
double seconds(const Work& work) {
  const auto begin = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

double peak_gflops(std::size_t threads) {
  const std::size_t inputs = 128, rows = 12, rounds = 4000;
  const assay::kernels::PackedMatrix w(std::vector<float>(32 * inputs, 0.5f), 32, inputs);
  double best = 0;
  for (int repeat = 0; repeat < 20; ++repeat) {
    const double time = seconds([&] {
      assay::parallel_for(threads, threads, [&](std::size_t, std::size_t) {
        std::vector<float> x(rows * inputs, 0.5f), y(rows * 32);
        for (std::size_t i = 0; i < rounds; ++i) {
          assay::kernels::gemm({x.data(), inputs}, rows, w, 0, w.panels(), {}, {y.data(), 32});
        }
      });
    });
    best = std::max(best,
                    2.0 * static_cast<double>(threads * rows * 32 * inputs * rounds) / time * 1e-9);
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return EXIT_FAILURE;
  const auto argument = [&](int i, std::size_t fallback) {
    return argc > i ? std::stoul(argv[i]) : fallback;
  };
  const std::string folder = argv[1];
  const std::size_t length = argument(2, 200), count = argument(3, 64), threads = argument(4, 1);
  const assay::model::BiEncoder network(folder, {});
  const auto config = assay::model::Config::read(folder + "/config.json");
  const std::size_t hidden = config.size("hidden_size"), wide = config.size("intermediate_size"),
                    layers = config.size("num_hidden_layers");
  std::mt19937 engine(1);
  std::uniform_int_distribution<std::int32_t> id(
      1000, static_cast<std::int32_t>(config.size("vocab_size")) - 1);
  std::vector<assay::Encoding> encodings(count);
  for (auto& encoding : encodings) {
    for (std::size_t i = 0; i < length; ++i) encoding.ids.push_back(id(engine));
    encoding.type_ids.assign(length, 0);
  }
  std::vector<float> out(count * network.dim());
  assay::embed::WorkspacePool workspaces;
  const auto run = [&] {
    assay::embed::run_wave(
        encodings, threads, workspaces,
        [&](const assay::model::PackedBatch& batch, std::size_t first,
            assay::model::Workspace& workspace, std::size_t split) {
          network.embed(
              batch, workspace, split,
              std::span(out).subspan(first * network.dim(), batch.sequences() * network.dim()));
        });
  };
  run();
  std::vector<double> times;
  for (int i = 0; i < 15; ++i) times.push_back(seconds(run));
  std::sort(times.begin(), times.end());
  const double tokens = static_cast<double>(length * count);
  const double flops =
      tokens * 2.0 *
      static_cast<double>(layers * (4 * hidden * hidden + 2 * hidden * wide + 2 * length * hidden));
  const double rate = flops / times[times.size() / 2] * 1e-9, peak = peak_gflops(threads);
  fmt::print(
      "{} | length {} x {} | {} threads | {:.0f} tokens/s | {:.2f} ms | {:.1f} GFLOP/s | {:.0f} % "
      "of {:.1f}\n",
      assay::cpu::to_string(assay::cpu::active()), length, count, threads,
      tokens / times[times.size() / 2], times[times.size() / 2] * 1e3, rate, 100 * rate / peak,
      peak);
}
