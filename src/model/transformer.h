// SPDX-License-Identifier: Apache-2.0
// The pass that all text encoders share, over packed rows; an architecture file says what its
// layers are made of.
//
// A layer is attention and a feed-forward network, each behind a residual connection. Where a norm
// stands differs: before the block (GPT-2, ModernBERT), after the residual (BERT), or on the
// block's result before the residual (Gemma). Empty norms do nothing, so one order of steps serves
// all:
//   y = x + inner(block(before(x)));  x = after(y)
//
// Make a FeedForward or Embeddings a variable of its own and move it in: g++ 12 destroys a nested
// aggregate twice when a later member throws, as it does when a tensor is missing.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernels/activation.h"
#include "kernels/attention.h"
#include "kernels/gemm.h"
#include "model/config.h"
#include "model/encoder.h"
#include "model/layers.h"
#include "model/positions.h"
#include "model/safetensors.h"

namespace assay::model {

/// A row a token: words, plus positions and token types where there are tables for them.
struct Embeddings {
  Tensor words;                          ///< [vocabulary, width]
  std::optional<Tensor> positions = {};  ///< [.., width]
  /// RoBERTa's positions: a token with this id has the row of the same number and does not count;
  /// the first that does has the row behind it. Else the first token has row 0.
  std::optional<std::int32_t> padding = {};
  std::optional<Tensor> types = {};  ///< [types, width]
  float scale = 1;                   ///< of the word rows
  Norm norm = {};
  std::optional<Linear> projection = {};  ///< width to hidden size, after the norm (Electra)
};

/// How the heads of a layer look at each other.
struct AttentionShape {
  std::size_t heads;
  std::size_t key_heads;  ///< divides heads
  std::size_t head_dim;
  float scale;
  std::size_t before = kernels::kUnlimited;  ///< keys a query sees on either side
  std::size_t after = kernels::kUnlimited;

  [[nodiscard]] std::size_t query_width() const { return heads * head_dim; }
  [[nodiscard]] std::size_t key_width() const { return key_heads * head_dim; }
};

/// Position rows of disentangled attention, one matrix a head.
struct RelativeTables {
  std::vector<kernels::PackedMatrix> keys;
  std::vector<kernels::PackedMatrix> queries;
};

struct FeedForward {
  Linear up;  ///< to the inner width; gated: to twice that, both halves side by side
  kernels::Activation activation;
  bool gated = false;
  bool gate_first = true;  ///< which half goes through the activation
  Linear down;
};

struct Layer {
  AttentionShape shape;
  Norm before_attention = {};
  Linear qkv;            ///< queries, keys, values side by side
  Norm query_norm = {};  ///< over a head or over all of them, as its width says
  Norm key_norm = {};
  std::shared_ptr<const RotaryTable> rotary = {};  ///< or null
  RelativeTables relative = {};                    ///< or empty
  Linear attention_out;
  Norm inner_attention = {};
  Norm after_attention = {};
  /// x = repeated(x + after(y)): the residual added a second time (jina-bert-v2 with QK norms).
  Norm repeated_attention = {};
  Norm before_feed_forward = {};
  FeedForward feed_forward;
  Norm inner_feed_forward = {};
  Norm after_feed_forward = {};
};

/// Everything a model is made of.
struct TransformerParts {
  std::size_t hidden;
  std::size_t max_positions;
  Embeddings embeddings;
  std::vector<Layer> layers = {};
  Norm final_norm = {};
  DistanceTable<float> bias = {};                  ///< added to the scores of every layer, or empty
  DistanceTable<std::int32_t> position_rows = {};  ///< for Layer::relative
  std::shared_ptr<const Weights> weights;          ///< the tables above may be views of it
};

/// Immutable; may be shared by threads.
class Transformer : public Encoder {
 public:
  explicit Transformer(TransformerParts parts) : parts_(std::move(parts)) {}

  std::span<float> forward(const PackedBatch& batch, OutputRows rows, Workspace& workspace,
                           std::size_t threads) const override;
  [[nodiscard]] std::size_t hidden_size() const override { return parts_.hidden; }
  [[nodiscard]] std::size_t max_positions() const override { return parts_.max_positions; }
  [[nodiscard]] const TransformerParts& parts() const { return parts_; }

 private:
  struct Pass;  // one call of forward()
  TransformerParts parts_;
};

/// Heads of `hidden` / `heads` components each, scale 1 / sqrt of that; kCorruption when `heads`
/// does not divide `hidden`.
AttentionShape shape_of_heads(const Config& config, std::size_t hidden, std::size_t heads);

/// num_attention_heads over num_key_value_heads of head_dim components; kCorruption when the one is
/// no multiple of the other.
AttentionShape shape_of_groups(const Config& config, std::size_t hidden);

inline constexpr std::string_view kFullAttention = "full_attention";
inline constexpr std::string_view kSlidingAttention = "sliding_attention";

/// Which layers see the whole text: by "layer_types", else every n-th as
/// "global_attn_every_n_layers" says, the first one included.
std::vector<bool> global_layers(const Config& config);

/// Base of the rotary angles in layers of `type`: of "rope_parameters", else the field `old_key`,
/// else `fallback`. kUnsupported for angles that are scaled.
double rope_theta(const Config& config, std::string_view type, std::string_view old_key,
                  double fallback);

/// "max_position_embeddings", or as many of them as tables are made for.
std::size_t stated_positions(const Config& config);

/// `prefix` when the tensor `prefix` + `name` is there, else nothing: files of task models have it,
/// those of bare encoders do not.
std::string prefix_of(const Weights& weights, std::string_view prefix, std::string_view name);

/// kCorruption when a table of `rows` positions has none left behind the first `reserved`.
void check_positions(const Config& config, std::size_t rows, std::size_t reserved);

/// "layer_norm_eps" or the field `key`, `fallback` when it is absent.
float epsilon_of(const Config& config, double fallback, std::string_view key = "layer_norm_eps");

/// Throws kUnsupported when the text field `key` is there and is not `expected`.
void require_text(const Config& config, std::string_view key, std::string_view expected);
/// Throws kUnsupported when the flag `key` is there and is not `expected`.
void require_flag(const Config& config, std::string_view key, bool expected);

}  // namespace assay::model
