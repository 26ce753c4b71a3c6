// SPDX-License-Identifier: Apache-2.0
// Queries in the JSON of Qdrant's REST interface.
#pragma once

#include "assay/query.h"

namespace assay::wire {

/// A QueryRequest: `prefetch`, `query`, `using`, `filter`, `params` (`idf`; the others are
/// accepted, without effect on exact search), `score_threshold`, `limit`, `offset`, `with_vector`,
/// `with_payload`, `lookup_from`. Throws kInvalidArgument that names the member, what was expected
/// and what was found; unknown members are refused.
QueryRequest read_query_request(const Value& json);

/// The same with `group_by`, `group_size` and `with_lookup`, without `offset`.
QueryGroupsRequest read_query_groups_request(const Value& json);

}  // namespace assay::wire
