// SPDX-License-Identifier: Apache-2.0
// Exact nearest neighbours: every row of a column is scored.
//
// Used by collection.cc. Thread-safe as long as the column does not change; a large scan runs on
// several threads of the process's pool, with the same result.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "store/dense_column.h"
#include "store/top_k.h"

namespace assay::store {

/// Fills the scores of some rows, pointers to [size] numbers; may be called by several threads at
/// once.
using RowScorer = std::function<void(std::span<const float* const> rows, std::span<float> scores)>;

/// The `k` slots with the best scores by `score`, as below.
std::vector<Hit> exact_search(const DenseColumn& column, const RowScorer& score, bool ascending,
                              std::size_t k, std::span<const std::uint8_t> allowed = {},
                              std::size_t threads = 0);

/// The `k` best slots that have the vector and are `allowed` (by slot, 0 = not; empty = all), best
/// first (see top_k.h).
///
/// `query` [size] must have gone through prepare_vector(). Scores are what users see: dot on
/// kCosine and kDot, L2 on kEuclid, L1 on kManhattan. `threads` = 0 takes as many as the scan
/// deserves.
std::vector<Hit> exact_search(const DenseColumn& column, std::span<const float> query,
                              std::size_t k, std::span<const std::uint8_t> allowed = {},
                              std::size_t threads = 0);

/// One search of several, with the meanings above.
struct Scan {
  std::span<const float> query;
  std::size_t k;
  std::span<const std::uint8_t> allowed = {};
};

/// What each search would find alone, in one pass over the rows: a part of them is scored for every
/// query while it lies in the cache. Searches that share their `allowed` gather its rows once.
std::vector<std::vector<Hit>> exact_search(const DenseColumn& column, std::span<const Scan> scans,
                                           std::size_t threads = 0);

}  // namespace assay::store
