// SPDX-License-Identifier: Apache-2.0
// Queries in the JSON of Qdrant's REST interface.
#pragma once

#include "assay/query.h"

namespace assay::wire {

/// A QueryRequest: `prefetch`, `query`, `using`, `filter`, `params`, `score_threshold`, `limit`,
/// `offset`, `with_vector`, `with_payload`, `lookup_from`. Throws kInvalidArgument that names the
/// member, what was expected and what was found; unknown members are refused.
///
/// Over prefetches an inference object is a Rerank, in a form that unmodified clients can send:
/// `{"object":{"query":"words","field":"path" or ["path",…],"separator"?,"depth"?,
/// "method"?:"cross_encoder"|"max_sim","scores"?:"raw"|"sigmoid"},"model":"id",
/// "options"?:{"max_length"?,"batch_tokens"?}}`.
QueryRequest read_query_request(const Value& json);

/// The same with `group_by`, `group_size` and `with_lookup`, without `offset`.
QueryGroupsRequest read_query_groups_request(const Value& json);

}  // namespace assay::wire
