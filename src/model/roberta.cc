// SPDX-License-Identifier: Apache-2.0
// RoBERTa and XLM-RoBERTa (Liu et al. 2019, Conneau et al. 2020): BERT whose positions start behind
// the padding id.
//
// Two sets of tensor names: those of transformers' RobertaModel, and those of Jina's flash form
// (xlm-roberta-flash-implementation), which keeps queries, keys and values in one tensor.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "assay/error.h"
#include "model/bert_layers.h"
#include "model/registry.h"

namespace assay::model {
namespace {

Layer flash_layer(const Config& config, const Weights& weights, const std::string& layer,
                  const AttentionShape& shape) {
  const std::size_t hidden = shape.query_width();
  const std::size_t wide = config.size("intermediate_size");
  const float epsilon = epsilon_of(config, 1e-5);
  FeedForward feed_forward{
      .up = Linear(weights, layer + "mlp.fc1", wide, hidden),
      .activation = activation_of(config.text_or("hidden_act", "gelu"), config.path()),
      .down = Linear(weights, layer + "mlp.fc2", hidden, wide)};
  return {
      .shape = shape,
      .qkv = Linear(weights, layer + "mixer.Wqkv", 3 * hidden, hidden),
      .attention_out = Linear(weights, layer + "mixer.out_proj", hidden, hidden),
      .after_attention = LayerNorm(weights, layer + "norm1", hidden, epsilon),
      .feed_forward = std::move(feed_forward),
      .after_feed_forward = LayerNorm(weights, layer + "norm2", hidden, epsilon),
  };
}

// Positions by a table, or "rotary" (jina-colbert-v2).
TransformerParts flash_parts(const Config& config, const SharedWeights& weights,
                             const std::string& prefix, std::int32_t padding) {
  const bool rotary = config.text_or("position_embedding_type", "absolute") == "rotary";
  if (!rotary) require_text(config, "position_embedding_type", "absolute");
  const std::size_t hidden = config.size("hidden_size");
  const AttentionShape shape = shape_of_heads(config, hidden, config.size("num_attention_heads"));
  const std::string tables = prefix + "embeddings.";
  Embeddings embeddings{
      .words = weights->get(tables + "word_embeddings.weight", {config.size("vocab_size"), hidden}),
      .types = weights->get(tables + "token_type_embeddings.weight",
                            {config.size("type_vocab_size"), hidden}),
      .norm = LayerNorm(*weights, prefix + "emb_ln", hidden, epsilon_of(config, 1e-5))};
  TransformerParts parts{
      .hidden = hidden,
      .max_positions = std::min(positions_behind(config, padding), kMostPositions),
      .embeddings = std::move(embeddings),
      .weights = weights,
  };
  std::shared_ptr<const RotaryTable> angles;
  if (rotary) {
    const double base = config.positive_or("rotary_emb_base", 10000);
    angles = std::make_shared<const RotaryTable>(RotaryTable::frequencies(shape.head_dim, base),
                                                 parts.max_positions);
  } else {
    parts.embeddings.positions = weights->get(tables + "position_embeddings.weight",
                                              {config.size("max_position_embeddings"), hidden});
    parts.embeddings.padding = padding;
  }
  for (std::size_t i = 0; i < config.size("num_hidden_layers"); ++i) {
    parts.layers.push_back(
        flash_layer(config, *weights, fmt::format("{}encoder.layers.{}.", prefix, i), shape));
    parts.layers.back().rotary = angles;
  }
  return parts;
}

// jina-embeddings-v3 keeps each matrix with low-rank additions, one a task; without the one of a
// task it gives nothing that was trained.
void require_task(const Config& config, const Weights& weights) {
  if (weights.is_adapted()) return;
  for (const std::string_view prefix : {"", "roberta."}) {
    if (!weights.contains(
            fmt::format("{}embeddings.word_embeddings.parametrizations.weight.original", prefix)))
      continue;
    throw Error(ErrorCode::kUnsupported,
                fmt::format("model: {}: task adapters (LoRA) are implemented for embedders",
                            config.path().parent_path().string()));
  }
}

}  // namespace

BuiltEncoder build_roberta(const Config& config, SharedWeights weights) {
  require_task(config, *weights);
  const std::int32_t padding = padding_of(config);
  const std::string prefix = prefix_of(*weights, "roberta.", "embeddings.word_embeddings.weight");
  if (weights->contains(prefix + "emb_ln.weight")) {
    return std::make_unique<Transformer>(flash_parts(config, weights, prefix, padding));
  }
  return std::make_unique<Transformer>(bert_parts(config, std::move(weights), "roberta.", padding));
}

ScoreHead roberta_head(const Config& config, const Weights& weights) {
  return dense_then_labels(config, weights, "classifier.dense", kernels::Activation::kTanh,
                           "classifier.out_proj");
}

}  // namespace assay::model
