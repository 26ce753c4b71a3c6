// SPDX-License-Identifier: Apache-2.0
// Points: id, vectors by name, payload. Names follow Qdrant's client.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "assay/export.h"
#include "assay/types.h"

namespace assay {

/// Id of a point: an unsigned 64-bit integer or a UUID. A plain value of 24 bytes.
///
/// Order: integers before UUIDs, integers by value, UUIDs by their text.
class ASSAY_EXPORT PointId {
 public:
  PointId() = default;
  /// Throws kInvalidArgument for a negative number.
  template <typename T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) PointId(T number)
      : low_(from_integer(number)) {}
  /// A UUID in any of its spellings (32 hex digits; hyphenated; {hyphenated}; urn:uuid:hyphenated),
  /// any case. Throws kInvalidArgument "Point id X is not a valid UUID".
  PointId(std::string_view uuid);
  PointId(const char* uuid) : PointId(std::string_view(uuid)) {}
  PointId(const std::string& uuid) : PointId(std::string_view(uuid)) {}

  /// The UUID of these 16 bytes, in the order in which they are written.
  static PointId from_uuid_bytes(const std::array<std::uint8_t, 16>& bytes) noexcept;
  /// A fresh random UUID (RFC 4122 version 4). Thread-safe.
  static PointId random();

  [[nodiscard]] bool is_integer() const noexcept { return !is_uuid_; }
  /// Throws kInvalidArgument when this is a UUID.
  [[nodiscard]] std::uint64_t integer() const;
  /// Lower-case hyphenated text. Throws kInvalidArgument when this is an integer.
  [[nodiscard]] std::string uuid() const;
  /// Throws kInvalidArgument when this is an integer.
  [[nodiscard]] std::array<std::uint8_t, 16> uuid_bytes() const;
  /// Decimal digits, or the UUID's text.
  [[nodiscard]] std::string to_string() const;
  /// Number or string.
  [[nodiscard]] Value to_value() const;

  friend auto operator<=>(const PointId&, const PointId&) = default;

 private:
  friend struct std::hash<PointId>;
  template <typename T>
  static std::uint64_t from_integer(T number) {
    if constexpr (std::is_signed_v<T>) {
      if (number < 0) throw_negative(static_cast<std::int64_t>(number));
    }
    return static_cast<std::uint64_t>(number);
  }
  [[noreturn]] static void throw_negative(std::int64_t number);
  void require_uuid() const;

  // Members in this order compare as documented: the hyphens of UUID texts stand at the same
  // places, and lower-case hex digits ascend, so big-endian numbers order as the texts do.
  bool is_uuid_ = false;
  std::uint64_t high_ = 0;  // first 8 bytes of a UUID; 0 for an integer
  std::uint64_t low_ = 0;   // last 8 bytes of a UUID, or the integer
};

/// Several dense vectors of one size that stand for one thing, compared by MaxSim.
using MultiVector = TokenEmbeddings;

/// A dense, sparse or multi-vector, or a text that is embedded on the way in: the model's kind
/// decides its form.
using Vector = std::variant<std::vector<float>, Document, SparseVector, MultiVector>;

/// The vectors of a point by name. A bare vector is the unnamed one, whose name is ""; sparse
/// vectors have names. A point may lack any vector of its collection, all of them included.
struct ASSAY_EXPORT Vectors {
  std::map<std::string, Vector, std::less<>> by_name;

  Vectors() = default;
  Vectors(std::initializer_list<std::pair<const std::string, Vector>> named) : by_name(named) {}
  Vectors(std::map<std::string, Vector, std::less<>> named) : by_name(std::move(named)) {}
  Vectors(std::vector<float> unnamed) { by_name.emplace("", std::move(unnamed)); }
  Vectors(MultiVector unnamed) { by_name.emplace("", std::move(unnamed)); }
  Vectors(Document unnamed) { by_name.emplace("", std::move(unnamed)); }
};

/// A point to store.
struct PointStruct {
  PointId id;
  Vectors vector = {};
  Payload payload = {};
};

/// New vectors for a point that is there.
struct PointVectors {
  PointId id;
  Vectors vector = {};
};

/// A vector as it is stored: on Distance::kCosine normalised, sparse ones by ascending index.
using StoredVector = std::variant<std::vector<float>, SparseVector, MultiVector>;
/// Stored vectors by name; "" is the unnamed one.
using StoredVectors = std::map<std::string, StoredVector, std::less<>>;

/// A point as read back. Parts that were not asked for are absent.
struct Record {
  PointId id;
  std::optional<Payload> payload = {};
  std::optional<StoredVectors> vectors = {};
  std::optional<Value> order_value = {};  ///< of a scroll by a payload value
};

/// What a query said of a point before its rerank.
struct FirstStage {
  float score = 0;
  std::size_t rank = 0;   ///< place among the hits, from 0
  bool reranked = false;  ///< false: the point has no text, and its score is that of this stage
};

/// A point found by a query.
struct ScoredPoint {
  PointId id;
  std::uint64_t version = 0;
  float score = 0;  ///< by the collection's distance, see Distance
  std::optional<Payload> payload = {};
  std::optional<StoredVectors> vectors = {};
  std::optional<Value> order_value = {};       ///< of a query in the order of a payload value
  std::optional<FirstStage> first_stage = {};  ///< of a query that reranks
};

}  // namespace assay

template <>
struct std::hash<assay::PointId> {
  std::size_t operator()(const assay::PointId& id) const noexcept {
    return std::hash<std::uint64_t>()(id.low_ ^ id.high_ * 0x9E3779B97F4A7C15u);
  }
};
