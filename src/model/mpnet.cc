// SPDX-License-Identifier: Apache-2.0
// MPNet (Song et al. 2020): BERT with T5's relative biases, one table for all layers, beside
// learned positions. Tensor names as in transformers' MPNetModel.
#include <fmt/format.h>

#include <utility>

#include "assay/error.h"
#include "model/bert_layers.h"
#include "model/registry.h"
#include "model/transformer.h"

namespace assay::model {
namespace {

Layer mpnet_layer(const Config& config, const Weights& weights, const std::string& layer,
                  const AttentionShape& shape) {
  const std::size_t hidden = shape.query_width();
  const std::size_t wide = config.size("intermediate_size");
  const float epsilon = epsilon_of(config, 1e-12);
  const std::string self = layer + "attention.attn.";
  FeedForward feed_forward{
      .up = Linear(weights, layer + "intermediate.dense", wide, hidden),
      .activation = activation_of(config.text_or("hidden_act", "gelu"), config.path()),
      .down = Linear(weights, layer + "output.dense", hidden, wide)};
  return {
      .shape = shape,
      .qkv = Linear(weights, {{self + "q", hidden}, {self + "k", hidden}, {self + "v", hidden}},
                    hidden),
      .attention_out = Linear(weights, self + "o", hidden, hidden),
      .after_attention = LayerNorm(weights, layer + "attention.LayerNorm", hidden, epsilon),
      .feed_forward = std::move(feed_forward),
      .after_feed_forward = LayerNorm(weights, layer + "output.LayerNorm", hidden, epsilon),
  };
}

}  // namespace

BuiltEncoder build_mpnet(const Config& config, SharedWeights weights) {
  const std::string prefix = prefix_of(*weights, "mpnet.", "embeddings.word_embeddings.weight");
  const std::string tables = prefix + "embeddings.";
  const std::size_t hidden = config.size("hidden_size");
  const std::size_t positions = config.size("max_position_embeddings");
  constexpr std::int32_t kPadding = 1;  // of the published code, whatever pad_token_id says
  const AttentionShape shape = shape_of_heads(config, hidden, config.size("num_attention_heads"));
  Embeddings embeddings{
      .words = weights->get(tables + "word_embeddings.weight", {config.size("vocab_size"), hidden}),
      .positions = weights->get(tables + "position_embeddings.weight", {positions, hidden}),
      .padding = kPadding,
      .norm = LayerNorm(*weights, tables + "LayerNorm", hidden, epsilon_of(config, 1e-12))};
  TransformerParts parts{
      .hidden = hidden,
      .max_positions = positions_behind(config, kPadding),
      .embeddings = std::move(embeddings),
      .weights = weights,
  };
  for (std::size_t i = 0; i < config.size("num_hidden_layers"); ++i) {
    parts.layers.push_back(
        mpnet_layer(config, *weights, fmt::format("{}encoder.layer.{}.", prefix, i), shape));
  }
  const std::size_t buckets = config.size_if("relative_attention_num_buckets").value_or(32);
  if (buckets < 4) {
    throw Error(
        ErrorCode::kCorruption,
        fmt::format("model: {}: relative_attention_num_buckets: expected at least 4, got {}",
                    config.path().string(), buckets));
  }
  const Tensor bias =
      weights->get(prefix + "encoder.relative_attention_bias.weight", {buckets, shape.heads});
  parts.bias = {shape.heads, parts.max_positions, [&](std::size_t head, std::ptrdiff_t distance) {
                  return bias.values()[t5_bucket(distance, buckets) * shape.heads + head];
                }};
  return std::make_unique<Transformer>(std::move(parts));
}

ScoreHead mpnet_head(const Config& config, const Weights& weights) {
  return dense_then_labels(config, weights, "classifier.dense", kernels::Activation::kTanh,
                           "classifier.out_proj");
}

}  // namespace assay::model
