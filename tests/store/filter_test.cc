// SPDX-License-Identifier: Apache-2.0
// Promise: each condition holds where qdrant.md section 9.3 says, its traps included. The
// differential test against qdrant-client (tests/client/differential.py) has the breadth.
#include "store/filter.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "assay/error.h"

namespace assay::store {
namespace {

using testing::HasSubstr;

Payload payload_of(std::string_view json) {
  return *Value::from_json(json).get_if<Value::Object>();
}

bool holds(const Condition& condition, std::string_view json) {
  const Payload payload = payload_of(json);
  return compile(Filter{.must = {condition}})({.payload = payload});
}

Condition field(std::string key, FieldTest test) {
  return FieldCondition{std::move(key), std::move(test)};
}

TEST(FilterTest, MatchesValuesOfTheSameTypeOnly) {
  EXPECT_TRUE(holds(match("a", 1), R"({"a":1})"));
  EXPECT_FALSE(holds(match("a", 1), R"({"a":1.0})"));
  EXPECT_FALSE(holds(match("a", 1), R"({"a":true})"));
  EXPECT_FALSE(holds(match("a", 1), R"({"a":"1"})"));
  EXPECT_FALSE(holds(match("a", 1), R"({"b":1})"));
  EXPECT_TRUE(holds(match("a", UINT64_MAX), R"({"a":18446744073709551615})"));
  EXPECT_FALSE(holds(match("a", UINT64_MAX), R"({"a":18446744073709551614})"));
  EXPECT_TRUE(holds(match("a", "x"), R"({"a":["y","x"]})"));
  EXPECT_FALSE(holds(match("a", "x"), R"({"a":[["x"]]})"));  // one level
}

TEST(FilterTest, MatchesAnyAndExcept) {
  EXPECT_TRUE(holds(field("a", MatchAny{{1, 2}}), R"({"a":[3,2]})"));
  const MatchAny mixed{{1, "1", true, std::uint64_t{1} << 63, 1.5}};
  for (const char* found : {"1", "\"1\"", "true", "9223372036854775808", "1.5"})
    EXPECT_TRUE(holds(field("a", mixed), fmt::format(R"({{"a":{}}})", found))) << found;
  for (const char* other : {"2", "1.0", "\"true\"", "false", "9223372036854775809", "null"})
    EXPECT_FALSE(holds(field("a", mixed), fmt::format(R"({{"a":{}}})", other))) << other;
  EXPECT_FALSE(holds(field("a", MatchAny{}), R"({"a":1})"));
  EXPECT_TRUE(holds(field("a", MatchExcept{{1, 2}}), R"({"a":[1,3]})"));
  EXPECT_FALSE(holds(field("a", MatchExcept{{1, 2}}), R"({"a":[1,2]})"));
  EXPECT_FALSE(holds(field("a", MatchExcept{{1}}), R"({"a":null})"));
  EXPECT_FALSE(holds(field("a", MatchExcept{{1}}), R"({})"));
  EXPECT_TRUE(holds(field("a", MatchExcept{}), R"({"a":false})"));
}

TEST(FilterTest, MatchesTextByWords) {
  EXPECT_FALSE(holds(field("a", MatchText{"ant"}), R"({"a":"elephant"})"));
  EXPECT_TRUE(holds(field("a", MatchText{"ANT big"}), R"({"a":"a big, Ant"})"));
  EXPECT_TRUE(holds(field("a", MatchText{"ant"}), R"({"a":"an_ant"})"));
  EXPECT_TRUE(holds(field("a", MatchText{"Größe"}), R"({"a":"größe!"})"));
  EXPECT_FALSE(holds(field("a", MatchText{" ,"}), R"({"a":"x"})"));
  EXPECT_FALSE(holds(field("a", MatchText{"1"}), R"({"a":1})"));
  EXPECT_TRUE(holds(field("a", MatchTextAny{"ant bee"}), R"({"a":"the bee"})"));
  EXPECT_FALSE(holds(field("a", MatchTextAny{"ant bee"}), R"({"a":"beehive"})"));
  EXPECT_TRUE(holds(field("a", MatchPhrase{"big ant"}), R"({"a":"a BIG  ant here"})"));
  EXPECT_FALSE(holds(field("a", MatchPhrase{"ant big"}), R"({"a":"a big ant"})"));
  EXPECT_TRUE(holds(field("a", MatchPrefix{"El"}), R"({"a":"Elephant"})"));
  EXPECT_FALSE(holds(field("a", MatchPrefix{"el"}), R"({"a":"Elephant"})"));
  EXPECT_FALSE(holds(field("a", MatchPrefix{""}), R"({"a":1})"));
  EXPECT_TRUE(holds(field("a", MatchSubstring{"phan"}), R"({"a":"Elephant"})"));
}

TEST(FilterTest, ComparesNumbersExactly) {
  EXPECT_TRUE(holds(range("a", {.gt = 1, .lte = 2}), R"({"a":2})"));
  EXPECT_FALSE(holds(range("a", {.gt = 1, .lte = 2}), R"({"a":1.0})"));
  EXPECT_FALSE(holds(range("a", {.gte = 0}), R"({"a":true})"));
  EXPECT_FALSE(holds(range("a", {.gte = 0}), R"({"a":"1"})"));
  EXPECT_TRUE(holds(range("a", {}), R"({"a":1})"));
  // 2^60 and its neighbour are one double.
  EXPECT_TRUE(holds(range("a", {.gt = 1152921504606846976.0}), R"({"a":1152921504606846977})"));
  EXPECT_FALSE(holds(range("a", {.gt = 1152921504606846976.0}), R"({"a":1152921504606846976})"));
}

TEST(FilterTest, ComparesDateTimes) {
  const Condition afternoon =
      field("a", DatetimeRange{.lt = "2024-06-16", .gte = "2024-06-15T12:00:00Z"});
  EXPECT_TRUE(holds(afternoon, R"({"a":"2024-06-15 14:00:00 +0200"})"));
  EXPECT_FALSE(holds(afternoon, R"({"a":"2024-06-15T13:59:59.9+02:00"})"));
  EXPECT_FALSE(holds(afternoon, R"({"a":"2024-06-16"})"));
  EXPECT_FALSE(holds(afternoon, R"({"a":"soon"})"));
}

TEST(FilterTest, CountsValues) {
  const auto exactly = [](std::uint64_t n) { return field("a", ValuesCount{.gte = n, .lte = n}); };
  EXPECT_TRUE(holds(exactly(2), R"({"a":[1,2]})"));
  EXPECT_TRUE(holds(exactly(1), R"({"a":"x"})"));
  EXPECT_TRUE(holds(exactly(0), R"({"a":null})"));
  EXPECT_TRUE(holds(exactly(0), R"({})"));
  EXPECT_TRUE(holds(exactly(0), R"({"a":[]})"));
  // One count must meet both bounds.
  const Condition two = FieldCondition{"a[].b", ValuesCount{.lt = 3, .gt = 1}};
  EXPECT_FALSE(holds(two, R"({"a":[{"b":[1,2,3]},{"b":1}]})"));
  EXPECT_TRUE(holds(two, R"({"a":[{"b":[1,2]},{"b":1}]})"));
}

TEST(FilterTest, TellsEmptyFromNull) {
  for (const std::string_view empty : {R"({})", R"({"a":null})", R"({"a":[]})"}) {
    EXPECT_TRUE(holds(field("a", IsEmpty{}), empty)) << empty;
    EXPECT_FALSE(holds(field("a", IsEmpty{false}), empty)) << empty;
  }
  EXPECT_FALSE(holds(field("a", IsEmpty{}), R"({"a":[null]})"));
  EXPECT_FALSE(holds(field("a", IsEmpty{}), R"({"a":""})"));
  EXPECT_TRUE(holds(field("a", IsNull{}), R"({"a":null})"));
  EXPECT_TRUE(holds(field("a", IsNull{}), R"({"a":[1,null]})"));
  EXPECT_FALSE(holds(field("a", IsNull{}), R"({"a":[[null]]})"));
  EXPECT_FALSE(holds(field("a", IsNull{}), R"({})"));
  EXPECT_TRUE(holds(field("a", IsNull{false}), R"({})"));
}

TEST(FilterTest, LooksIntoNestedObjects) {
  const Condition nested = Nested{"a", Filter{.must = {match("x", 1), match("y", 2)}}};
  EXPECT_TRUE(holds(nested, R"({"a":[{"x":1},{"x":1,"y":2}]})"));
  EXPECT_FALSE(holds(nested, R"({"a":[{"x":1},{"y":2}]})"));
  EXPECT_FALSE(holds(nested, R"({"a":{"x":1,"y":2}})"));  // no array
  EXPECT_TRUE(holds(Nested{"a[]", Filter{}}, R"({"a":[{}]})"));
  EXPECT_FALSE(holds(Nested{"a", Filter{.must = {HasId{{1}}}}}, R"({"a":[{}]})"));
}

TEST(FilterTest, KnowsIdsAndVectors) {
  const Payload payload;
  const PointId id = 7;
  const std::function<bool(std::string_view)> has_vector = [](std::string_view name) {
    return name == "image";
  };
  const Candidate point{.payload = payload, .id = &id, .has_vector = &has_vector};
  EXPECT_TRUE(compile({.must = {HasId{{1, 7}}}})(point));
  EXPECT_FALSE(compile({.must = {HasId{}}})(point));
  EXPECT_TRUE(compile({.must = {HasVector{"image"}}})(point));
  EXPECT_FALSE(compile({.must = {HasVector{""}}})(point));
  int slices = 0;
  for (std::uint64_t index = 0; index < 5; ++index)
    slices += compile({.must = {Slice{5, index}}})(point) ? 1 : 0;
  EXPECT_EQ(slices, 1);
}

TEST(FilterTest, JoinsClauses) {
  const Payload payload = payload_of(R"({"a":1,"b":2})");
  const Condition yes = match("a", 1), also = match("b", 2), no = match("a", 2);
  const auto matches = [&](const Filter& filter) { return compile(filter)({.payload = payload}); };
  EXPECT_TRUE(matches({}));
  EXPECT_TRUE(matches({.must = {yes, also}, .should = {no, yes}, .must_not = {no}}));
  EXPECT_FALSE(matches({.must = {yes, no}}));
  EXPECT_FALSE(matches({.should = {no}}));
  EXPECT_TRUE(matches({.should = {}}));
  EXPECT_FALSE(matches({.must_not = {yes}}));
  EXPECT_TRUE(matches({.min_should = {{.conditions = {yes, no, also}, .min_count = 2}}}));
  EXPECT_FALSE(matches({.min_should = {{.conditions = {yes, no, also}, .min_count = 3}}}));
  EXPECT_TRUE(matches({.must = {Filter{.should = {no, yes}}}}));
}

TEST(FilterTest, RefusesWhatItCannotMean) {
  const auto refusal = [](const Condition& condition) -> std::string {
    try {
      (void)compile({.must = {condition}});
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidArgument);
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(refusal(match("a..b", 1)), "Invalid path");
  EXPECT_THAT(refusal(field("a", DatetimeRange{.lt = "soon"})), HasSubstr("got \"soon\""));
  EXPECT_EQ(refusal(Slice{0, 0}), "Slice total must be >= 1, got 0");
  EXPECT_EQ(refusal(Slice{2, 2}), "Slice index must be in [0;1], got 2");
  EXPECT_THAT(refusal(Filter{.min_should = {{.conditions = {}, .min_count = 0}}}),
              HasSubstr("min_count value 0 is invalid"));
  EXPECT_THAT(refusal(field("a", GeoPolygon{.exterior = {{0, 0}, {1, 0}, {1, 1}}})),
              HasSubstr("at least 4 points"));
}

}  // namespace
}  // namespace assay::store
