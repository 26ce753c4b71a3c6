// SPDX-License-Identifier: Apache-2.0
// Points, selections of points and results in the JSON of Qdrant's REST interface.
//
// Readers throw kInvalidArgument that names the member, what was expected and what was found;
// unknown members are refused. Used by tests and by what speaks REST.
#pragma once

#include "assay/collection.h"
#include "assay/point.h"
#include "assay/query.h"

namespace assay::wire {

/// `{"id","vector","payload"?}`.
PointStruct read_point(const Value& json);
/// `{"id","vector"}`.
PointVectors read_point_vectors(const Value& json);
/// `{"batch":{"ids","vectors","payloads"?}}` or `{"points":[…]}`; members beside them are the
/// caller's.
std::vector<PointStruct> read_points(const Value& json);

/// `points` (ids) or `filter` of a request; of both the ids. kInvalidArgument "No filter or points
/// provided" without either.
PointsSelector read_points_selector(const Value& request);

/// `update_mode` and `update_filter` of an upsert.
UpsertOptions read_upsert_options(const Value& request);
/// One of `upsert`, `delete`, `update_vectors`, `delete_vectors`, `set_payload`,
/// `overwrite_payload`, `delete_payload`, `clear_payload` with the body of its request.
UpdateOperation read_update_operation(const Value& json);

/// `{"id","payload"?,"vector"?,"order_value"?}`; parts that are absent are left out.
Value record_value(const Record& record);
/// The same with `version` and `score`; after a rerank also with
/// `"first_stage":{"score","rank","reranked"}`, which Qdrant's clients pass over.
Value scored_point_value(const ScoredPoint& point);
/// `{"id","hits":[…],"lookup"?}`.
Value group_value(const PointGroup& group);
/// `{"operation_id","status"}`.
Value update_result_value(const UpdateResult& result);

}  // namespace assay::wire
