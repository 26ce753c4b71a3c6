// SPDX-License-Identifier: Apache-2.0
#include "model/transformer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "assay/error.h"
#include "base/assert.h"
#include "base/thread_pool.h"
#include "kernels/rotary.h"
#include "kernels/rows.h"

namespace assay::model {

// One forward pass: the batch, where its rows lie, and the steps.
struct Transformer::Pass {
  const TransformerParts& model;
  const PackedBatch& batch;
  Workspace& workspace;
  std::size_t threads;
  std::span<float> x;  // [tokens, hidden]
  std::size_t hidden = model.hidden;

  // Runs body(first row, rows, slot, threads inside) over `rows` rows: in blocks, or when there are
  // too few to give every thread one, all at once with each product split over the threads.
  template <class Body>
  void for_blocks(std::size_t rows, const Body& body) const {
    if (rows <= kRowBlock) return body(std::size_t{0}, rows, std::size_t{0}, threads);
    for_row_blocks(rows, threads, [&](std::size_t first, std::size_t count, std::size_t slot) {
      body(first, count, slot, std::size_t{1});
    });
  }

  void embed() const;
  void embed_token(std::size_t token, std::size_t position, std::span<float> out) const;
  void project(const Layer& layer, std::span<const float> rows, kernels::Rows out,
               std::size_t panel_begin, std::size_t panel_end) const;
  void place_heads(const Layer& layer, float* heads, std::size_t width, std::size_t position,
                   const Norm& norm) const;
  void attend(const Layer& layer, OutputRows wanted, kernels::ConstRows queries, const float* qkv,
              float* context) const;
  void finish(const Layer& layer, const float* context, std::span<float> rows) const;
  void run_layer(const Layer& layer, float* qkv, float* context) const;
  std::span<float> run_last_layer(const Layer* layer, OutputRows wanted, float* qkv,
                                  float* context) const;
};

namespace {

std::span<const float> row_of(const Tensor& table, std::size_t index, std::string_view what) {
  if (index >= table.shape()[0]) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("model: {} {} is outside the {} rows of its embedding table. Do "
                            "tokenizer and model belong together?",
                            what, static_cast<std::int64_t>(index), table.shape()[0]));
  }
  return table.values().subspan(index * table.shape()[1], table.shape()[1]);
}

std::size_t qkv_stride(const AttentionShape& shape) {
  return shape.query_width() + 2 * shape.key_width();
}

}  // namespace

// A negative id wraps to a number beyond every table and is named as it was.
void Transformer::Pass::embed_token(std::size_t token, std::size_t position,
                                    std::span<float> out) const {
  const Embeddings& tables = model.embeddings;
  std::ranges::copy(
      row_of(tables.words, static_cast<std::size_t>(std::int64_t{batch.ids[token]}), "token id"),
      out.begin());
  if (tables.scale != 1) {
    for (float& value : out) value *= tables.scale;
  }
  if (tables.positions) {
    kernels::accumulate(row_of(*tables.positions, position, "position"), out);
  }
  if (tables.types) {
    kernels::accumulate(
        row_of(*tables.types, static_cast<std::size_t>(std::int64_t{batch.type_ids[token]}),
               "token type"),
        out);
  }
}

void Transformer::Pass::embed() const {
  const Embeddings& tables = model.embeddings;
  const std::size_t width = tables.words.shape()[1];
  for_blocks(batch.tokens(), [&](std::size_t first, std::size_t count, std::size_t slot,
                                 std::size_t split) {
    std::span<float> rows = x.subspan(first * hidden, count * hidden);
    if (tables.projection) rows = workspace.intermediate[slot].get(count * width);
    for (std::size_t t = 0; t < count; ++t)
      embed_token(first + t, workspace.positions[first + t], rows.subspan(t * width, width));
    tables.norm.run(rows);
    if (!tables.projection) return;
    tables.projection->run({rows.data(), width}, count, {x.data() + first * hidden, hidden},
                           kernels::Activation::kNone, nullptr, split);
  });
}

// Norm and rotary angle of the heads side by side at `heads`, of a token at `position`.
void Transformer::Pass::place_heads(const Layer& layer, float* heads, std::size_t width,
                                    std::size_t position, const Norm& norm) const {
  norm.run({heads, width});
  if (layer.rotary == nullptr) return;
  kernels::rotate(heads, width / layer.shape.head_dim, layer.shape.head_dim,
                  layer.rotary->cosines(position), layer.rotary->sines(position));
}

// out = Wqkv before(rows) for the outputs of panels [panel_begin, panel_end).
void Transformer::Pass::project(const Layer& layer, std::span<const float> rows, kernels::Rows out,
                                std::size_t panel_begin, std::size_t panel_end) const {
  for_blocks(rows.size() / hidden, [&](std::size_t first, std::size_t count, std::size_t slot,
                                       std::size_t split) {
    const float* from = rows.data() + first * hidden;
    if (layer.before_attention) {
      const std::span<float> copy = workspace.intermediate[slot].get(count * hidden);
      std::copy_n(from, count * hidden, copy.data());
      layer.before_attention.run(copy);
      from = copy.data();
    }
    layer.qkv.run_panels({from, hidden}, count, {out.data + first * out.stride, out.stride},
                         panel_begin, panel_end, split);
  });
}

// Attention of every sequence and key head. `queries` has a row for each token, or for each
// sequence when only one row of it is wanted; keys and values stand in `qkv`.
void Transformer::Pass::attend(const Layer& layer, OutputRows wanted, kernels::ConstRows queries,
                               const float* qkv, float* context) const {
  const AttentionShape& shape = layer.shape;
  const std::size_t stride = qkv_stride(shape);
  const std::size_t group = shape.heads / shape.key_heads;
  parallel_for(
      batch.sequences() * shape.key_heads, threads, [&](std::size_t item, std::size_t slot) {
        const std::size_t sequence = item / shape.key_heads;
        const std::size_t head = item % shape.key_heads;
        const std::size_t begin = batch.offsets[sequence];
        const std::size_t length = batch.offsets[sequence + 1] - begin;
        const bool all = wanted == OutputRows::kAll;
        const std::size_t query_row = all ? begin : sequence;
        const std::size_t column = head * group * shape.head_dim;
        const float* keys = qkv + begin * stride + shape.query_width() + head * shape.head_dim;
        kernels::RelativePositions relative{};
        if (!layer.relative.keys.empty()) {
          relative = {&layer.relative.keys[head], &layer.relative.queries[head],
                      model.position_rows.middle(0)};
        }
        // As many queries as keys at a time; all of them unless some tokens are not attended to
        // (PackedBatch::key_counts, only where neither windows nor distances count).
        const std::size_t key_count = batch.key_count(sequence);
        const std::size_t rows = all ? length : 1;
        for (std::size_t r = 0; r < rows; r += key_count) {
          const std::size_t row = query_row + r;
          kernels::attention(
              {.q = {queries.data + row * queries.stride + column, queries.stride},
               .k = {keys, stride},
               .v = {keys + shape.key_width(), stride},
               .out = {context + row * shape.query_width() + column, shape.query_width()},
               .query_count = std::min(key_count, rows - r),
               .key_count = key_count,
               .head_dim = shape.head_dim,
               .scale = shape.scale,
               .first_query = wanted == OutputRows::kLast ? length - 1 : 0,
               .before = shape.before,
               .after = shape.after,
               .query_heads = group,
               .bias = model.bias.empty() ? nullptr : model.bias.middle(head),
               .relative = layer.relative.keys.empty() ? nullptr : &relative},
              workspace.attention[slot]);
        }
      });
}

// What follows attention in a layer, for rows that stay in cache from step to step.
void Transformer::Pass::finish(const Layer& layer, const float* context,
                               std::span<float> rows) const {
  using kernels::Activation;
  const FeedForward& network = layer.feed_forward;
  const std::size_t query_width = layer.shape.query_width();
  const std::size_t wide = network.up.outputs();
  for_blocks(rows.size() / hidden, [&](std::size_t first, std::size_t count, std::size_t slot,
                                       std::size_t split) {
    const std::span<float> block = rows.subspan(first * hidden, count * hidden);
    const std::span<float> memory = workspace.intermediate[slot].get(count * (hidden + wide));
    const std::span<float> copy = memory.first(block.size());
    const std::span<float> inner = memory.subspan(block.size());

    // block += linear(from), normalised on the way where the layer says so.
    const auto add = [&](const Linear& linear, kernels::ConstRows from, const Norm& norm) {
      if (!norm) {
        return linear.run(from, count, {block.data(), hidden}, Activation::kNone, block.data(),
                          split);
      }
      linear.run(from, count, {copy.data(), hidden}, Activation::kNone, nullptr, split);
      norm.run(copy);
      kernels::accumulate(copy, block);
    };

    if (layer.repeated_attention) std::ranges::copy(block, copy.begin());
    add(layer.attention_out, {context + first * query_width, query_width}, layer.inner_attention);
    layer.after_attention.run(block);
    if (layer.repeated_attention) {
      kernels::accumulate(copy, block);
      layer.repeated_attention.run(block);
    }

    const float* input = block.data();
    if (layer.before_feed_forward) {
      std::ranges::copy(block, copy.begin());
      layer.before_feed_forward.run(copy);
      input = copy.data();
    }
    const kernels::Rows gates{inner.data(), wide};
    network.up.run({input, hidden}, count, gates,
                   network.gated ? Activation::kNone : network.activation, nullptr, split);
    if (network.gated)
      kernels::gate(network.activation, network.gate_first, gates, count, wide / 2);
    add(network.down, {inner.data(), wide}, layer.inner_feed_forward);
    layer.after_feed_forward.run(block);
  });
}

void Transformer::Pass::run_layer(const Layer& layer, float* qkv, float* context) const {
  const AttentionShape& shape = layer.shape;
  const std::size_t stride = qkv_stride(shape);
  project(layer, x, {qkv, stride}, 0, layer.qkv.panels());
  if (layer.rotary != nullptr || layer.query_norm || layer.key_norm) {
    for_blocks(batch.tokens(), [&](std::size_t first, std::size_t count, std::size_t, std::size_t) {
      for (std::size_t t = first; t < first + count; ++t) {
        float* row = qkv + t * stride;
        const std::size_t position = workspace.positions[t];
        place_heads(layer, row, shape.query_width(), position, layer.query_norm);
        place_heads(layer, row + shape.query_width(), shape.key_width(), position, layer.key_norm);
      }
    });
  }
  attend(layer, OutputRows::kAll, {qkv, stride}, qkv, context);
  finish(layer, context, x);
}

// Only one row a sequence is asked for: the last layer needs every key and value, but one query.
std::span<float> Transformer::Pass::run_last_layer(const Layer* layer, OutputRows wanted,
                                                   float* qkv, float* context) const {
  const std::size_t sequences = batch.sequences();
  const std::span<float> rows = workspace.wanted.get(sequences * hidden);
  const auto token_of = [&](std::size_t s) {
    return wanted == OutputRows::kFirst ? batch.offsets[s] : batch.offsets[s + 1] - 1;
  };
  for (std::size_t s = 0; s < sequences; ++s)
    std::copy_n(x.data() + token_of(s) * hidden, hidden, rows.data() + s * hidden);
  if (layer == nullptr) return rows;

  const AttentionShape& shape = layer->shape;
  const std::size_t stride = qkv_stride(shape);
  const std::size_t width = layer->qkv.panel_width();
  // From the first panel that holds keys; it may begin with queries, which nobody reads.
  project(*layer, x, {qkv, stride}, shape.query_width() / width, layer->qkv.panels());
  const std::size_t query_panels = (shape.query_width() + width - 1) / width;
  const std::size_t query_stride = query_panels * width;
  float* queries = workspace.query.get(sequences * query_stride).data();
  project(*layer, rows, {queries, query_stride}, 0, query_panels);
  if (layer->rotary != nullptr || layer->query_norm || layer->key_norm) {
    for (std::size_t s = 0; s < sequences; ++s) {
      place_heads(*layer, queries + s * query_stride, shape.query_width(),
                  workspace.positions[token_of(s)], layer->query_norm);
    }
    for_blocks(batch.tokens(), [&](std::size_t first, std::size_t count, std::size_t, std::size_t) {
      for (std::size_t t = first; t < first + count; ++t) {
        place_heads(*layer, qkv + t * stride + shape.query_width(), shape.key_width(),
                    workspace.positions[t], layer->key_norm);
      }
    });
  }
  attend(*layer, wanted, {queries, query_stride}, qkv, context);
  finish(*layer, context, rows);
  return rows;
}

std::span<float> Transformer::forward(const PackedBatch& batch, OutputRows wanted,
                                      Workspace& workspace, std::size_t threads) const {
  const std::size_t tokens = batch.tokens();
  ASSAY_ASSERT(batch.offsets.back() == tokens && batch.type_ids.size() == tokens);
  workspace.prepare(threads);
  workspace.positions.resize(tokens);
  for (std::size_t s = 0; s < batch.sequences(); ++s) {
    const std::size_t length = batch.offsets[s + 1] - batch.offsets[s];
    if (length > parts_.max_positions) {
      throw Error(ErrorCode::kCorruption, fmt::format("model: a sequence of {} tokens is longer "
                                                      "than the {} positions of the model",
                                                      length, parts_.max_positions));
    }
    const std::span<std::size_t> positions =
        std::span(workspace.positions).subspan(batch.offsets[s], length);
    if (const auto padding = parts_.embeddings.padding) {
      auto next = static_cast<std::size_t>(*padding) + 1;
      for (std::size_t i = 0; i < length; ++i) {
        const bool counts = batch.ids[batch.offsets[s] + i] != *padding;
        positions[i] = counts ? next++ : static_cast<std::size_t>(*padding);
      }
    } else {
      std::iota(positions.begin(), positions.end(), std::size_t{0});
    }
  }
  const Pass pass{.model = parts_,
                  .batch = batch,
                  .workspace = workspace,
                  .threads = threads,
                  .x = workspace.hidden.get(tokens * parts_.hidden)};
  pass.embed();

  std::size_t widest_qkv = 0;
  std::size_t widest_context = 0;
  for (const Layer& layer : parts_.layers) {
    widest_qkv = std::max(widest_qkv, qkv_stride(layer.shape));
    widest_context = std::max(widest_context, layer.shape.query_width());
  }
  float* qkv = workspace.qkv.get(tokens * widest_qkv).data();
  float* context = workspace.context.get(tokens * widest_context).data();
  const bool all = wanted == OutputRows::kAll;
  const std::size_t whole = parts_.layers.size() - (all || parts_.layers.empty() ? 0 : 1);
  for (std::size_t i = 0; i < whole; ++i) pass.run_layer(parts_.layers[i], qkv, context);
  std::span<float> rows = pass.x;
  if (!all) {
    const Layer* last = parts_.layers.empty() ? nullptr : &parts_.layers.back();
    rows = pass.run_last_layer(last, wanted, qkv, context);
  }
  parts_.final_norm.run(rows);
  return rows;
}

AttentionShape shape_of_heads(const Config& config, std::size_t hidden, std::size_t heads) {
  if (heads == 0 || hidden % heads != 0) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("model: {}: hidden_size {} is no multiple of num_attention_heads {}",
                            config.path().string(), hidden, heads));
  }
  const std::size_t dim = hidden / heads;
  return {.heads = heads,
          .key_heads = heads,
          .head_dim = dim,
          .scale = 1.0f / std::sqrt(static_cast<float>(dim))};
}

AttentionShape shape_of_groups(const Config& config, std::size_t hidden) {
  const std::size_t heads = config.size("num_attention_heads");
  const std::size_t key_heads = config.size_if("num_key_value_heads").value_or(heads);
  if (heads == 0 || key_heads == 0 || heads % key_heads != 0) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("model: {}: num_attention_heads {} is no multiple of "
                            "num_key_value_heads {}",
                            config.path().string(), heads, key_heads));
  }
  const std::size_t dim = config.size_if("head_dim").value_or(hidden / heads);
  if (dim == 0 || dim % 2 != 0) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("model: {}: head_dim: expected an even number, got {}",
                            config.path().string(), dim));
  }
  return {.heads = heads,
          .key_heads = key_heads,
          .head_dim = dim,
          .scale = 1.0f / std::sqrt(static_cast<float>(dim))};
}

std::vector<bool> global_layers(const Config& config) {
  constexpr std::size_t kMostLayers = 4096;
  const std::size_t count = config.size("num_hidden_layers");
  const auto types = config.texts("layer_types");
  const std::size_t every = config.size_if("global_attn_every_n_layers").value_or(0);
  if (count > kMostLayers || (types.empty() ? every == 0 : types.size() != count)) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("model: {}: layer_types or global_attn_every_n_layers: expected a type "
                            "for each of the {} layers (at most {})",
                            config.path().string(), count, kMostLayers));
  }
  std::vector<bool> global(count);
  for (std::size_t i = 0; i < global.size(); ++i) {
    global[i] = types.empty() ? i % every == 0 : types[i] == kFullAttention;
    if (types.empty() || global[i] || types[i] == kSlidingAttention) continue;
    throw Error(ErrorCode::kUnsupported,
                fmt::format("model: {}: layer type \"{}\" is not implemented; {} and {} are",
                            config.path().string(), types[i], kFullAttention, kSlidingAttention));
  }
  return global;
}

double rope_theta(const Config& config, std::string_view type, std::string_view old_key,
                  double fallback) {
  std::optional<Config> parameters = config.object_if("rope_parameters");
  // One object for all layers, or one a type of layer.
  if (parameters && parameters->has(type)) parameters = parameters->object_if(type);
  if (parameters && parameters->has("rope_theta")) {
    require_text(*parameters, "rope_type", "default");
    return parameters->positive("rope_theta");
  }
  if (config.has("rope_scaling")) {
    throw Error(ErrorCode::kUnsupported, fmt::format("model: {}: rope_scaling is not implemented "
                                                     "for this architecture",
                                                     config.path().string()));
  }
  return config.positive_or(old_key, fallback);
}

std::size_t stated_positions(const Config& config) {
  const std::size_t stated = config.size("max_position_embeddings");
  check_positions(config, stated, 0);
  return std::min(stated, kMostPositions);
}

std::string prefix_of(const Weights& weights, std::string_view prefix, std::string_view name) {
  return weights.contains(fmt::format("{}{}", prefix, name)) ? std::string(prefix) : "";
}

void check_positions(const Config& config, std::size_t rows, std::size_t reserved) {
  if (rows > reserved) return;
  throw Error(ErrorCode::kCorruption,
              fmt::format("model: {}: max_position_embeddings: expected more than {}, got {}",
                          config.path().string(), reserved, rows));
}

float epsilon_of(const Config& config, double fallback, std::string_view key) {
  return static_cast<float>(config.positive_or(key, fallback));
}

void require_text(const Config& config, std::string_view key, std::string_view expected) {
  const std::string found = config.text_or(key, expected);
  if (found == expected) return;
  throw Error(ErrorCode::kUnsupported, fmt::format("model: {}: {} \"{}\" is not implemented; {} is",
                                                   config.path().string(), key, found, expected));
}

void require_flag(const Config& config, std::string_view key, bool expected) {
  if (config.flag_or(key, expected) == expected) return;
  throw Error(ErrorCode::kUnsupported, fmt::format("model: {}: {} {} is not implemented",
                                                   config.path().string(), key, !expected));
}

}  // namespace assay::model
