// SPDX-License-Identifier: Apache-2.0
// Dot products of a sparse vector with the points of a column (qdrant.md section 5).
//
// Used by vector_search.cc. Queries have ascending, unique indices. A score is summed in the order
// of the indices, in float32, whichever function computes it. Thread-safe as long as the column
// does not change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "store/sparse_column.h"
#include "store/top_k.h"

namespace assay::store {

/// Puts the entries in the order of their indices.
void sort_by_index(SparseVector& vector);

/// Over common indices; 0 without any.
float sparse_dot(const SparseView& query, const SparseView& row);

/// out[slot] for every slot below out.size(): the dot product, 0 without a common index or a
/// vector.
void sparse_dots(const SparseColumn& column, const SparseView& query, std::span<float> out);

/// The `k` slots with the largest dot products among those that share an index with the query and
/// are `allowed` (by slot, 0 = not; empty = all), see top_k.h. `threads` = 0 takes as many as the
/// postings deserve.
std::vector<Hit> sparse_search(const SparseColumn& column, const SparseView& query, std::size_t k,
                               std::span<const std::uint8_t> allowed = {}, std::size_t threads = 0);

/// Multiplies each value of `query` by ln((n - df + 0.5) / (df + 0.5) + 1), n and df counted over
/// the slots of `corpus` (as `allowed`) that have a vector.
void apply_idf(const SparseColumn& column, std::span<const std::uint8_t> corpus,
               SparseVector& query);

/// The mean of `positive`, or twice that less the mean of `negative`, over the union of their
/// indices. `positive` is not empty; indices are ascending.
SparseVector sparse_average(std::span<const SparseVector> positive,
                            std::span<const SparseVector> negative);

}  // namespace assay::store
