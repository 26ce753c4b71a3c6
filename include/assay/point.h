// SPDX-License-Identifier: Apache-2.0
// Points: id, vectors by name, payload. Names follow Qdrant's client.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "assay/export.h"
#include "assay/types.h"

namespace assay {

/// Id of a point: an unsigned 64-bit integer or a UUID. Integers order before UUIDs, UUIDs by their
/// text.
class ASSAY_EXPORT PointId {
 public:
  PointId() = default;
  /// Throws kInvalidArgument for a negative number.
  template <typename T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) PointId(T number)
      : value_(from_integer(number)) {}
  /// A UUID in any of its spellings (32 hex digits; hyphenated; braced; urn:uuid:), any case.
  /// Throws kInvalidArgument "Point id X is not a valid UUID".
  PointId(std::string_view uuid);
  PointId(const char* uuid) : PointId(std::string_view(uuid)) {}
  PointId(const std::string& uuid) : PointId(std::string_view(uuid)) {}

  /// A fresh random UUID (RFC 4122 version 4). Thread-safe.
  static PointId random();

  [[nodiscard]] bool is_integer() const noexcept {
    return std::holds_alternative<std::uint64_t>(value_);
  }
  [[nodiscard]] std::uint64_t integer() const { return std::get<std::uint64_t>(value_); }
  /// Lower-case hyphenated text of a UUID.
  [[nodiscard]] const std::string& uuid() const { return std::get<std::string>(value_); }
  /// Decimal digits, or the UUID's text.
  [[nodiscard]] std::string to_string() const;
  /// Number or string.
  [[nodiscard]] Value to_value() const;

  friend auto operator<=>(const PointId&, const PointId&) = default;

 private:
  template <typename T>
  static std::uint64_t from_integer(T number) {
    if constexpr (std::is_signed_v<T>) {
      if (number < 0) throw_negative(static_cast<std::int64_t>(number));
    }
    return static_cast<std::uint64_t>(number);
  }
  [[noreturn]] static void throw_negative(std::int64_t number);

  std::variant<std::uint64_t, std::string> value_ = std::uint64_t{0};
};

/// A dense vector, or a text that is embedded on the way in.
using Vector = std::variant<std::vector<float>, Document>;

/// The vectors of a point by name. A bare vector is the unnamed one, whose name is "".
struct ASSAY_EXPORT Vectors {
  std::map<std::string, Vector, std::less<>> by_name;

  Vectors() = default;
  Vectors(std::initializer_list<std::pair<const std::string, Vector>> named) : by_name(named) {}
  Vectors(std::map<std::string, Vector, std::less<>> named) : by_name(std::move(named)) {}
  Vectors(std::vector<float> unnamed) { by_name.emplace("", std::move(unnamed)); }
  Vectors(Document unnamed) { by_name.emplace("", std::move(unnamed)); }
};

/// A point to store.
struct PointStruct {
  PointId id;
  Vectors vector = {};
  Payload payload = {};
};

/// Stored vectors by name; "" is the unnamed one.
using StoredVectors = std::map<std::string, std::vector<float>, std::less<>>;

/// A point as read back. Parts that were not asked for are absent.
struct Record {
  PointId id;
  std::optional<Payload> payload = {};
  std::optional<StoredVectors> vectors = {};
};

/// A point found by a query.
struct ScoredPoint {
  PointId id;
  std::uint64_t version = 0;
  float score = 0;  ///< by the collection's distance, see Distance
  std::optional<Payload> payload = {};
  std::optional<StoredVectors> vectors = {};
};

}  // namespace assay
