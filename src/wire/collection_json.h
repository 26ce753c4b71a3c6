// SPDX-License-Identifier: Apache-2.0
// Configurations of collections in the JSON of Qdrant's REST interface.
//
// Readers throw kInvalidArgument that names the member, what was expected and what was found;
// unknown members are refused. Members that tune a server and have no meaning here (shards, HNSW,
// quantization, memory, write-ahead log, …) are accepted without effect.
#pragma once

#include "assay/collection.h"

namespace assay::wire {

/// `{"vectors"?: params or {name: params},"sparse_vectors"?: {name: params},"metadata"?}`.
CollectionConfig read_collection_config(const Value& json);
/// The same; the unnamed vector stands bare when it is the only dense one.
Value collection_config_value(const CollectionConfig& config);

/// `{"sparse_vectors"?,"vectors"?,"metadata"?}`.
CollectionUpdate read_collection_update(const Value& json);

/// `{"dense":{"size","distance","multivector_config"?,"datatype"?}}` or
/// `{"sparse":{"modifier"?,"datatype"?}}`.
VectorNameConfig read_vector_name_config(const Value& json);

/// `{"actions":[{"create_alias":{"collection_name","alias_name"}},
/// {"delete_alias":{"alias_name"}}, {"rename_alias":{"old_alias_name","new_alias_name"}}]}`.
std::vector<AliasOperation> read_alias_operations(const Value& json);

/// CollectionInfo as GET /collections/{name} gives it.
Value collection_info_value(const CollectionInfo& info);

}  // namespace assay::wire
