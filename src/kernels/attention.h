// SPDX-License-Identifier: Apache-2.0
// Scaled dot-product attention of one sequence: a head, or the query heads that share one key head.
//
// Used by model/ for every architecture. Query rows go through in blocks, so the score buffer is a
// block high and as wide as the keys the block sees, never [length, length]; a sliding window costs
// length * window. A query row's result does not depend on the block it is in. Rotary positions are
// applied before (rotary.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "kernels/aligned.h"
#include "kernels/gemm.h"

namespace assay::kernels {

/// "As far as the sequence goes" for AttentionHead::before and after.
inline constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

/// Disentangled attention (He et al. 2021, equation 4): to the product of content the score adds
/// q · keys[row] and k · queries[row] of the row that stands for the distance of query and key.
struct RelativePositions {
  const PackedMatrix* keys;     ///< [positions, head_dim]
  const PackedMatrix* queries;  ///< [positions, head_dim]
  /// rows[j - i] is the row for a query at i and a key at j; points into the middle of a table that
  /// reaches as far as the longest sequence on both sides.
  const std::int32_t* rows;
};

/// What attention() reads and writes. Row r of q, k, v and out is the head's slice of token r:
/// head_dim floats.
struct AttentionHead {
  ConstRows q;
  ConstRows k;
  ConstRows v;
  Rows out;  ///< must not overlap q, k or v
  std::size_t query_count;
  std::size_t key_count;  ///< at least first_query + query_count
  std::size_t head_dim;
  float scale;  ///< positive, usually 1 / sqrt(head_dim)
  /// Position of the first query among the keys.
  std::size_t first_query = 0;
  /// A query at position i sees the keys i - before to i + after. Causal: after = 0.
  std::size_t before = kUnlimited;
  std::size_t after = kUnlimited;
  /// Heads side by side in q and out that share k and v (Ainslie et al. 2023).
  std::size_t query_heads = 1;
  /// Added to the scaled score: bias[j - i] for a query at i and a key at j, or null. Points into
  /// the middle of a table, as RelativePositions::rows.
  const float* bias = nullptr;
  const RelativePositions* relative = nullptr;  ///< or null
};

/// out = softmax(scale * (q kᵀ + relative) + bias) v, the softmax over the keys a query sees
/// (Vaswani et al. 2017, equation 1). `scratch` is grown as needed: about 2 * key_count * head_dim
/// floats and one block of scores; with `relative` key_count * positions more.
/// Maximal absolute error 3e-5 against attention_reference() for inputs in [-4, 4], whose scores
/// reach 128 (attention_test.cc).
void attention(const AttentionHead& head, AlignedBuffer& scratch);
void attention_reference(const AttentionHead& head);

}  // namespace assay::kernels
