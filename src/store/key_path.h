// SPDX-License-Identifier: Apache-2.0
// Key paths into a payload: `segment(.segment | [n] | [])*`.
//
// Used by payload_selector.cc and by filters. A segment is letters, digits, `_` and `-`, or any
// text in double quotes; [n] is an array element (ASCII digits, at most 2^64-1), [] is every
// element. Plain functions and values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace assay::store {

/// Every element of an array, `[]`.
struct EveryElement {
  friend bool operator==(const EveryElement&, const EveryElement&) = default;
};

/// A member of an object, an element of an array, or every element.
using PathStep = std::variant<std::string, std::uint64_t, EveryElement>;

/// Never empty; begins with a member name.
using KeyPath = std::vector<PathStep>;

/// kInvalidArgument "Invalid path" for an empty or malformed text.
Result<KeyPath> parse_key_path(std::string_view text);

}  // namespace assay::store
