// SPDX-License-Identifier: Apache-2.0
// NomicBERT (Nussbaum et al. 2024): BERT with rotary positions, SwiGLU and no biases.
//
// Tensor names and config fields of nomic-ai/nomic-bert-2048 (nomic-embed-text v1 and v1.5,
// snowflake-arctic-embed-m-long).
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "assay/error.h"
#include "model/registry.h"
#include "model/transformer.h"

namespace assay::model {
namespace {

void require_known_form(const Config& config) {
  require_flag(config, "prenorm", false);
  require_flag(config, "parallel_block", false);
  require_flag(config, "use_rms_norm", false);
  require_flag(config, "rotary_emb_interleaved", false);
  require_flag(config, "causal", false);
  require_text(config, "activation_function", "swiglu");
  if (config.has("rotary_emb_fraction") && config.number("rotary_emb_fraction") != 1.0) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("model: {}: rotary_emb_fraction {} is not implemented; 1 is",
                            config.path().string(), config.number("rotary_emb_fraction")));
  }
}

Layer nomic_layer(const Config& config, const Weights& weights, const std::string& layer,
                  const AttentionShape& shape, std::shared_ptr<const RotaryTable> rotary) {
  const std::size_t hidden = shape.query_width();
  const std::size_t wide = config.size("n_inner");
  const float epsilon = epsilon_of(config, 1e-12, "layer_norm_epsilon");
  const bool attention_bias = config.flag_or("qkv_proj_bias", false);
  const bool up_bias = config.flag_or("mlp_fc1_bias", false);
  const bool down_bias = config.flag_or("mlp_fc2_bias", false);
  FeedForward feed_forward{
      .up = Linear(weights, {{layer + "mlp.fc11", wide}, {layer + "mlp.fc12", wide}}, hidden,
                   up_bias),
      .activation = kernels::Activation::kSilu,
      .gated = true,
      .gate_first = false,
      .down = Linear(weights, layer + "mlp.fc2", hidden, wide, down_bias)};
  return {
      .shape = shape,
      .qkv = Linear(weights, layer + "attn.Wqkv", 3 * hidden, hidden, attention_bias),
      .rotary = std::move(rotary),
      .attention_out = Linear(weights, layer + "attn.out_proj", hidden, hidden, attention_bias),
      .after_attention = LayerNorm(weights, layer + "norm1", hidden, epsilon),
      .feed_forward = std::move(feed_forward),
      .after_feed_forward = LayerNorm(weights, layer + "norm2", hidden, epsilon),
  };
}

}  // namespace

BuiltEncoder build_nomic_bert(const Config& config, SharedWeights weights) {
  require_known_form(config);
  const std::string prefix = prefix_of(*weights, "bert.", "embeddings.word_embeddings.weight");
  const std::size_t hidden = config.size("n_embd");
  const AttentionShape shape = shape_of_heads(config, hidden, config.size("n_head"));
  std::size_t positions = std::min(config.size("n_positions"), kMostPositions);
  // With a scaling factor the angles of a longer text depend on its length; up to the trained
  // length they are the plain ones.
  if (config.has("rotary_scaling_factor"))
    positions = std::min(positions, config.size_if("max_trained_positions").value_or(2048));
  check_positions(config, positions, 0);
  Embeddings embeddings{.words = weights->get(prefix + "embeddings.word_embeddings.weight",
                                              {config.size("vocab_size"), hidden}),
                        .norm = LayerNorm(*weights, prefix + "emb_ln", hidden,
                                          epsilon_of(config, 1e-12, "layer_norm_epsilon"))};
  TransformerParts parts{
      .hidden = hidden,
      .max_positions = positions,
      .embeddings = std::move(embeddings),
      .weights = weights,
  };
  const std::size_t types = config.size_if("type_vocab_size").value_or(2);
  if (types > 0) {
    parts.embeddings.types =
        weights->get(prefix + "embeddings.token_type_embeddings.weight", {types, hidden});
  }
  const double base = config.positive_or("rotary_emb_base", 10000);
  const auto rotary = std::make_shared<const RotaryTable>(
      RotaryTable::frequencies(shape.head_dim, base), positions);
  for (std::size_t i = 0; i < config.size("n_layer"); ++i) {
    parts.layers.push_back(nomic_layer(
        config, *weights, fmt::format("{}encoder.layers.{}.", prefix, i), shape, rotary));
  }
  return std::make_unique<Transformer>(std::move(parts));
}

}  // namespace assay::model
