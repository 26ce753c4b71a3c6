// SPDX-License-Identifier: Apache-2.0
// assay::Value to and from JSON text, by nlohmann-json: it tells the byte of a fault, which users
// need.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "assay/error.h"
#include "assay/types.h"
#include "base/unicode.h"
#include "wire/json.h"

namespace assay {
namespace {

using nlohmann::json;

constexpr std::size_t kDeepest = 128;  // values are built and freed recursively

// Builds a Value while the parser reads; nothing is built twice.
class Builder : public json::json_sax_t {
 public:
  explicit Builder(Value& root) : root_(root) {}

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override { return put(value); }
  bool number_float(number_float_t value, const string_t&) override { return put(value); }
  bool string(string_t& value) override { return put(std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Value::Object{}); }
  bool start_array(std::size_t) override { return open(Value::Array{}); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& value) override {
    key_ = std::move(value);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& fault) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 5: syntax error …": the part
    // after the position.
    std::string_view what = fault.what();
    const auto colon = what.find(": ");
    if (colon != std::string_view::npos) what.remove_prefix(colon + 2);
    // It quotes all that it has read of a word.
    constexpr std::size_t kMostQuoted = 200;
    fault_ = fmt::format("invalid JSON at byte {}: {}", position == 0 ? 0 : position - 1,
                         unicode::shortened(what, kMostQuoted));
    return false;
  }
  [[nodiscard]] const std::string& fault() const { return fault_; }

 private:
  template <class T>
  bool put(T&& value) {
    place(Value(std::forward<T>(value)));
    return true;
  }
  Value* place(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    if (auto* array = open_.back()->get_if<Value::Array>())
      return &array->emplace_back(std::move(value));
    return &(open_.back()
                 ->get_if<Value::Object>()
                 ->insert_or_assign(std::move(key_), std::move(value))
                 .first->second);
  }
  bool open(Value container) {
    if (open_.size() == kDeepest) {
      fault_ = fmt::format("JSON is nested more than {} levels deep", kDeepest);
      return false;
    }
    open_.push_back(
        place(std::move(container)));  // stays in place: only its own innermost child grows
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  Value& root_;
  std::vector<Value*> open_;
  std::string key_;
  std::string fault_;
};

json to_library(const Value& value) {
  if (const auto* flag = value.get_if<bool>()) return *flag;
  if (const auto* number = value.get_if<std::int64_t>()) return *number;
  if (const auto* number = value.get_if<std::uint64_t>()) return *number;
  if (const auto* number = value.get_if<double>()) return *number;
  if (const auto* text = value.get_if<std::string>()) return *text;
  if (const auto* array = value.get_if<Value::Array>()) {
    json result = json::array();
    for (const Value& item : *array) result.push_back(to_library(item));
    return result;
  }
  if (const auto* object = value.get_if<Value::Object>()) {
    json result = json::object();
    for (const auto& [key, member] : *object) result.emplace(key, to_library(member));
    return result;
  }
  return nullptr;
}

}  // namespace

namespace wire {

Result<Value> parse_json(std::string_view text) {
  Value value;
  Builder builder(value);
  if (!json::sax_parse(text, &builder))
    return Failure{ErrorCode::kInvalidArgument, builder.fault()};
  return value;
}

}  // namespace wire

std::string Value::to_json() const {
  return to_library(*this).dump(-1, ' ', false, json::error_handler_t::replace);
}

Value Value::from_json(std::string_view text) {
  auto value = wire::parse_json(text);
  if (!value.ok()) throw Error(value.failure().code, value.failure().message);
  return std::move(value.value());
}

}  // namespace assay
