// SPDX-License-Identifier: Apache-2.0
// What may be created: collection names, vector names, vector sizes, metadata (qdrant.md section
// 2).
//
// Used by collection.cc and collections.cc, on creation and change only. Plain functions; they
// throw kInvalidArgument.
#pragma once

#include <string_view>

#include "assay/collection.h"

namespace assay::store {

/// 1 to 255 characters, none of < > : " / \ | ? * NUL 0x1F, not "." or "..".
void check_new_collection_name(std::string_view name);

/// A vector that is to be added to a collection, as below.
void check_new_vector(std::string_view name, const VectorParams& params);
void check_new_vector(std::string_view name, const SparseVectorParams& params);

/// What comes back from its JSON as it was: no more than 127 levels, finite numbers, UTF-8.
void check_metadata(const Payload& metadata);

/// The key path, and scores of type kText alone.
void check_new_index(std::string_view field, const PayloadIndexParams& params);

/// Vector names (at most 200 bytes of UTF-8, the same characters; "" is the unnamed vector) and
/// sizes (1 to 65536), metadata and payload indexes. Sparse vectors have names of their own.
void check_new_config(const CollectionConfig& config);

}  // namespace assay::store
