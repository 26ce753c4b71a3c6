// SPDX-License-Identifier: Apache-2.0
// DeBERTa v2 and v3 (He et al. 2021): disentangled attention, whose scores add the products of
// content and relative position in both directions.
//
// Tensor names and config fields as in transformers' DebertaV2Model, in the form of the published
// v3 models: buckets of distances, positions projected by the content's own matrices.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "assay/error.h"
#include "model/registry.h"
#include "model/transformer.h"

namespace assay::model {
namespace {

Error unsupported(const Config& config, const std::string& what) {
  return {ErrorCode::kUnsupported,
          fmt::format("model: {}: {} is not implemented", config.path().string(), what)};
}

void require_known_form(const Config& config, std::size_t hidden) {
  if (!config.flag_or("relative_attention", false) || !config.flag_or("share_att_key", false))
    throw unsupported(config, "DeBERTa without relative_attention and share_att_key");
  const auto kinds = config.texts_or_split("pos_att_type", '|');
  const auto has = [&](std::string_view kind) { return std::ranges::count(kinds, kind) == 1; };
  if (kinds.size() != 2 || !has("c2p") || !has("p2c"))
    throw unsupported(config, "pos_att_type other than c2p and p2c");
  if (config.size_if("conv_kernel_size").value_or(0) > 0)
    throw unsupported(config, "a convolution (conv_kernel_size)");
  if (config.size_if("embedding_size").value_or(hidden) != hidden ||
      config.size_if("attention_head_size").value_or(0) != 0)
    throw unsupported(config, "embedding_size or attention_head_size of its own");
}

// What queries and keys of a layer are for the position rows [positions, hidden], a matrix a head.
RelativeTables relative_tables(const Layer& layer, std::span<const float> rows) {
  const AttentionShape& shape = layer.shape;
  const std::size_t hidden = shape.query_width();
  const std::size_t count = rows.size() / hidden;
  std::vector<float> qkv(count * 3 * hidden);
  layer.qkv.run({rows.data(), hidden}, count, {qkv.data(), 3 * hidden});
  const auto packed = [&](std::size_t column) {
    std::vector<float> slice;
    for (std::size_t r = 0; r < count; ++r) {
      const auto from = qkv.begin() + static_cast<std::ptrdiff_t>(r * 3 * hidden + column);
      slice.insert(slice.end(), from, from + static_cast<std::ptrdiff_t>(shape.head_dim));
    }
    return kernels::PackedMatrix(slice, count, shape.head_dim);
  };
  RelativeTables tables;
  for (std::size_t h = 0; h < shape.heads; ++h) {
    tables.queries.push_back(packed(h * shape.head_dim));
    tables.keys.push_back(packed(hidden + h * shape.head_dim));
  }
  return tables;
}

Layer deberta_layer(const Config& config, const Weights& weights, const std::string& layer,
                    const AttentionShape& shape) {
  const std::size_t hidden = shape.query_width();
  const std::size_t wide = config.size("intermediate_size");
  const float epsilon = epsilon_of(config, 1e-7);
  const std::string self = layer + "attention.self.";
  FeedForward feed_forward{
      .up = Linear(weights, layer + "intermediate.dense", wide, hidden),
      .activation = activation_of(config.text_or("hidden_act", "gelu"), config.path()),
      .down = Linear(weights, layer + "output.dense", hidden, wide)};
  return {
      .shape = shape,
      .qkv = Linear(weights,
                    {{self + "query_proj", hidden},
                     {self + "key_proj", hidden},
                     {self + "value_proj", hidden}},
                    hidden),
      .attention_out = Linear(weights, layer + "attention.output.dense", hidden, hidden),
      .after_attention = LayerNorm(weights, layer + "attention.output.LayerNorm", hidden, epsilon),
      .feed_forward = std::move(feed_forward),
      .after_feed_forward = LayerNorm(weights, layer + "output.LayerNorm", hidden, epsilon),
  };
}

}  // namespace

BuiltEncoder build_deberta(const Config& config, SharedWeights weights) {
  const std::string prefix = prefix_of(*weights, "deberta.", "embeddings.word_embeddings.weight");
  const std::string tables = prefix + "embeddings.";
  const std::size_t hidden = config.size("hidden_size");
  const float epsilon = epsilon_of(config, 1e-7);
  require_known_form(config, hidden);
  AttentionShape shape = shape_of_heads(config, hidden, config.size("num_attention_heads"));
  shape.scale = 1.0f / std::sqrt(3.0f * static_cast<float>(shape.head_dim));  // three products
  const std::size_t positions = stated_positions(config);
  Embeddings embeddings{
      .words = weights->get(tables + "word_embeddings.weight", {config.size("vocab_size"), hidden}),
      .norm = LayerNorm(*weights, tables + "LayerNorm", hidden, epsilon)};
  TransformerParts parts{
      .hidden = hidden,
      .max_positions = positions,
      .embeddings = std::move(embeddings),
      .weights = weights,
  };
  if (config.flag_or("position_biased_input", true)) {
    parts.embeddings.positions =
        weights->get(tables + "position_embeddings.weight", {positions, hidden});
  }
  if (const std::size_t types = config.size_if("type_vocab_size").value_or(0); types > 0)
    parts.embeddings.types = weights->get(tables + "token_type_embeddings.weight", {types, hidden});

  // "max_relative_positions": -1 stands for max_position_embeddings, "position_buckets": -1 for
  // none.
  const auto positive = [&](std::string_view key) {
    return config.has(key) && config.number(key) > 0 ? config.size(key) : 0;
  };
  const std::size_t stated = positive("max_relative_positions");
  const std::size_t reach = stated > 0 ? stated : positions;
  const std::size_t buckets = positive("position_buckets");
  const std::size_t span = buckets > 0 ? buckets : reach;
  if (buckets > 0 && reach < buckets / 2 + 2) {  // else the logarithms have no room
    throw Error(ErrorCode::kCorruption,
                fmt::format("model: {}: position_buckets: expected fewer than twice the {} "
                            "positions that are told apart, got {}",
                            config.path().string(), reach, buckets));
  }
  const Tensor embedded =
      weights->get(prefix + "encoder.rel_embeddings.weight", {2 * span, hidden});
  std::vector<float> rows(embedded.values().begin(), embedded.values().end());
  if (config.text_or("norm_rel_ebd", "none").find("layer_norm") != std::string::npos)
    LayerNorm(*weights, prefix + "encoder.LayerNorm", hidden, epsilon).run(rows);
  parts.position_rows = {1, positions, [&](std::size_t, std::ptrdiff_t distance) {
                           const std::ptrdiff_t away = -distance;  // query - key
                           const std::ptrdiff_t bucket =
                               buckets > 0 ? log_bucket(away, buckets, reach) : away;
                           const auto end = static_cast<std::ptrdiff_t>(2 * span - 1);
                           return static_cast<std::int32_t>(std::clamp<std::ptrdiff_t>(
                               bucket + static_cast<std::ptrdiff_t>(span), 0, end));
                         }};
  for (std::size_t i = 0; i < config.size("num_hidden_layers"); ++i) {
    parts.layers.push_back(
        deberta_layer(config, *weights, fmt::format("{}encoder.layer.{}.", prefix, i), shape));
    parts.layers.back().relative = relative_tables(parts.layers.back(), rows);
  }
  return std::make_unique<Transformer>(std::move(parts));
}

ScoreHead deberta_head(const Config& config, const Weights& weights) {
  return dense_then_labels(
      config, weights, "pooler.dense",
      activation_of(config.text_or("pooler_hidden_act", "gelu"), config.path()), "classifier");
}

}  // namespace assay::model
