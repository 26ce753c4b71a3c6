// SPDX-License-Identifier: Apache-2.0
// One value of a JSON file with the name that errors give it; every way to read it checks it.
//
// Used by the readers of tokenizer files. Throws Error(kCorruption) with file and field.
#pragma once

#include <fmt/format.h>
#include <simdjson.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "assay/error.h"
#include "base/file.h"
#include "base/unicode.h"

namespace assay::tokenizer {

/// No vocabulary comes near; guards the tables by id.
inline constexpr std::int64_t kLargestId = 10'000'000;

class Node {
 public:
  Node(const std::filesystem::path& file, simdjson::dom::element value, std::string name)
      : file_(file), value_(value), name_(std::move(name)) {}

  [[nodiscard]] Error wrong(std::string_view expected) const {
    std::string found = simdjson::minify(value_);
    if (found.size() > 60) found = found.substr(0, 60) + "…";
    return {ErrorCode::kCorruption, fmt::format("tokenizer: {}: {}: expected {}, got {}",
                                                file_.string(), name_, expected, found)};
  }
  [[nodiscard]] Error unsupported(std::string_view what) const {
    return {ErrorCode::kUnsupported,
            fmt::format("tokenizer: {}: {} {} is not supported", file_.string(), name_, what)};
  }

  /// A value of the right type that cannot be.
  [[nodiscard]] Error impossible(std::string_view why) const {
    return {ErrorCode::kCorruption,
            fmt::format("tokenizer: {}: {}: {}", file_.string(), name_, why)};
  }
  [[nodiscard]] const std::string& name() const { return name_; }

  [[nodiscard]] bool is_object() const { return value_.is_object(); }
  [[nodiscard]] bool is_array() const { return value_.is_array(); }
  [[nodiscard]] bool is_string() const { return value_.is_string(); }
  /// Member `key`; nothing when it is absent or null.
  [[nodiscard]] std::optional<Node> find(std::string_view key) const {
    simdjson::dom::object object;
    if (value_.get(object)) throw wrong("an object");
    simdjson::dom::element member;
    if (object.at_key(key).get(member) || member.is_null()) return std::nullopt;
    return Node(file_, member, name_.empty() ? std::string(key) : fmt::format("{}.{}", name_, key));
  }
  [[nodiscard]] Node at(std::string_view key) const {
    if (auto member = find(key)) return *member;
    throw Error(ErrorCode::kCorruption,
                fmt::format("tokenizer: {}: {} is missing", file_.string(),
                            name_.empty() ? std::string(key) : fmt::format("{}.{}", name_, key)));
  }
  [[nodiscard]] std::string text() const {
    std::string_view text;
    if (value_.get(text)) throw wrong("a string");
    return std::string(text);
  }
  [[nodiscard]] bool flag() const {
    bool flag = false;
    if (value_.get(flag)) throw wrong("true or false");
    return flag;
  }
  [[nodiscard]] std::int32_t id() const {
    std::int64_t id = 0;
    if (value_.get(id) || id < 0 || id > kLargestId) throw wrong("a token id");
    return static_cast<std::int32_t>(id);
  }
  [[nodiscard]] double number() const {
    double number = 0;
    if (value_.get(number)) throw wrong("a number");
    return number;
  }
  template <class Body>
  void for_each_item(const Body& body) const {
    simdjson::dom::array items;
    if (value_.get(items)) throw wrong("an array");
    std::size_t i = 0;
    for (const simdjson::dom::element item : items)
      body(Node(file_, item, fmt::format("{}[{}]", name_, i++)));
  }
  template <class Body>
  void for_each_member(const Body& body) const {
    simdjson::dom::object members;
    if (value_.get(members)) throw wrong("an object");
    for (const auto& [key, value] : members)
      body(key, Node(file_, value, fmt::format("{}[\"{}\"]", name_, key)));
  }
  [[nodiscard]] bool flag_or(std::string_view key, bool fallback) const {
    const auto member = find(key);
    return member ? member->flag() : fallback;
  }
  [[nodiscard]] std::string text_or(std::string_view key, std::string_view fallback) const {
    const auto member = find(key);
    return member ? member->text() : std::string(fallback);
  }
  /// A string of one character.
  [[nodiscard]] char32_t character() const {
    const std::string whole = text();
    std::size_t at = 0;
    const char32_t c = whole.empty() ? 0 : unicode::decode(whole, at);
    if (whole.empty() || at != whole.size()) throw wrong("one character");
    return c;
  }
  /// Items of an array of `count`.
  [[nodiscard]] std::vector<Node> items(std::size_t count) const {
    std::vector<Node> items;
    for_each_item([&](const Node& item) {
      if (items.size() == count) throw wrong(fmt::format("an array of {}", count));
      items.push_back(item);
    });
    if (items.size() != count) throw wrong(fmt::format("an array of {}", count));
    return items;
  }
  /// "type" of a component.
  [[nodiscard]] std::string type() const { return at("type").text(); }

 private:
  const std::filesystem::path& file_;
  simdjson::dom::element value_;
  std::string name_;
};

/// A file of JSON, open for reading. Nodes refer to it.
class JsonFile {
 public:
  /// Throws kCorruption for what is no JSON object, kIo for what cannot be read.
  explicit JsonFile(const std::filesystem::path& file) : file_(file) {
    if (const auto fault = parser_.parse(read_file(file, std::size_t{256} << 20)).get(root_)) {
      throw Error(ErrorCode::kCorruption, fmt::format("tokenizer: {}: no JSON: {}", file.string(),
                                                      simdjson::error_message(fault)));
    }
    if (!root_.is_object())
      throw Error(ErrorCode::kCorruption,
                  fmt::format("tokenizer: {}: expected a JSON object", file.string()));
  }
  [[nodiscard]] Node root() const { return {file_, root_, ""}; }

 private:
  std::filesystem::path file_;
  simdjson::dom::parser parser_;
  simdjson::dom::element root_;
};

}  // namespace assay::tokenizer
