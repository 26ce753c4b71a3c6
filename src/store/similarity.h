// SPDX-License-Identifier: Apache-2.0
// How alike two vectors are, bigger is better on every distance, and the scores that queries with
// examples make of it (qdrant.md sections 4, 7.5 and 7.6; the formulas stand in assay/query.h).
//
// Used by collection_query.cc through exact_search.h. Examples must have gone through
// prepare_vector(). Scorers are immutable and may be shared by threads.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "store/exact_search.h"

namespace assay::store {

/// Dot on kCosine and kDot, -|a - b|² on kEuclid, the negated L1 distance on kManhattan.
void similarities(Distance distance, std::span<const float> example, std::span<const float> rows,
                  std::span<float> out);

using Examples = std::vector<std::vector<float>>;

RowScorer score_by_best(Distance distance, Examples positive, Examples negative);
RowScorer score_by_sum(Distance distance, Examples positive, Examples negative);

struct ExamplePair {
  std::vector<float> positive;
  std::vector<float> negative;
};
RowScorer score_by_discovery(Distance distance, std::vector<float> target,
                             std::vector<ExamplePair> context);
RowScorer score_by_context(Distance distance, std::vector<ExamplePair> context);

/// Examples with their relevance.
struct Feedback {
  std::vector<std::pair<std::vector<float>, float>> items;
  float a, b, c;
};
RowScorer score_by_feedback(Distance distance, std::vector<float> target, Feedback feedback);

/// Component by component: the mean of `positive`, or twice that less the mean of `negative`.
/// `positive` is not empty; all have one size.
std::vector<float> average_of(const Examples& positive, const Examples& negative);

}  // namespace assay::store
