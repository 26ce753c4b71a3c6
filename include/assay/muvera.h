// SPDX-License-Identifier: Apache-2.0
// A token matrix to one vector whose dot product approximates MaxSim.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "assay/export.h"
#include "assay/late_interaction_text_embedding.h"

namespace assay {

/// Numbers and defaults as in FastEmbed; the same seed gives the same encoding.
struct MuveraOptions {
  std::size_t k_sim = 5;      ///< hyperplanes a repetition: 2^k_sim clusters; at most 20
  std::size_t dim_proj = 16;  ///< floats a cluster; at most dim
  std::size_t r_reps = 20;    ///< repetitions; at least 1
  std::uint64_t random_seed = 42;
};

/// Fixed-dimensional encodings of token matrices (MUVERA: Dhulipala et al. 2024).
///
/// Scale:   dot(process_query(q), process_document(d)) grows with max_sim(q, d).
/// Errors:  kInvalidArgument for options outside their range, and for matrices without rows or with
///          another dim.
/// Threads: immutable, may be shared.
class ASSAY_EXPORT Muvera {
 public:
  explicit Muvera(std::size_t dim, const MuveraOptions& options = {});

  /// Mean of each cluster; an empty one takes the vector of the nearest.
  [[nodiscard]] std::vector<double> process_document(const TokenEmbeddings& rows) const;
  /// Sum of each cluster.
  [[nodiscard]] std::vector<double> process_query(const TokenEmbeddings& rows) const;

  /// Floats of an encoding: r_reps * 2^k_sim * dim_proj.
  [[nodiscard]] std::size_t embedding_size() const noexcept;

  struct Impl;  ///< opaque

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace assay
