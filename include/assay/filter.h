// SPDX-License-Identifier: Apache-2.0
// Conditions on points: their payload, ids and vectors. Names and meaning follow Qdrant's filters.
//
//     Filter{.must = {match("city", "Berlin"), range("price", {.lt = 100})}}
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "assay/point.h"
#include "assay/types.h"

namespace assay {

/// Equal to the value, of the same JSON type: a boolean, an integer or a string.
struct MatchValue {
  Value value;
};
/// Equal to one of the values; of none, nothing is.
struct MatchAny {
  std::vector<Value> values;
};
/// Not null, and equal to none of the values.
struct MatchExcept {
  std::vector<Value> values;
};
/// A string with every word of the text, with one of them, or with all of them in sequence. Words
/// are maximal runs of Unicode letters and digits, in lower case; a text of none matches nothing.
struct MatchText {
  std::string text;
};
struct MatchTextAny {
  std::string text;
};
struct MatchPhrase {
  std::string text;
};
/// A string that begins with, or contains, these bytes.
struct MatchPrefix {
  std::string prefix;
};
struct MatchSubstring {
  std::string substring;
};
/// A number within all bounds; booleans are no numbers.
struct Range {
  std::optional<double> lt = {}, gt = {}, gte = {}, lte = {};
};
/// A string that is a date-time within all bounds: `YYYY-MM-DD`, then perhaps `T` or a blank and
/// `HH:MM` or `HH:MM:SS`, a fraction, and `Z`, `+HH`, `+HHMM`, `+HH:MM` or ` UTC`. No offset is
/// UTC.
struct DatetimeRange {
  std::optional<std::string> lt = {}, gt = {}, gte = {}, lte = {};
};
/// Degrees.
struct GeoPoint {
  double lon = 0;
  double lat = 0;
};
/// An object with numbers `lat` and `lon` strictly inside; a left edge east of the right one
/// crosses the antimeridian.
struct GeoBoundingBox {
  GeoPoint top_left;
  GeoPoint bottom_right;
};
/// Nearer than `radius` metres (haversine, R = 6371008.8 m).
struct GeoRadius {
  GeoPoint center;
  double radius = 0;
};
/// Inside the exterior ring and in no interior one; rings are closed and have at least 4 points.
struct GeoPolygon {
  std::vector<GeoPoint> exterior;
  std::vector<std::vector<GeoPoint>> interiors = {};
};
/// One value has so many elements: arrays their length, null and a missing key 0, others 1.
struct ValuesCount {
  std::optional<std::uint64_t> lt = {}, gt = {}, gte = {}, lte = {};
};
/// Missing, or every value is null or an empty array; with false the opposite.
struct IsEmpty {
  bool is = true;
};
/// Some value is null or an array with a null; with false the opposite, missing keys included.
struct IsNull {
  bool is = true;
};

using FieldTest = std::variant<MatchValue, MatchAny, MatchExcept, MatchText, MatchTextAny,
                               MatchPhrase, MatchPrefix, MatchSubstring, Range, DatetimeRange,
                               GeoBoundingBox, GeoRadius, GeoPolygon, ValuesCount, IsEmpty, IsNull>;

/// A test of the values at a key path (PayloadSelector has its syntax). Arrays are tested element
/// by element, one level deep, but by the last three tests as they are; `a[].b` looks into arrays
/// of objects, `a.b` does not.
struct FieldCondition {
  std::string key;
  FieldTest test;
};
/// The point's id is one of these.
struct HasId {
  std::vector<PointId> ids;
};
/// The point has this vector; "" is the unnamed one.
struct HasVector {
  std::string name;
};
/// The point belongs to part `index` of `total` equal parts of all ids (SipHash-2-4 of the id).
struct Slice {
  std::uint64_t total = 1;
  std::uint64_t index = 0;
};

struct Condition;

/// All of `must`, none of `must_not`, one of `should` if there are any, `min_should.min_count` of
/// its conditions. An empty filter matches every point.
///
/// Errors: where it is used, kInvalidArgument for a malformed key path or date-time, min_count 0,
///         a slice or a ring that is none.
struct Filter {
  struct MinShould {
    std::vector<Condition> conditions;
    std::size_t min_count = 1;
  };
  std::vector<Condition> must = {};
  std::vector<Condition> should = {};
  std::vector<Condition> must_not = {};
  std::optional<MinShould> min_should = {};
};

/// Some object of the array at `key` satisfies the whole filter; paths in it are relative to the
/// object, which has no id and no vectors.
struct Nested {
  std::string key;
  Filter filter;
};

/// One of the above, or a filter.
struct Condition {
  std::variant<FieldCondition, HasId, HasVector, Slice, Nested, Filter> test;

  Condition(FieldCondition condition) : test(std::move(condition)) {}
  Condition(HasId condition) : test(std::move(condition)) {}
  Condition(HasVector condition) : test(std::move(condition)) {}
  Condition(Slice condition) : test(condition) {}
  Condition(Nested condition) : test(std::move(condition)) {}
  Condition(Filter condition) : test(std::move(condition)) {}
};

/// Shorthands.
inline Condition match(std::string key, Value value) {
  return FieldCondition{std::move(key), MatchValue{std::move(value)}};
}
inline Condition range(std::string key, Range bounds) {
  return FieldCondition{std::move(key), bounds};
}

}  // namespace assay
