// SPDX-License-Identifier: Apache-2.0
// The values that a key path selects in a payload (qdrant.md section 9.2): as they are ordered,
// counted and cut into words.
//
// Used by filters, orders and groups. Plain functions.
#pragma once

#include <algorithm>
#include <cstddef>
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

// any_value_at() from `step` of the path on.
template <class Test>
bool any_value_from(const Value& value, const KeyPath& path, std::size_t step, Arrays arrays,
                    const Test& test) {
  const auto* array = value.get_if<Value::Array>();
  if (step == path.size()) {
    if (array == nullptr || arrays == Arrays::kWhole) return test(value);
    return std::ranges::any_of(*array, test);
  }
  if (const auto* name = std::get_if<std::string>(&path[step])) {
    const Value* member = value.find(*name);
    return member != nullptr && any_value_from(*member, path, step + 1, arrays, test);
  }
  if (array == nullptr) return false;
  if (const auto* index = std::get_if<std::uint64_t>(&path[step])) {
    return *index < array->size() && any_value_from((*array)[*index], path, step + 1, arrays, test);
  }
  return std::ranges::any_of(*array, [&](const Value& element) {
    return any_value_from(element, path, step + 1, arrays, test);
  });
}

/// Whether the test holds of a selected value; they are tried in the order of the payload till it
/// does. An array that is selected counts as its elements when kUnwrapped.
template <class Test>
bool any_value_at(const Payload& payload, const KeyPath& path, Arrays arrays, const Test& test) {
  const auto first = payload.find(std::get<std::string>(path.front()));
  return first != payload.end() && any_value_from(first->second, path, 1, arrays, test);
}

/// The selected values. They live as long as `payload` is unchanged.
std::vector<const Value*> values_at(const Payload& payload, const KeyPath& path, Arrays arrays);

/// What a value is ordered by: a number as it is, a date-time as microseconds since 1970 UTC.
std::optional<Value> order_value_of(const Value& value);
/// Where an order begins, as an order value. Throws kInvalidArgument for what has none.
std::optional<Value> order_start_of(const std::optional<Value>& start_from);
/// Of two order values, exactly, integers and floats together.
bool is_less(const Value& a, const Value& b);

/// What is counted in a facet, in the order of equal counts.
using FacetValue = std::variant<bool, std::int64_t, std::uint64_t, std::string>;
/// A boolean, an integer or a string; a UUID in any spelling is the same string.
std::optional<FacetValue> facet_value_of(const Value& value);

/// Maximal runs of Unicode letters and digits, in lower case; none of a text that is not UTF-8.
std::vector<std::string> words_of(std::string_view text);

}  // namespace assay::store
