// SPDX-License-Identifier: Apache-2.0
#include "model/sparse_attention.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "assay/error.h"
#include "base/assert.h"
#include "base/thread_pool.h"
#include "model/config.h"
#include "model/registry.h"
#include "model/safetensors.h"

namespace assay::model {

FirstTokenAttention::FirstTokenAttention(const std::filesystem::path& folder, Precision precision) {
  const Config config = Config::read(folder / "config.json");
  const auto names = config.texts("architectures");
  if (names.empty() || names.front() != "BertModel") {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("model: {}: attention as term weight (BM42) is implemented for "
                            "\"BertModel\", got \"{}\"",
                            config.path().string(), names.empty() ? "" : names.front()));
  }
  const std::size_t layers = config.size("num_hidden_layers");
  if (layers == 0) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("model: {}: \"num_hidden_layers\": expected at least 1, got 0",
                            config.path().string()));
  }
  const auto weights = std::make_shared<const Weights>(Weights::open(folder));
  before_last_ = build_bert(config.with("num_hidden_layers", layers - 1),
                            std::make_shared<const Weights>(weights->packed_as(precision)));
  heads_ = config.size("num_attention_heads");
  const std::size_t hidden = before_last_->hidden_size();
  const std::string self = fmt::format("encoder.layer.{}.attention.self.", layers - 1);
  const std::string prefix = weights->contains("bert." + self + "query.weight") ? "bert." : "";
  query_ = Linear(*weights, prefix + self + "query", hidden, hidden);
  key_ = Linear(*weights, prefix + self + "key", hidden, hidden);
  weights->forget_pages();
}

void FirstTokenAttention::weights(const PackedBatch& batch, Workspace& workspace,
                                  std::size_t threads, std::span<float> out) const {
  const std::size_t hidden = before_last_->hidden_size();
  const std::size_t dim = hidden / heads_;
  ASSAY_ASSERT(out.size() == batch.tokens());
  const std::span<const float> rows =
      before_last_->forward(batch, OutputRows::kAll, workspace, threads);
  kernels::AlignedBuffer storage;
  const std::span<float> keys = storage.get(batch.tokens() * hidden);
  for_row_blocks(batch.tokens(), threads, [&](std::size_t first, std::size_t count, std::size_t) {
    key_.run({rows.data() + first * hidden, hidden}, count, {keys.data() + first * hidden, hidden});
  });
  parallel_for(batch.sequences(), threads, [&](std::size_t s, std::size_t) {
    const std::size_t begin = batch.offsets[s];
    const std::size_t length = batch.offsets[s + 1] - begin;
    std::vector<float> query(hidden);
    query_.run({rows.data() + begin * hidden, hidden}, 1, {query.data(), hidden});
    const std::span<float> mean = out.subspan(begin, length);
    std::ranges::fill(mean, 0.0f);
    std::vector<double> scores(length);
    for (std::size_t head = 0; head < heads_; ++head) {
      const float* q = query.data() + head * dim;
      for (std::size_t t = 0; t < length; ++t) {
        const float* k = keys.data() + (begin + t) * hidden + head * dim;
        double dot = 0;
        for (std::size_t i = 0; i < dim; ++i) dot += double{q[i]} * double{k[i]};
        scores[t] = dot / std::sqrt(static_cast<double>(dim));
      }
      const double largest = *std::max_element(scores.begin(), scores.end());
      double sum = 0;
      for (double& score : scores) sum += score = std::exp(score - largest);
      for (std::size_t t = 0; t < length; ++t)
        mean[t] += static_cast<float>(scores[t] / sum / static_cast<double>(heads_));
    }
  });
}

}  // namespace assay::model
