// SPDX-License-Identifier: Apache-2.0
// The values that a key path selects in a payload (qdrant.md section 9.2), and their words.
//
// Used by filters, orders and groups. Plain functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assay/types.h"
#include "store/key_path.h"

namespace assay::store {

/// How a selected array is seen.
enum class Arrays { kUnwrapped, kWhole };

/// Selected values in the order of the payload; an array that is selected counts as its elements
/// when kUnwrapped. They live as long as `payload` is unchanged.
std::vector<const Value*> values_at(const Payload& payload, const KeyPath& path, Arrays arrays);

/// Maximal runs of Unicode letters and digits, in lower case; none of a text that is not UTF-8.
std::vector<std::string> words_of(std::string_view text);

}  // namespace assay::store
