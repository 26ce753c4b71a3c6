// SPDX-License-Identifier: Apache-2.0
// A JSON value of a request and where it stands, read with errors that say so.
//
// Used by filter_json.cc and query_json.cc. A view: the value must outlive it.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/error.h"
#include "assay/types.h"
#include "wire/type_name.h"

namespace assay::wire {

struct Node {
  const Value& value;
  std::string where;

  [[noreturn]] void refuse(std::string_view expected) const {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{}: expected {}, got {}", where, expected, type_name(value)));
  }
  // Of a string that is none of the words expected.
  [[noreturn]] void refuse_value(std::string_view expected) const {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{}: expected {}, got {}", where, expected, value.to_json()));
  }
  [[nodiscard]] const Value::Object& object(std::string_view expected = "an object") const {
    const auto* members = value.get_if<Value::Object>();
    if (members == nullptr) refuse(expected);
    return *members;
  }
  // A member that is there and not null.
  [[nodiscard]] std::optional<Node> member(std::string_view key) const {
    const Value* found = value.find(key);
    if (found == nullptr || found->is_null()) return std::nullopt;
    return Node{*found, fmt::format("{}.{}", where, key)};
  }
  [[nodiscard]] Node required(std::string_view key) const {
    if (const auto found = member(key)) return *found;
    throw Error(ErrorCode::kInvalidArgument, fmt::format("{}: \"{}\" is missing", where, key));
  }
  void allow(std::initializer_list<std::string_view> known) const {
    for (const auto& [key, unused] : object()) {
      if (std::ranges::find(known, key) == known.end()) {
        throw Error(ErrorCode::kInvalidArgument,
                    fmt::format("{}: unknown field \"{}\"", where, key));
      }
    }
  }
  [[nodiscard]] std::vector<Node> elements() const {
    const auto* array = value.get_if<Value::Array>();
    if (array == nullptr) refuse("an array");
    std::vector<Node> nodes;
    for (const Value& element : *array)
      nodes.push_back({element, fmt::format("{}[{}]", where, nodes.size())});
    return nodes;
  }
  [[nodiscard]] std::string text() const {
    const auto* found = value.get_if<std::string>();
    if (found == nullptr) refuse("a string");
    return *found;
  }
  [[nodiscard]] bool boolean() const {
    const auto* found = value.get_if<bool>();
    if (found == nullptr) refuse("a boolean");
    return *found;
  }
  [[nodiscard]] double number() const {
    if (const auto* x = value.get_if<double>()) return *x;
    if (const auto* x = value.get_if<std::int64_t>()) return static_cast<double>(*x);
    if (const auto* x = value.get_if<std::uint64_t>()) return static_cast<double>(*x);
    refuse("a number");
  }
  [[nodiscard]] std::uint64_t count() const {
    if (const auto* x = value.get_if<std::uint64_t>()) return *x;
    const auto* x = value.get_if<std::int64_t>();
    if (x == nullptr || *x < 0) refuse("an integer of at least 0");
    return static_cast<std::uint64_t>(*x);
  }
};

}  // namespace assay::wire
