// SPDX-License-Identifier: Apache-2.0
// JinaBERT (Günther et al. 2023): BERT with linear attention biases (Press et al. 2022) instead of
// positions, and gated feed-forward networks.
//
// Tensor names of jinaai/jina-bert-implementation, and of jinaai/jina-bert-v2-qk-post-norm (the
// code model), which normalises queries and keys and adds the residual of attention twice.
#include <fmt/format.h>

#include <utility>

#include "assay/error.h"
#include "model/registry.h"
#include "model/transformer.h"

namespace assay::model {
namespace {

kernels::Activation gate_of(const Config& config) {
  const std::string type = config.text_or("feed_forward_type", "geglu");
  if (type == "geglu") return kernels::Activation::kGelu;
  if (type == "reglu") return kernels::Activation::kRelu;
  throw Error(ErrorCode::kUnsupported,
              fmt::format("model: {}: feed_forward_type \"{}\" is not implemented; geglu and reglu "
                          "are",
                          config.path().string(), type));
}

Layer jina_layer(const Config& config, const Weights& weights, const std::string& layer,
                 const AttentionShape& shape) {
  const std::size_t hidden = shape.query_width();
  const std::size_t wide = config.size("intermediate_size");
  const float epsilon = epsilon_of(config, 1e-12);
  const std::string self = layer + "attention.self.";
  const bool normed_heads = weights.contains(self + "layer_norm_q.weight");
  const std::string up = layer + (normed_heads ? "mlp.up_gated_layer" : "mlp.gated_layers");
  FeedForward feed_forward{
      .up = Linear(weights, up, 2 * wide, hidden, false),
      .activation = gate_of(config),
      .gated = true,
      .gate_first = !normed_heads,
      .down = Linear(weights, layer + (normed_heads ? "mlp.down_layer" : "mlp.wo"), hidden, wide)};
  Layer made{
      .shape = shape,
      .qkv = Linear(weights,
                    {{self + "query", hidden}, {self + "key", hidden}, {self + "value", hidden}},
                    hidden),
      .attention_out = Linear(weights, layer + "attention.output.dense", hidden, hidden),
      .after_attention = LayerNorm(weights, layer + "attention.output.LayerNorm", hidden, epsilon),
      .feed_forward = std::move(feed_forward),
      .after_feed_forward = LayerNorm(
          weights, layer + (normed_heads ? "layer_norm_2" : "mlp.layernorm"), hidden, epsilon),
  };
  if (normed_heads) {
    made.query_norm = LayerNorm(weights, self + "layer_norm_q", hidden, epsilon);
    made.key_norm = LayerNorm(weights, self + "layer_norm_k", hidden, epsilon);
    made.repeated_attention = LayerNorm(weights, layer + "layer_norm_1", hidden, epsilon);
  }
  return made;
}

}  // namespace

BuiltEncoder build_jina_bert(const Config& config, SharedWeights weights) {
  require_text(config, "position_embedding_type", "alibi");
  const std::string prefix = prefix_of(*weights, "bert.", "embeddings.word_embeddings.weight");
  const std::string tables = prefix + "embeddings.";
  const std::size_t hidden = config.size("hidden_size");
  const AttentionShape shape = shape_of_heads(config, hidden, config.size("num_attention_heads"));
  Embeddings embeddings{
      .words = weights->get(tables + "word_embeddings.weight", {config.size("vocab_size"), hidden}),
      .types = weights->get(tables + "token_type_embeddings.weight",
                            {config.size("type_vocab_size"), hidden}),
      .norm = LayerNorm(*weights, tables + "LayerNorm", hidden, epsilon_of(config, 1e-12))};
  TransformerParts parts{
      .hidden = hidden,
      .max_positions = stated_positions(config),
      .embeddings = std::move(embeddings),
      .weights = weights,
  };
  for (std::size_t i = 0; i < config.size("num_hidden_layers"); ++i) {
    parts.layers.push_back(
        jina_layer(config, *weights, fmt::format("{}encoder.layer.{}.", prefix, i), shape));
  }
  const std::vector<float> slopes = alibi_slopes(shape.heads);
  parts.bias = {shape.heads, parts.max_positions, [&](std::size_t head, std::ptrdiff_t distance) {
                  return -slopes[head] * static_cast<float>(distance < 0 ? -distance : distance);
                }};
  return std::make_unique<Transformer>(std::move(parts));
}

}  // namespace assay::model
