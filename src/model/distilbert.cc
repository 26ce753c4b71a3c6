// SPDX-License-Identifier: Apache-2.0
// DistilBERT (Sanh et al. 2019): BERT without token types and pooler. Tensor names and config
// fields as in transformers' DistilBertModel.
#include <fmt/format.h>

#include <utility>

#include "model/registry.h"
#include "model/transformer.h"

namespace assay::model {
namespace {

constexpr float kEpsilon = 1e-12f;  // not in its config.json

Layer distilbert_layer(const Config& config, const Weights& weights, const std::string& layer,
                       const AttentionShape& shape) {
  const std::size_t hidden = shape.query_width();
  const std::size_t wide = config.size("hidden_dim");
  const std::string self = layer + "attention.";
  FeedForward feed_forward{
      .up = Linear(weights, layer + "ffn.lin1", wide, hidden),
      .activation = activation_of(config.text_or("activation", "gelu"), config.path()),
      .down = Linear(weights, layer + "ffn.lin2", hidden, wide)};
  return {
      .shape = shape,
      .qkv = Linear(weights,
                    {{self + "q_lin", hidden}, {self + "k_lin", hidden}, {self + "v_lin", hidden}},
                    hidden),
      .attention_out = Linear(weights, self + "out_lin", hidden, hidden),
      .after_attention = LayerNorm(weights, layer + "sa_layer_norm", hidden, kEpsilon),
      .feed_forward = std::move(feed_forward),
      .after_feed_forward = LayerNorm(weights, layer + "output_layer_norm", hidden, kEpsilon),
  };
}

}  // namespace

BuiltEncoder build_distilbert(const Config& config, SharedWeights weights) {
  const std::string prefix =
      prefix_of(*weights, "distilbert.", "embeddings.word_embeddings.weight");
  const std::string tables = prefix + "embeddings.";
  const std::size_t hidden = config.size("dim");
  const std::size_t positions = config.size("max_position_embeddings");
  check_positions(config, positions, 0);
  const AttentionShape shape = shape_of_heads(config, hidden, config.size("n_heads"));
  Embeddings embeddings{
      .words = weights->get(tables + "word_embeddings.weight", {config.size("vocab_size"), hidden}),
      .positions = weights->get(tables + "position_embeddings.weight", {positions, hidden}),
      .norm = LayerNorm(*weights, tables + "LayerNorm", hidden, kEpsilon)};
  TransformerParts parts{
      .hidden = hidden,
      .max_positions = positions,
      .embeddings = std::move(embeddings),
      .weights = weights,
  };
  for (std::size_t i = 0; i < config.size("n_layers"); ++i) {
    parts.layers.push_back(distilbert_layer(
        config, *weights, fmt::format("{}transformer.layer.{}.", prefix, i), shape));
  }
  return std::make_unique<Transformer>(std::move(parts));
}

ScoreHead distilbert_head(const Config& config, const Weights& weights) {
  const std::size_t hidden = config.size("dim");
  std::vector<RowHead::Step> steps;
  steps.push_back({.linear = Linear(weights, "pre_classifier", hidden, hidden),
                   .activation = kernels::Activation::kRelu});
  steps.push_back({.linear = label_layer(config, weights, "classifier", hidden)});
  return {.pooling = Pooling::kCls, .head = RowHead(std::move(steps))};
}

}  // namespace assay::model
