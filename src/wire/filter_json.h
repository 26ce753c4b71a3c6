// SPDX-License-Identifier: Apache-2.0
// Filters in the JSON of Qdrant's REST interface.
#pragma once

#include "assay/filter.h"
#include "wire/json_node.h"

namespace assay::wire {

/// `{"must":…,"should":…,"must_not":…,"min_should":{"conditions":…,"min_count":…}}`; a clause is a
/// condition or a list of them, null is as good as nothing. Throws kInvalidArgument that names the
/// member, what was expected and what was found; unknown members are refused. Ids of has_id that
/// are none are left out: they match no point.
Filter read_filter(const Value& json);

/// One condition, which may be a filter.
Condition condition_of(const Node& node);

/// `{"lat":…,"lon":…}`
GeoPoint geo_point_of(const Node& node);

}  // namespace assay::wire
