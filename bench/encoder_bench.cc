// SPDX-License-Identifier: Apache-2.0
// Tokens a second of a model folder's encoder on random ids, and the share of the core's
// multiply-add peak that is.
//
// usage: encoder_bench FOLDER [LENGTH SEQUENCES THREADS [int8]]; bench/make_models.py makes folders
// of base size. Weight products and the scores that count (causal or windowed ones are fewer) are
// counted as 2 operations a multiply-add; the peak is the micro-kernel in the first-level cache,
// measured in the same run.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "assay/cpu.h"
#include "bench/peak.h"
#include "embed/scheduler.h"
#include "model/bi_encoder.h"
#include "model/transformer.h"

namespace {

double product(const assay::model::Linear& linear) {
  return 2.0 * static_cast<double>(linear.outputs() * linear.inputs());
}

// Operations of a layer for one sequence.
double layer_flops(const assay::model::Layer& layer, std::size_t length) {
  double seen = 0;  // pairs of a query and a key it sees
  for (std::size_t i = 0; i < length; ++i) {
    seen += static_cast<double>(std::min(i, layer.shape.before) + 1 +
                                std::min(length - 1 - i, layer.shape.after));
  }
  return static_cast<double>(length) *
             (product(layer.qkv) + product(layer.attention_out) + product(layer.feed_forward.up) +
              product(layer.feed_forward.down)) +
         4.0 * seen * static_cast<double>(layer.shape.query_width());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return EXIT_FAILURE;
  const auto argument = [&](int i, std::size_t fallback) {
    return argc > i ? std::stoul(argv[i]) : fallback;
  };
  const std::string folder = argv[1];
  const std::size_t length = argument(2, 200), count = argument(3, 64), threads = argument(4, 1);
  const bool int8 = argc > 5 && std::string(argv[5]) == "int8";
  const assay::model::BiEncoder network(folder, {},
                                        int8 ? assay::Precision::kInt8 : assay::Precision::kFp32);
  const auto& parts = dynamic_cast<const assay::model::Transformer&>(network.encoder()).parts();
  std::mt19937 engine(1);
  std::uniform_int_distribution<std::int32_t> id(
      1000, static_cast<std::int32_t>(parts.embeddings.words.shape()[0]) - 1);
  std::vector<assay::Encoding> encodings(count);
  for (auto& encoding : encodings) {
    for (std::size_t i = 0; i < length; ++i) encoding.ids.push_back(id(engine));
    encoding.type_ids.assign(length, 0);
  }
  std::vector<const assay::Encoding*> wave;
  for (const auto& encoding : encodings) wave.push_back(&encoding);
  std::vector<float> out(count * network.dim());
  assay::embed::WorkspacePool workspaces;
  const auto run = [&] {
    assay::embed::run_wave(
        wave, threads, workspaces,
        [&](const assay::model::PackedBatch& batch, std::size_t first,
            assay::model::Workspace& workspace, std::size_t split) {
          network.embed(
              batch, workspace, split,
              std::span(out).subspan(first * network.dim(), batch.sequences() * network.dim()));
        });
  };
  run();
  std::vector<double> walls, processors;
  for (int i = 0; i < 7; ++i) {
    const assay::bench::Time time = assay::bench::time_of(run);
    walls.push_back(time.wall);
    processors.push_back(time.processor);
  }
  std::sort(walls.begin(), walls.end());
  std::sort(processors.begin(), processors.end());
  const double wall = walls[walls.size() / 2], processor = processors[processors.size() / 2];
  const double tokens = static_cast<double>(length * count);
  double flops = 0;
  for (const assay::model::Layer& layer : parts.layers)
    flops += static_cast<double>(count) * layer_flops(layer, length);
  const double rate = flops / processor * 1e-9, peak = assay::bench::peak_gflops();
  fmt::print(
      "{} | length {} x {} | {} threads | {:.0f} tokens/s | {:.2f} ms | {:.1f} GFLOP/s a core | "
      "{:.0f} % of {:.1f}\n",
      assay::cpu::to_string(assay::cpu::active()), length, count, threads, tokens / wall,
      wall * 1e3, rate, 100 * rate / peak, peak);
}
