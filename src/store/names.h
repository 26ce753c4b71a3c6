// SPDX-License-Identifier: Apache-2.0
// What may be created: collection names, vector names, vector sizes (qdrant.md section 2).
//
// Used by collection.cc and collections.cc, on creation only. Plain functions; they throw
// kInvalidArgument.
#pragma once

#include <string_view>

#include "assay/collection.h"

namespace assay::store {

/// 1 to 255 characters, none of < > : " / \ | ? * NUL 0x1F, not "." or "..".
void check_new_collection_name(std::string_view name);

/// A vector that is to be added to a collection, as below.
void check_new_vector(std::string_view name, const VectorParams& params);
void check_new_vector(std::string_view name, const SparseVectorParams& params);

/// Vector names (at most 200 bytes, the same characters; "" is the unnamed vector) and sizes (1 to
/// 65536). Sparse vectors have names of their own.
void check_new_config(const CollectionConfig& config);

}  // namespace assay::store
