// SPDX-License-Identifier: Apache-2.0
// The last stage of a query: its first hits in the order of a model that reads their texts.
//
// Used by client.cc. Plain functions.
#pragma once

#include <vector>

#include "assay/query.h"
#include "client/rerankers.h"
#include "store/groups.h"

namespace assay::client {

/// The query whose hits are reranked: as many as are read, with their payloads whole. Throws
/// kInvalidArgument as Rerank says. `request.rerank` is set.
QueryRequest first_stage(const QueryRequest& request);

/// The hits of first_stage(request) in their new order, those below the threshold left out; their
/// payloads are still whole.
std::vector<ScoredPoint> reranked(std::vector<ScoredPoint> hits, const QueryRequest& request,
                                  const TextScorer& scorer);

/// What the offset and the limit of `request` leave, with the payloads that it asks for.
std::vector<ScoredPoint> page_of(std::vector<ScoredPoint> hits, const QueryRequest& request);

/// Puts all hits together, with the payloads that `request` asks for.
void add_to(store::Groups& groups, const std::vector<ScoredPoint>& hits,
            const QueryRequest& request);

}  // namespace assay::client
