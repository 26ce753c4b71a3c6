// SPDX-License-Identifier: Apache-2.0
// Qwen3 (Qwen team 2025) as an encoder: a causal decoder whose last token stands for the text.
//
// RMS norms before the blocks, also over each query and key head, rotary positions, key heads
// shared by query heads, SwiGLU. Tensor names and config fields as in transformers' Qwen3Model,
// with or without "model.".
#include <fmt/format.h>

#include <utility>

#include "model/registry.h"
#include "model/transformer.h"

namespace assay::model {
namespace {

Layer qwen3_layer(const Config& config, const Weights& weights, const std::string& layer,
                  const AttentionShape& shape, std::shared_ptr<const RotaryTable> rotary) {
  const std::size_t hidden = config.size("hidden_size");
  const std::size_t wide = config.size("intermediate_size");
  const float epsilon = epsilon_of(config, 1e-6, "rms_norm_eps");
  const std::string self = layer + "self_attn.";
  FeedForward feed_forward{
      .up = Linear(weights, {{layer + "mlp.gate_proj", wide}, {layer + "mlp.up_proj", wide}},
                   hidden, false),
      .activation = activation_of(config.text_or("hidden_act", "silu"), config.path()),
      .gated = true,
      .gate_first = true,
      .down = Linear(weights, layer + "mlp.down_proj", hidden, wide, false)};
  return {
      .shape = shape,
      .before_attention = RmsNorm(weights, layer + "input_layernorm", hidden, epsilon),
      .qkv = Linear(weights,
                    {{self + "q_proj", shape.query_width()},
                     {self + "k_proj", shape.key_width()},
                     {self + "v_proj", shape.key_width()}},
                    hidden, false),
      .query_norm = RmsNorm(weights, self + "q_norm", shape.head_dim, epsilon),
      .key_norm = RmsNorm(weights, self + "k_norm", shape.head_dim, epsilon),
      .rotary = std::move(rotary),
      .attention_out = Linear(weights, self + "o_proj", hidden, shape.query_width(), false),
      .before_feed_forward = RmsNorm(weights, layer + "post_attention_layernorm", hidden, epsilon),
      .feed_forward = std::move(feed_forward),
  };
}

}  // namespace

BuiltEncoder build_qwen3(const Config& config, SharedWeights weights) {
  require_flag(config, "attention_bias", false);
  require_flag(config, "use_sliding_window", false);
  const std::string prefix = prefix_of(*weights, "model.", "embed_tokens.weight");
  const std::size_t hidden = config.size("hidden_size");
  AttentionShape shape = shape_of_groups(config, hidden);
  shape.after = 0;  // causal
  Embeddings embeddings{
      .words = weights->get(prefix + "embed_tokens.weight", {config.size("vocab_size"), hidden})};
  TransformerParts parts{
      .hidden = hidden,
      .max_positions = stated_positions(config),
      .embeddings = std::move(embeddings),
      .final_norm =
          RmsNorm(*weights, prefix + "norm", hidden, epsilon_of(config, 1e-6, "rms_norm_eps")),
      .weights = weights,
  };
  // Before a table is made of it.
  (void)weights->get(prefix + "layers.0.self_attn.q_norm.weight", {shape.head_dim});
  const auto rotary = std::make_shared<const RotaryTable>(
      RotaryTable::frequencies(shape.head_dim,
                               rope_theta(config, kFullAttention, "rope_theta", 1000000)),
      parts.max_positions);
  for (std::size_t i = 0; i < config.size("num_hidden_layers"); ++i) {
    parts.layers.push_back(
        qwen3_layer(config, *weights, fmt::format("{}layers.{}.", prefix, i), shape, rotary));
  }
  return std::make_unique<Transformer>(std::move(parts));
}

ScoreHead qwen3_head(const Config& config, const Weights& weights) {
  std::vector<RowHead::Step> steps;
  steps.push_back(
      {.linear = label_layer(config, weights, "score", config.size("hidden_size"), false)});
  return {.pooling = Pooling::kLastToken, .head = RowHead(std::move(steps))};
}

}  // namespace assay::model
