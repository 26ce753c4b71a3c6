// SPDX-License-Identifier: Apache-2.0
// The values that a key path selects in a payload (qdrant.md section 9.2): as they are ordered,
// counted and cut into words.
//
// Used by filters, orders and groups. Plain functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "assay/types.h"
#include "store/key_path.h"

namespace assay::store {

/// How a selected array is seen.
enum class Arrays { kUnwrapped, kWhole };

/// Selected values in the order of the payload; an array that is selected counts as its elements
/// when kUnwrapped. They live as long as `payload` is unchanged.
std::vector<const Value*> values_at(const Payload& payload, const KeyPath& path, Arrays arrays);

/// What a value is ordered by: a number as it is, a date-time as microseconds since 1970 UTC.
std::optional<Value> order_value_of(const Value& value);
/// Of two order values, exactly, integers and floats together.
bool is_less(const Value& a, const Value& b);

/// What is counted in a facet, in the order of equal counts.
using FacetValue = std::variant<bool, std::int64_t, std::uint64_t, std::string>;
/// A boolean, an integer or a string; a UUID in any spelling is the same string.
std::optional<FacetValue> facet_value_of(const Value& value);

/// Maximal runs of Unicode letters and digits, in lower case; none of a text that is not UTF-8.
std::vector<std::string> words_of(std::string_view text);

}  // namespace assay::store
