// SPDX-License-Identifier: Apache-2.0
// The best points of a column of any kind, by a query of vectors.
//
// Used by collection_query.cc. Thread-safe as long as the column does not change; a large scan runs
// on several threads of the process's pool, with the same result.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "store/column.h"
#include "store/similarity.h"
#include "store/top_k.h"

namespace assay::store {

/// What points are scored by. The examples have gone through Column::prepared().
struct VectorQuery {
  std::vector<StoredVector> examples = {};
  /// None: as near as possible to the one example, by the score that users see; sparse vectors
  /// without a common index are not found.
  Formula formula = {};
};

/// The `k` best slots that have the vector and are `allowed` (by slot, 0 = not; empty = all), best
/// first (see top_k.h). Queries of a large dense column for what is near to one example may miss
/// some, unless `params` say otherwise; all others are exact.
std::vector<Hit> vector_search(const Column& column, const VectorQuery& query, std::size_t k,
                               std::span<const std::uint8_t> allowed,
                               const GraphParams& params = {});

/// What vector_search() finds for each of some queries of a dense column, which have one example
/// and no formula; scans share their pass over the rows.
struct DenseSearch {
  const VectorQuery& query;
  std::size_t k;
  std::span<const std::uint8_t> allowed;
  GraphParams params;
};
std::vector<std::vector<Hit>> vector_search(const Column& column,
                                            std::span<const DenseSearch> searches);

/// out[i] = the similarity of `example` (prepared) to the vector of slots[i], which has one; where
/// the two differ (MaxSim), the example is the query.
void similarities_to(const Column& column, const StoredVector& example, std::span<const Slot> slots,
                     std::span<float> out);
/// out[i] = the similarity of the vector of slots[i], as the query, to that of `slot`.
void similarities_from(const Column& column, std::span<const Slot> slots, Slot slot,
                       std::span<float> out);

/// The vector that RecommendQuery::Strategy::kAverageVector looks for; the examples are of one
/// kind, as the request gave them, `positive` is not empty.
StoredVector average_vector(std::span<const StoredVector> positive,
                            std::span<const StoredVector> negative);

}  // namespace assay::store
