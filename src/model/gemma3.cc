// SPDX-License-Identifier: Apache-2.0
// Gemma 3 as a bidirectional encoder (EmbeddingGemma, Vera et al. 2025).
//
// RMS norms before and behind the blocks with scales 1 + weight, also over each query and key head;
// rotary positions with two bases; most layers with a sliding window; tanh-GELU gates. Tensor names
// and config fields as in transformers' Gemma3TextModel.
#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "assay/error.h"
#include "model/registry.h"
#include "model/transformer.h"

namespace assay::model {
namespace {

RmsNorm norm_of(const Config& config, const Weights& weights, const std::string& name,
                std::size_t width) {
  return {weights, name, width, epsilon_of(config, 1e-6, "rms_norm_eps"), 1.0f};
}

Layer gemma3_layer(const Config& config, const Weights& weights, const std::string& layer,
                   const AttentionShape& shape, std::shared_ptr<const RotaryTable> rotary) {
  const std::size_t hidden = config.size("hidden_size");
  const std::size_t wide = config.size("intermediate_size");
  const std::string self = layer + "self_attn.";
  const auto norm = [&](const char* name) {
    return norm_of(config, weights, layer + name, hidden);
  };
  FeedForward feed_forward{
      .up = Linear(weights, {{layer + "mlp.gate_proj", wide}, {layer + "mlp.up_proj", wide}},
                   hidden, false),
      .activation =
          activation_of(config.text_or("hidden_activation", "gelu_pytorch_tanh"), config.path()),
      .gated = true,
      .gate_first = true,
      .down = Linear(weights, layer + "mlp.down_proj", hidden, wide, false)};
  return {
      .shape = shape,
      .before_attention = norm("input_layernorm"),
      .qkv = Linear(weights,
                    {{self + "q_proj", shape.query_width()},
                     {self + "k_proj", shape.key_width()},
                     {self + "v_proj", shape.key_width()}},
                    hidden, false),
      .query_norm = norm_of(config, weights, self + "q_norm", shape.head_dim),
      .key_norm = norm_of(config, weights, self + "k_norm", shape.head_dim),
      .rotary = std::move(rotary),
      .attention_out = Linear(weights, self + "o_proj", hidden, shape.query_width(), false),
      .inner_attention = norm("post_attention_layernorm"),
      .before_feed_forward = norm("pre_feedforward_layernorm"),
      .feed_forward = std::move(feed_forward),
      .inner_feed_forward = norm("post_feedforward_layernorm"),
  };
}

}  // namespace

BuiltEncoder build_gemma3(const Config& config, SharedWeights weights) {
  if (!config.flag_or("use_bidirectional_attention", false)) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("model: {}: Gemma 3 is implemented as a bidirectional encoder; "
                            "use_bidirectional_attention is not true",
                            config.path().string()));
  }
  require_flag(config, "attention_bias", false);
  const std::string prefix = prefix_of(*weights, "model.", "embed_tokens.weight");
  const std::size_t hidden = config.size("hidden_size");
  AttentionShape global = shape_of_groups(config, hidden);
  global.scale = static_cast<float>(1.0 / std::sqrt(config.positive("query_pre_attn_scalar")));
  AttentionShape local = global;
  local.before = local.after = config.size("sliding_window") / 2;
  Embeddings embeddings{
      .words = weights->get(prefix + "embed_tokens.weight", {config.size("vocab_size"), hidden}),
      .scale = std::sqrt(static_cast<float>(hidden))};
  TransformerParts parts{
      .hidden = hidden,
      .max_positions = stated_positions(config),
      .embeddings = std::move(embeddings),
      .final_norm = norm_of(config, *weights, prefix + "norm", hidden),
      .weights = weights,
  };
  // Before tables are made of it.
  (void)weights->get(prefix + "layers.0.self_attn.q_norm.weight", {global.head_dim});
  const auto rotary = [&](std::string_view type, std::string_view old_key, double fallback) {
    return std::make_shared<const RotaryTable>(
        RotaryTable::frequencies(global.head_dim, rope_theta(config, type, old_key, fallback)),
        parts.max_positions);
  };
  const auto global_rotary = rotary(kFullAttention, "rope_theta", 1000000);
  const auto local_rotary = rotary(kSlidingAttention, "rope_local_base_freq", 10000);
  const std::vector<bool> is_global = global_layers(config);
  for (std::size_t i = 0; i < is_global.size(); ++i) {
    parts.layers.push_back(gemma3_layer(config, *weights, fmt::format("{}layers.{}.", prefix, i),
                                        is_global[i] ? global : local,
                                        is_global[i] ? global_rotary : local_rotary));
  }
  return std::make_unique<Transformer>(std::move(parts));
}

}  // namespace assay::model
