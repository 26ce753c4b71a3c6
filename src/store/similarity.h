// SPDX-License-Identifier: Apache-2.0
// How alike two vectors are, bigger is better on every distance, and the scores that queries with
// examples make of it (qdrant.md sections 4, 7.5 and 7.6; the formulas stand in assay/query.h).
//
// Used by vector_search.cc and max_sim.cc. Vectors must have gone through prepare_vector().
// Formulas are immutable and may be shared by threads; they know no kind of vectors.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "assay/collection.h"

namespace assay::store {

/// Dot on kCosine and kDot, -|a - b|² on kEuclid, the negated L1 distance on kManhattan.
void similarities(Distance distance, std::span<const float> example, std::span<const float> rows,
                  std::span<float> out);
/// The same of rows that lie anywhere: pointers to example.size() numbers.
void similarities(Distance distance, std::span<const float> example,
                  std::span<const float* const> rows, std::span<float> out);

/// The score that users see of a similarity: the distance itself on kEuclid and kManhattan.
float reported(Distance distance, float similarity);

/// Fills out[r] with the similarity of point r of some points to example `example`.
using SimilarityTo = std::function<void(std::size_t example, std::span<float> out)>;
/// Fills scores[r] of those points from their similarities to the examples of a query.
using Formula = std::function<void(const SimilarityTo& similarity, std::span<float> scores)>;

/// The examples are numbered: `positive` positive ones, then `negative` negative ones.
Formula score_by_best(std::size_t positive, std::size_t negative);
Formula score_by_sum(std::size_t positive, std::size_t negative);
/// Example 0 is the target; then come `pairs` pairs, the positive one first.
Formula score_by_discovery(std::size_t pairs);
/// `pairs` pairs, the positive one first.
Formula score_by_context(std::size_t pairs);

/// The relevance of examples 1, 2, …; example 0 is the target.
struct Feedback {
  std::vector<float> scores;
  float a, b, c;
};
Formula score_by_feedback(Feedback feedback);

using Examples = std::vector<std::vector<float>>;

/// Component by component: the mean of `positive`, or twice that less the mean of `negative`.
/// `positive` is not empty; all have one size.
std::vector<float> average_of(const Examples& positive, const Examples& negative);

}  // namespace assay::store
