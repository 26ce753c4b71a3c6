// SPDX-License-Identifier: Apache-2.0
// Vectors in the JSON of Qdrant's REST interface: `[f]`, `{"indices":[n],"values":[f]}`, `[[f]]`,
// `{"text","model","options"?}`.
//
// Used by query_json.cc and point_json.cc. Readers throw kInvalidArgument as those of json_node.h.
#pragma once

#include "assay/point.h"
#include "wire/json_node.h"

namespace assay::wire {

/// Rows of different lengths are refused.
Vector vector_of(const Node& node);
/// The same without texts where a name stands beside it: `{name: vector}`, or a bare vector.
Vectors vectors_of(const Node& node);

PointId id_of(const Node& node);
/// A float32 that must be a number.
float float_of(const Node& node);

Value vector_value(const StoredVector& vector);
/// Bare where the unnamed vector is the only one, else by name.
Value vectors_value(const StoredVectors& vectors);

}  // namespace assay::wire
