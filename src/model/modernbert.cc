// SPDX-License-Identifier: Apache-2.0
// ModernBERT (Warner et al. 2024): norms before the blocks, rotary positions, gated feed-forward
// networks, most layers with a sliding window.
//
// Tensor names as in transformers' ModernBertModel, with or without "model.". Two forms of config:
// global_attn_every_n_layers and *_rope_theta, or since transformers 5 layer_types and
// rope_parameters.
#include <fmt/format.h>

#include <utility>

#include "assay/error.h"
#include "model/registry.h"
#include "model/transformer.h"

namespace assay::model {
namespace {

LayerNorm norm_of(const Config& config, const Weights& weights, const std::string& name) {
  return {weights, name, config.size("hidden_size"), epsilon_of(config, 1e-5, "norm_eps"),
          config.flag_or("norm_bias", false)};
}

Layer modernbert_layer(const Config& config, const Weights& weights, const std::string& layer,
                       const AttentionShape& shape, std::shared_ptr<const RotaryTable> rotary) {
  const std::size_t hidden = shape.query_width();
  const std::size_t wide = config.size("intermediate_size");
  const bool attention_bias = config.flag_or("attention_bias", false);
  const bool bias = config.flag_or("mlp_bias", false);
  FeedForward feed_forward{
      .up = Linear(weights, layer + "mlp.Wi", 2 * wide, hidden, bias),
      .activation = activation_of(config.text_or("hidden_activation", "gelu"), config.path()),
      .gated = true,
      .gate_first = true,
      .down = Linear(weights, layer + "mlp.Wo", hidden, wide, bias)};
  return {
      .shape = shape,
      .qkv = Linear(weights, layer + "attn.Wqkv", 3 * hidden, hidden, attention_bias),
      .rotary = std::move(rotary),
      .attention_out = Linear(weights, layer + "attn.Wo", hidden, hidden, attention_bias),
      .before_feed_forward = norm_of(config, weights, layer + "mlp_norm"),
      .feed_forward = std::move(feed_forward),
  };
}

}  // namespace

BuiltEncoder build_modernbert(const Config& config, SharedWeights weights) {
  const std::string prefix = prefix_of(*weights, "model.", "embeddings.tok_embeddings.weight");
  const std::size_t hidden = config.size("hidden_size");
  AttentionShape global = shape_of_heads(config, hidden, config.size("num_attention_heads"));
  AttentionShape local = global;
  local.before = local.after = config.size_if("local_attention").value_or(128) / 2;
  Embeddings embeddings{.words = weights->get(prefix + "embeddings.tok_embeddings.weight",
                                              {config.size("vocab_size"), hidden}),
                        .norm = norm_of(config, *weights, prefix + "embeddings.norm")};
  TransformerParts parts{
      .hidden = hidden,
      .max_positions = stated_positions(config),
      .embeddings = std::move(embeddings),
      .final_norm = norm_of(config, *weights, prefix + "final_norm"),
      .weights = weights,
  };
  const auto rotary = [&](double theta) {
    return std::make_shared<const RotaryTable>(RotaryTable::frequencies(global.head_dim, theta),
                                               parts.max_positions);
  };
  const auto global_rotary =
      rotary(rope_theta(config, kFullAttention, "global_rope_theta", 160000));
  const auto local_rotary =
      rotary(rope_theta(config, kSlidingAttention, "local_rope_theta", 10000));
  const std::vector<bool> is_global = global_layers(config);
  for (std::size_t i = 0; i < is_global.size(); ++i) {
    const std::string layer = fmt::format("{}layers.{}.", prefix, i);
    parts.layers.push_back(modernbert_layer(config, *weights, layer, is_global[i] ? global : local,
                                            is_global[i] ? global_rotary : local_rotary));
    // The first layer's input is normalised by the embeddings already.
    if (i > 0)
      parts.layers.back().before_attention = norm_of(config, *weights, layer + "attn_norm");
  }
  return std::make_unique<Transformer>(std::move(parts));
}

ScoreHead modernbert_head(const Config& config, const Weights& weights) {
  const std::size_t hidden = config.size("hidden_size");
  const std::string pooling = config.text_or("classifier_pooling", "cls");
  if (pooling != "cls" && pooling != "mean") {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("model: {}: classifier_pooling \"{}\" is not implemented; cls and mean "
                            "are",
                            config.path().string(), pooling));
  }
  std::vector<RowHead::Step> steps;
  steps.push_back(
      {.linear =
           Linear(weights, "head.dense", hidden, hidden, config.flag_or("classifier_bias", false)),
       .activation = activation_of(config.text_or("classifier_activation", "gelu"), config.path()),
       .norm = norm_of(config, weights, "head.norm")});
  steps.push_back({.linear = label_layer(config, weights, "classifier", hidden)});
  return {.pooling = pooling == "cls" ? Pooling::kCls : Pooling::kMean,
          .head = RowHead(std::move(steps))};
}

}  // namespace assay::model
