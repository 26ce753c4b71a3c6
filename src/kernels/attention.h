// SPDX-License-Identifier: Apache-2.0
// Scaled dot-product attention of one head over one sequence.
//
// Used by model/ for every architecture. Query rows go through in blocks, so the score buffer is a
// block high and never [length, length]. A query row's result does not depend on the block it is
// in.
#pragma once

#include <cstddef>

#include "kernels/aligned.h"
#include "kernels/gemm.h"

namespace assay::kernels {

/// What attention() reads and writes. Row r of q, k, v and out is the head's slice of token r:
/// head_dim floats.
struct AttentionHead {
  ConstRows q;
  ConstRows k;
  ConstRows v;
  Rows out;  ///< must not overlap q, k or v
  std::size_t query_count;
  std::size_t key_count;  ///< at least 1
  std::size_t head_dim;
  float scale;  ///< positive, usually 1 / sqrt(head_dim)
};

/// out = softmax(scale * q kᵀ) v, the softmax over the keys (Vaswani et al. 2017, equation 1).
/// `scratch` is grown as needed: about 2 * key_count * head_dim floats and one block of scores.
/// Maximal absolute error 3e-5 against attention_reference() for inputs in [-4, 4], whose scores
/// reach 128 (attention_test.cc).
void attention(const AttentionHead& head, AlignedBuffer& scratch);
void attention_reference(const AttentionHead& head);

}  // namespace assay::kernels
