// SPDX-License-Identifier: Apache-2.0
// BERT (Devlin et al. 2018): learned positions, norms after the residuals, one feed-forward network
// a layer.
//
// Tensor names as in transformers' BertModel, with or without the "bert." prefix of task models.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "assay/error.h"
#include "model/bert_layers.h"
#include "model/registry.h"

namespace assay::model {

Layer bert_layer(const Config& config, const Weights& weights, const std::string& layer,
                 const AttentionShape& shape) {
  const std::size_t hidden = shape.query_width();
  const std::size_t wide = config.size("intermediate_size");
  const float epsilon = epsilon_of(config, 1e-12);
  const std::string self = layer + "attention.self.";
  FeedForward feed_forward{
      .up = Linear(weights, layer + "intermediate.dense", wide, hidden),
      .activation = activation_of(config.text_or("hidden_act", "gelu"), config.path()),
      .down = Linear(weights, layer + "output.dense", hidden, wide)};
  return {
      .shape = shape,
      .qkv = Linear(weights,
                    {{self + "query", hidden}, {self + "key", hidden}, {self + "value", hidden}},
                    hidden),
      .attention_out = Linear(weights, layer + "attention.output.dense", hidden, hidden),
      .after_attention = LayerNorm(weights, layer + "attention.output.LayerNorm", hidden, epsilon),
      .feed_forward = std::move(feed_forward),
      .after_feed_forward = LayerNorm(weights, layer + "output.LayerNorm", hidden, epsilon),
  };
}

std::int32_t padding_of(const Config& config) {
  const std::size_t id = config.size_if("pad_token_id").value_or(1);
  if (id < config.size("max_position_embeddings") && id < std::size_t{1} << 30)
    return static_cast<std::int32_t>(id);
  throw Error(ErrorCode::kCorruption,
              fmt::format("model: {}: pad_token_id: expected less than max_position_embeddings {}, "
                          "got {}",
                          config.path().string(), config.size("max_position_embeddings"), id));
}

std::size_t positions_behind(const Config& config, std::optional<std::int32_t> padding) {
  const std::size_t rows = config.size("max_position_embeddings");
  const std::size_t reserved = padding ? static_cast<std::size_t>(*padding) + 1 : 0;
  check_positions(config, rows, reserved);
  return rows - reserved;
}

TransformerParts bert_parts(const Config& config, SharedWeights weights, std::string_view task,
                            std::optional<std::int32_t> padding) {
  require_text(config, "position_embedding_type", "absolute");
  const std::string prefix = prefix_of(*weights, task, "embeddings.word_embeddings.weight");
  const std::string tables = prefix + "embeddings.";
  const std::size_t hidden = config.size("hidden_size");
  const std::size_t width = config.size_if("embedding_size").value_or(hidden);
  const std::size_t positions = config.size("max_position_embeddings");
  const AttentionShape shape = shape_of_heads(config, hidden, config.size("num_attention_heads"));
  Embeddings embeddings{
      .words = weights->get(tables + "word_embeddings.weight", {config.size("vocab_size"), width}),
      .positions = weights->get(tables + "position_embeddings.weight", {positions, width}),
      .padding = padding,
      .norm = LayerNorm(*weights, tables + "LayerNorm", width, epsilon_of(config, 1e-12))};
  TransformerParts parts{
      .hidden = hidden,
      .max_positions = positions_behind(config, padding),
      .embeddings = std::move(embeddings),
      .weights = weights,
  };
  const std::size_t types = config.size_if("type_vocab_size").value_or(2);
  if (types > 0) {
    parts.embeddings.types = weights->get(tables + "token_type_embeddings.weight", {types, width});
  }
  for (std::size_t i = 0; i < config.size("num_hidden_layers"); ++i) {
    parts.layers.push_back(
        bert_layer(config, *weights, fmt::format("{}encoder.layer.{}.", prefix, i), shape));
  }
  return parts;
}

BuiltEncoder build_bert(const Config& config, SharedWeights weights) {
  return std::make_unique<Transformer>(
      bert_parts(config, std::move(weights), "bert.", std::nullopt));
}

ScoreHead bert_head(const Config& config, const Weights& weights) {
  return dense_then_labels(config, weights, "bert.pooler.dense", kernels::Activation::kTanh,
                           "classifier");
}

}  // namespace assay::model
