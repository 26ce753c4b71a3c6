// SPDX-License-Identifier: Apache-2.0
// GTE v1.5 and gte-multilingual (Zhang et al. 2024): BERT with rotary positions and gated
// feed-forward networks.
//
// Tensor names and config fields of Alibaba-NLP/new-impl. up_gate_proj holds the values first, the
// gates second.
#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "assay/error.h"
#include "model/registry.h"
#include "model/transformer.h"

namespace assay::model {
namespace {

// Frequencies of the heads; with "ntk" scaling by `factor` those of the base stretched by it, and
// all of them divided by factor^(2 / dim), as the published code does.
std::vector<float> frequencies_of(const Config& config, std::size_t dim) {
  const double base = config.positive_or("rope_theta", 10000);
  const auto scaling = config.object_if("rope_scaling");
  if (!scaling) return RotaryTable::frequencies(dim, base);
  require_text(*scaling, "type", "ntk");
  if (scaling->has("mixed_b")) {
    throw Error(ErrorCode::kUnsupported, fmt::format("model: {}: rope_scaling with mixed_b is not "
                                                     "implemented; ntk with a factor is",
                                                     config.path().string()));
  }
  const double factor = scaling->positive("factor");
  std::vector<float> result = RotaryTable::frequencies(dim, base * factor);
  const double divisor = std::pow(factor, 2.0 / static_cast<double>(dim));
  for (float& frequency : result) frequency = static_cast<float>(frequency / divisor);
  return result;
}

Layer gte_layer(const Config& config, const Weights& weights, const std::string& layer,
                const AttentionShape& shape, std::shared_ptr<const RotaryTable> rotary) {
  const std::size_t hidden = shape.query_width();
  const std::size_t wide = config.size("intermediate_size");
  const float epsilon = epsilon_of(config, 1e-12);
  FeedForward feed_forward{
      .up = Linear(weights, layer + "mlp.up_gate_proj", 2 * wide, hidden, false),
      .activation = activation_of(config.text_or("hidden_act", "gelu"), config.path()),
      .gated = true,
      .gate_first = false,
      .down = Linear(weights, layer + "mlp.down_proj", hidden, wide)};
  return {
      .shape = shape,
      .qkv = Linear(weights, layer + "attention.qkv_proj", 3 * hidden, hidden),
      .rotary = std::move(rotary),
      .attention_out = Linear(weights, layer + "attention.o_proj", hidden, hidden),
      .after_attention = LayerNorm(weights, layer + "attn_ln", hidden, epsilon),
      .feed_forward = std::move(feed_forward),
      .after_feed_forward = LayerNorm(weights, layer + "mlp_ln", hidden, epsilon),
  };
}

}  // namespace

BuiltEncoder build_gte(const Config& config, SharedWeights weights) {
  require_text(config, "position_embedding_type", "rope");
  require_text(config, "layer_norm_type", "layer_norm");
  require_flag(config, "pack_qkv", true);
  require_flag(config, "logn_attention_scale", false);
  const std::string prefix = prefix_of(*weights, "new.", "embeddings.word_embeddings.weight");
  const std::string tables = prefix + "embeddings.";
  const std::size_t hidden = config.size("hidden_size");
  const AttentionShape shape = shape_of_heads(config, hidden, config.size("num_attention_heads"));
  Embeddings embeddings{
      .words = weights->get(tables + "word_embeddings.weight", {config.size("vocab_size"), hidden}),
      .norm = LayerNorm(*weights, tables + "LayerNorm", hidden, epsilon_of(config, 1e-12))};
  TransformerParts parts{
      .hidden = hidden,
      .max_positions = stated_positions(config),
      .embeddings = std::move(embeddings),
      .weights = weights,
  };
  if (const std::size_t types = config.size_if("type_vocab_size").value_or(0); types > 0)
    parts.embeddings.types = weights->get(tables + "token_type_embeddings.weight", {types, hidden});
  const auto rotary = std::make_shared<const RotaryTable>(frequencies_of(config, shape.head_dim),
                                                          parts.max_positions);
  for (std::size_t i = 0; i < config.size("num_hidden_layers"); ++i) {
    parts.layers.push_back(
        gte_layer(config, *weights, fmt::format("{}encoder.layer.{}.", prefix, i), shape, rotary));
  }
  return std::make_unique<Transformer>(std::move(parts));
}

ScoreHead gte_head(const Config& config, const Weights& weights) {
  return dense_then_labels(config, weights, "new.pooler.dense", kernels::Activation::kTanh,
                           "classifier");
}

}  // namespace assay::model
