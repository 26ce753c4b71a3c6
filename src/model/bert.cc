// SPDX-License-Identifier: Apache-2.0
// BERT (Devlin et al. 2018): learned positions, post-layer-norm, one feed-forward network a layer.
//
// Tensor names as in transformers' BertModel, with or without the "bert." prefix of task models.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "assay/error.h"
#include "base/assert.h"
#include "base/thread_pool.h"
#include "kernels/attention.h"
#include "kernels/rows.h"
#include "model/config.h"
#include "model/encoder.h"
#include "model/layers.h"
#include "model/registry.h"
#include "model/safetensors.h"

namespace assay::model {
namespace {

struct Layer {
  Linear qkv;  // queries, keys, values side by side
  Linear attention_out;
  LayerNorm attention_norm;
  Linear up;
  Linear down;
  LayerNorm output_norm;
};

class Bert : public Encoder {
 public:
  Bert(const Config& config, std::shared_ptr<const Weights> weights);

  std::span<float> forward(const PackedBatch& batch, OutputRows rows, Workspace& workspace,
                           std::size_t threads) const override;
  [[nodiscard]] std::size_t hidden_size() const override { return hidden_; }
  [[nodiscard]] std::size_t max_positions() const override { return positions_.shape()[0]; }

 private:
  void embed(const PackedBatch& batch, std::span<float> out, std::size_t threads) const;
  void attend(const PackedBatch& batch, kernels::ConstRows queries, bool first_only,
              const float* qkv, float* context, Workspace& workspace, std::size_t threads) const;
  void finish_layer(const Layer& layer, const float* context, std::span<float> x,
                    Workspace& workspace, std::size_t threads) const;

  std::shared_ptr<const Weights> weights_;  // the tables below may be views of it
  std::size_t hidden_;
  std::size_t heads_;
  std::size_t intermediate_;
  kernels::Activation activation_;
  Tensor words_;
  Tensor positions_;
  Tensor types_;
  LayerNorm embedding_norm_;
  std::vector<Layer> layers_;
};

std::string prefix_of(const Weights& weights) {
  return weights.contains("bert.embeddings.word_embeddings.weight") ? "bert." : "";
}

Bert::Bert(const Config& config, std::shared_ptr<const Weights> weights)
    : weights_(std::move(weights)),
      hidden_(config.size("hidden_size")),
      heads_(config.size("num_attention_heads")),
      intermediate_(config.size("intermediate_size")),
      activation_(activation_of(config.text_or("hidden_act", "gelu"), config.path())),
      words_(weights_->get(prefix_of(*weights_) + "embeddings.word_embeddings.weight",
                           {config.size("vocab_size"), hidden_})),
      positions_(weights_->get(prefix_of(*weights_) + "embeddings.position_embeddings.weight",
                               {config.size("max_position_embeddings"), hidden_})),
      types_(weights_->get(prefix_of(*weights_) + "embeddings.token_type_embeddings.weight",
                           {config.size_if("type_vocab_size").value_or(2), hidden_})) {
  const auto kind = config.text_or("position_embedding_type", "absolute");
  if (kind != "absolute") {
    throw Error(
        ErrorCode::kUnsupported,
        fmt::format("model: {}: position_embedding_type \"{}\" is not implemented; absolute is",
                    config.path().string(), kind));
  }
  if (heads_ == 0 || hidden_ % heads_ != 0) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("model: {}: hidden_size {} is no multiple of num_attention_heads {}",
                            config.path().string(), hidden_, heads_));
  }
  const auto epsilon =
      static_cast<float>(config.has("layer_norm_eps") ? config.number("layer_norm_eps") : 1e-12);
  const std::string prefix = prefix_of(*weights_);
  embedding_norm_ = LayerNorm(*weights_, prefix + "embeddings.LayerNorm", hidden_, epsilon);
  const std::size_t count = config.size("num_hidden_layers");
  for (std::size_t i = 0; i < count; ++i) {
    const std::string layer = fmt::format("{}encoder.layer.{}.", prefix, i);
    const std::string self = layer + "attention.self.";
    layers_.push_back({
        .qkv = Linear(*weights_, {self + "query", self + "key", self + "value"}, hidden_, hidden_),
        .attention_out = Linear(*weights_, layer + "attention.output.dense", hidden_, hidden_),
        .attention_norm =
            LayerNorm(*weights_, layer + "attention.output.LayerNorm", hidden_, epsilon),
        .up = Linear(*weights_, layer + "intermediate.dense", intermediate_, hidden_),
        .down = Linear(*weights_, layer + "output.dense", hidden_, intermediate_),
        .output_norm = LayerNorm(*weights_, layer + "output.LayerNorm", hidden_, epsilon),
    });
  }
}

// word + position + type, normalised.
void Bert::embed(const PackedBatch& batch, std::span<float> out, std::size_t threads) const {
  const auto row_of = [&](const Tensor& table, std::int32_t index, std::string_view what) {
    if (index < 0 || static_cast<std::size_t>(index) >= table.shape()[0]) {
      throw Error(ErrorCode::kCorruption,
                  fmt::format("model: {} {} is outside the {} rows of its embedding table. Do "
                              "tokenizer and model belong together?",
                              what, index, table.shape()[0]));
    }
    return table.values().subspan(static_cast<std::size_t>(index) * hidden_, hidden_);
  };
  parallel_for(batch.sequences(), threads, [&](std::size_t s, std::size_t) {
    const std::size_t begin = batch.offsets[s];
    const std::size_t end = batch.offsets[s + 1];
    for (std::size_t t = begin; t < end; ++t) {
      kernels::add3(row_of(words_, batch.ids[t], "token id"),
                    row_of(positions_, static_cast<std::int32_t>(t - begin), "position"),
                    row_of(types_, batch.type_ids[t], "token type"),
                    out.subspan(t * hidden_, hidden_));
    }
    embedding_norm_.run(out.subspan(begin * hidden_, (end - begin) * hidden_));
  });
}

// Attention of every sequence and head. `queries` has a row for each token, or with `first_only`
// for each sequence; keys and values stand in `qkv`.
void Bert::attend(const PackedBatch& batch, kernels::ConstRows queries, bool first_only,
                  const float* qkv, float* context, Workspace& workspace,
                  std::size_t threads) const {
  const std::size_t dim = hidden_ / heads_;
  const std::size_t stride = 3 * hidden_;
  const float scale = 1.0f / std::sqrt(static_cast<float>(dim));
  parallel_for(batch.sequences() * heads_, threads, [&](std::size_t item, std::size_t slot) {
    const std::size_t sequence = item / heads_;
    const std::size_t column = item % heads_ * dim;
    const std::size_t begin = batch.offsets[sequence];
    const std::size_t length = batch.offsets[sequence + 1] - begin;
    const std::size_t query_row = first_only ? sequence : begin;
    const std::size_t key_count = batch.key_count(sequence);
    const float* keys = qkv + begin * stride + hidden_ + column;
    // As many queries as keys at a time; all of them unless some tokens are not attended to.
    const std::size_t rows = first_only ? 1 : length;
    for (std::size_t r = 0; r < rows; r += key_count) {
      const std::size_t row = query_row + r;
      kernels::attention({.q = {queries.data + row * queries.stride + column, queries.stride},
                          .k = {keys, stride},
                          .v = {keys + hidden_, stride},
                          .out = {context + row * hidden_ + column, hidden_},
                          .query_count = std::min(key_count, rows - r),
                          .key_count = key_count,
                          .head_dim = dim,
                          .scale = scale},
                         workspace.attention[slot]);
    }
  });
}

// x = norm(context Wo + x); x = norm(W2 act(W1 x) + x).
void Bert::finish_layer(const Layer& layer, const float* context, std::span<float> x,
                        Workspace& workspace, std::size_t threads) const {
  const std::size_t rows = x.size() / hidden_;
  const auto block = [&](std::size_t first, std::size_t count, std::size_t slot,
                         std::size_t split) {
    const std::span<float> block_x = x.subspan(first * hidden_, count * hidden_);
    const kernels::Rows y{block_x.data(), hidden_};
    layer.attention_out.run({context + first * hidden_, hidden_}, count, y,
                            kernels::Activation::kNone, block_x.data(), split);
    layer.attention_norm.run(block_x);
    const std::span<float> wide = workspace.intermediate[slot].get(count * intermediate_);
    layer.up.run({block_x.data(), hidden_}, count, {wide.data(), intermediate_}, activation_,
                 nullptr, split);
    layer.down.run({wide.data(), intermediate_}, count, y, kernels::Activation::kNone,
                   block_x.data(), split);
    layer.output_norm.run(block_x);
  };
  // Too few rows to give every thread a block: split each product instead.
  if (rows <= kRowBlock) return block(0, rows, 0, threads);
  for_row_blocks(rows, threads, [&](std::size_t first, std::size_t count, std::size_t slot) {
    block(first, count, slot, 1);
  });
}

std::span<float> Bert::forward(const PackedBatch& batch, OutputRows output, Workspace& workspace,
                               std::size_t threads) const {
  const std::size_t tokens = batch.tokens();
  const std::size_t sequences = batch.sequences();
  ASSAY_ASSERT(batch.offsets.back() == tokens && batch.type_ids.size() == tokens);
  workspace.prepare(threads);
  const std::span<float> x = workspace.hidden.get(tokens * hidden_);
  const std::span<float> qkv = workspace.qkv.get(tokens * 3 * hidden_);
  const std::span<float> context = workspace.context.get(tokens * hidden_);
  embed(batch, x, threads);

  // Keys and values for all tokens, queries too unless only first rows are wanted.
  const auto project = [&](const Layer& layer, std::size_t panel_begin) {
    const kernels::PackedMatrix& w = layer.qkv.matrix();
    const kernels::Epilogue epilogue{layer.qkv.bias()};
    const auto run = [&](std::size_t first, std::size_t count, std::size_t begin, std::size_t end) {
      kernels::gemm({x.data() + first * hidden_, hidden_}, count, w, begin, end, epilogue,
                    {qkv.data() + first * 3 * hidden_, 3 * hidden_});
    };
    if (tokens > kRowBlock) {
      for_row_blocks(tokens, threads, [&](std::size_t first, std::size_t count, std::size_t) {
        run(first, count, panel_begin, w.panels());
      });
      return;
    }
    const std::size_t panels = w.panels() - panel_begin;
    const std::size_t parts = std::min(std::max<std::size_t>(threads, 1), panels);
    parallel_for(parts, threads, [&](std::size_t part, std::size_t) {
      run(0, tokens, panel_begin + panels * part / parts,
          panel_begin + panels * (part + 1) / parts);
    });
  };

  const bool first_only = output == OutputRows::kFirst;
  const std::size_t whole_layers =
      first_only && !layers_.empty() ? layers_.size() - 1 : layers_.size();
  for (std::size_t i = 0; i < whole_layers; ++i) {
    project(layers_[i], 0);
    attend(batch, {qkv.data(), 3 * hidden_}, false, qkv.data(), context.data(), workspace, threads);
    finish_layer(layers_[i], context.data(), x, workspace, threads);
  }
  if (!first_only) return x;

  // Only first rows are asked for: the last layer needs every key and value, but one query a
  // sequence.
  const std::span<float> first = workspace.first.get(sequences * hidden_);
  for (std::size_t s = 0; s < sequences; ++s) {
    std::copy_n(x.data() + batch.offsets[s] * hidden_, hidden_, first.data() + s * hidden_);
  }
  if (layers_.empty()) return first;
  const Layer& last = layers_.back();
  const kernels::PackedMatrix& w = last.qkv.matrix();
  project(last, hidden_ / w.width());  // the first panel that holds keys; it may begin with queries
  const std::size_t query_panels = (hidden_ + w.width() - 1) / w.width();
  const std::size_t query_stride = query_panels * w.width();
  const std::span<float> queries = workspace.query.get(sequences * query_stride);
  kernels::gemm({first.data(), hidden_}, sequences, w, 0, query_panels, {last.qkv.bias()},
                {queries.data(), query_stride});
  attend(batch, {queries.data(), query_stride}, true, qkv.data(), context.data(), workspace,
         threads);
  finish_layer(last, context.data(), first, workspace, threads);
  return first;
}

}  // namespace

std::unique_ptr<Encoder> build_bert(const Config& config, std::shared_ptr<const Weights> weights) {
  return std::make_unique<Bert>(config, std::move(weights));
}

}  // namespace assay::model
