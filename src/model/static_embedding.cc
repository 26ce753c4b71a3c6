// SPDX-License-Identifier: Apache-2.0
// Static token vectors (model2vec, the potion models): a table look-up, no layers.
//
// model.safetensors has `embeddings` [rows, dim], and where the table was quantised `mapping`
// [vocabulary] from token to row and `weights` [vocabulary]. Unknown tokens have no vector: their
// rows are zero, which does not change a mean that is scaled to unit length afterwards.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "assay/error.h"
#include "model/registry.h"

namespace assay::model {
namespace {

constexpr std::int32_t kNoToken = -1;
constexpr std::size_t kMostTokens = 512;  // model2vec's own limit

// The id of unknown tokens, which only tokenizer.json knows: "unk_id" of a Unigram model, else that
// of "unk_token".
std::int32_t unknown_id(const std::filesystem::path& folder) {
  const auto file = Config::read_if_exists(folder / "tokenizer.json");
  const auto model = file ? file->object_if("model") : std::nullopt;
  if (!model) return kNoToken;
  if (const auto id = model->size_if("unk_id")) return static_cast<std::int32_t>(*id);
  const auto vocabulary = model->has("unk_token") ? model->object_if("vocab") : std::nullopt;
  const auto id = vocabulary ? vocabulary->size_if(model->text("unk_token")) : std::nullopt;
  return id ? static_cast<std::int32_t>(*id) : kNoToken;
}

class StaticEmbedding : public Encoder {
 public:
  StaticEmbedding(const Config& config, SharedWeights weights)
      : weights_(std::move(weights)),
        table_(weights_->matrix("embeddings")),
        unknown_(unknown_id(config.path().parent_path())) {
    if (weights_->contains("weights")) {
      const Tensor scales = weights_->get("weights", weights_->shape("weights"));
      scales_.assign(scales.values().begin(), scales.values().end());
    }
    if (!weights_->contains("mapping")) return;
    rows_ = weights_->integers("mapping");
    const auto outside = std::ranges::find_if(rows_, [&](std::int64_t row) {
      return row < 0 || static_cast<std::size_t>(row) >= table_.shape()[0];
    });
    if (outside != rows_.end()) {
      throw Error(ErrorCode::kCorruption,
                  fmt::format("model: {}: mapping names row {} of {} embeddings",
                              config.path().parent_path().string(), *outside, table_.shape()[0]));
    }
  }

  std::span<float> forward(const PackedBatch& batch, OutputRows wanted, Workspace& workspace,
                           std::size_t) const override {
    const std::size_t dim = hidden_size();
    if (wanted != OutputRows::kAll) {
      throw Error(ErrorCode::kUnsupported,
                  "model: static token vectors are pooled by their mean; first or last rows mean "
                  "nothing");
    }
    workspace.prepare(1);
    const std::span<float> out = workspace.hidden.get(batch.tokens() * dim);
    for (std::size_t t = 0; t < batch.tokens(); ++t)
      look_up(batch.ids[t], out.subspan(t * dim, dim));
    return out;
  }
  [[nodiscard]] std::size_t hidden_size() const override { return table_.shape()[1]; }
  [[nodiscard]] std::size_t max_positions() const override { return kMostTokens; }
  [[nodiscard]] std::optional<std::int32_t> empty_text_id() const override { return kNoToken; }

 private:
  void look_up(std::int32_t id, std::span<float> out) const {
    if (id == kNoToken || id == unknown_) {
      std::ranges::fill(out, 0.0f);
      return;
    }
    const auto token = static_cast<std::size_t>(std::int64_t{id});
    const std::size_t vocabulary = rows_.empty() ? table_.shape()[0] : rows_.size();
    if (token >= vocabulary || (!scales_.empty() && token >= scales_.size())) {
      throw Error(
          ErrorCode::kCorruption,
          fmt::format("model: token id {} is outside the {} rows of its embedding table. Do "
                      "tokenizer and model belong together?",
                      id, vocabulary));
    }
    const std::size_t row = rows_.empty() ? token : static_cast<std::size_t>(rows_[token]);
    const float scale = scales_.empty() ? 1.0f : scales_[token];
    const auto from = table_.values().subspan(row * out.size(), out.size());
    std::ranges::transform(from, out.begin(), [&](float x) { return x * scale; });
  }

  SharedWeights weights_;  // the table is a view of it
  Tensor table_;
  std::vector<float> scales_;       // by token; empty: all 1
  std::vector<std::int64_t> rows_;  // by token; empty: the token's own
  std::int32_t unknown_;
};

}  // namespace

BuiltEncoder build_static(const Config& config, SharedWeights weights) {
  return std::make_unique<StaticEmbedding>(config, std::move(weights));
}

}  // namespace assay::model
