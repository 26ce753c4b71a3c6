// SPDX-License-Identifier: Apache-2.0
// A collection's configuration to and from the JSON text that stores on disk keep.
//
// Used by sqlite_store.cc. Every member of CollectionConfig has its place here; one that is added
// later has a default for stores that lack it. Format: docs/formats/store.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assay/collection.h"
#include "base/result.h"

namespace assay::store {

[[nodiscard]] std::string config_to_json(const CollectionConfig& config);

/// kCorruption for text that is no configuration; kUnsupported for members and values that this
/// version does not know.
Result<CollectionConfig> config_from_json(std::string_view json);

/// The names under which a point of such a collection may have a vector.
[[nodiscard]] std::vector<std::string> vector_names(const CollectionConfig& config);

}  // namespace assay::store
