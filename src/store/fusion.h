// SPDX-License-Identifier: Apache-2.0
// Results of several queries joined to one (qdrant.md section 7.7), and the choice of results that
// are unlike each other (section 7.4).
//
// Used by collection_query.cc. Plain functions.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "store/top_k.h"

namespace assay::store {

/// Reciprocal rank fusion; `weights` one a source, or empty for 1. The `limit` best, equal scores
/// in the order of first appearance.
std::vector<Hit> fuse_by_rank(std::span<const std::vector<Hit>> sources, std::size_t k,
                              std::span<const float> weights, std::size_t limit);

/// Distribution-based score fusion; the same order.
std::vector<Hit> fuse_by_distribution(std::span<const std::vector<Hit>> sources, std::size_t limit);

/// Places of up to `limit` of the candidates, each chosen for the largest (1 - diversity) relevance
/// - diversity (largest similarity to those chosen before), the last of equals first.
/// `similarity(i, out)` fills out[j] with that of candidates i and j.
std::vector<std::size_t> choose_diverse(
    std::span<const float> relevance,
    const std::function<void(std::size_t, std::span<float>)>& similarity, double diversity,
    std::size_t limit);

}  // namespace assay::store
