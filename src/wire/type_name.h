// SPDX-License-Identifier: Apache-2.0
// What a JSON value is, for messages.
#pragma once

#include <string_view>

#include "assay/types.h"

namespace assay::wire {

inline std::string_view type_name(const Value& value) {
  if (value.is_null()) return "null";
  if (value.get_if<bool>() != nullptr) return "a boolean";
  if (value.get_if<std::string>() != nullptr) return "a string";
  if (value.get_if<Value::Array>() != nullptr) return "an array";
  if (value.get_if<Value::Object>() != nullptr) return "an object";
  return "a number";
}

}  // namespace assay::wire
