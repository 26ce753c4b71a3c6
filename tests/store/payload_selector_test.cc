// SPDX-License-Identifier: Apache-2.0
// Promise: payload selectors include and exclude as qdrant.md section 10 says.
#include "store/payload_selector.h"

#include "assay/query.h"

#include "support.h"

namespace assay::store {
namespace {

using Array = Value::Array;
using Object = Value::Object;

Object object(std::initializer_list<Object::value_type> members) { return Object(members); }

// {"a": {"b": 1, "c": 2}, "aa": {"b": 3}, "a.b": 4, "l": [{"b": 5, "c": 6}], "n": [[1, 2], [3]],
// "s": "x"}
const Payload kPayload = {
    {"a", object({{"b", 1}, {"c", 2}})},        {"aa", object({{"b", 3}})},          {"a.b", 4},
    {"l", Array{object({{"b", 5}, {"c", 6}})}}, {"n", Array{Array{1, 2}, Array{3}}}, {"s", "x"},
};

Payload include(std::vector<std::string> paths) {
  return PayloadProjection(PayloadSelector(std::move(paths))).apply(kPayload).value();
}
Payload exclude(std::vector<std::string> paths) {
  return PayloadProjection(PayloadSelector::excluding(std::move(paths))).apply(kPayload).value();
}
Payload without(std::initializer_list<const char*> keys) {
  Payload rest = kPayload;
  for (const char* key : keys) rest.erase(key);
  return rest;
}

TEST(PayloadSelectorTest, GivesEverythingOrNothing) {
  EXPECT_EQ(PayloadProjection(true).apply(kPayload), kPayload);
  EXPECT_EQ(PayloadProjection(false).apply(kPayload), std::nullopt);
  EXPECT_EQ(PayloadProjection(PayloadSelector()).apply(kPayload), std::nullopt);
}

TEST(PayloadSelectorTest, IncludesTheTreeUnderAPath) {
  EXPECT_EQ(include({"a"}), (Payload{{"a", object({{"b", 1}, {"c", 2}})}}));
  EXPECT_EQ(include({"a.b"}), (Payload{{"a", object({{"b", 1}})}}));
  EXPECT_EQ(include({R"("a.b")"}), (Payload{{"a.b", 4}}));
  EXPECT_EQ(include({"a.b", "aa", "s"}),
            (Payload{{"a", object({{"b", 1}})}, {"aa", object({{"b", 3}})}, {"s", "x"}}));
  EXPECT_EQ(include({"l"}), (Payload{{"l", Array{object({{"b", 5}, {"c", 6}})}}}));
}

TEST(PayloadSelectorTest, IncludesNothingForAnEmptyListOrUnknownPaths) {
  EXPECT_EQ(include({}), Payload{});
  EXPECT_EQ(include({"zzz", "zzz.y[]"}), Payload{});
  EXPECT_EQ(include({"a.zzz"}), (Payload{{"a", Object{}}}));
}

TEST(PayloadSelectorTest, KeepsAScalarOnTheWayToADeeperPath) {
  EXPECT_EQ(include({"s.deeper"}), (Payload{{"s", "x"}}));
}

TEST(PayloadSelectorTest, ReachesIntoArraysOnlyByEmptyBrackets) {
  EXPECT_EQ(include({"l.c"}), (Payload{{"l", Array{}}}));
  EXPECT_EQ(include({"l[].c"}), (Payload{{"l", Array{object({{"c", 6}})}}}));
  EXPECT_EQ(include({"n[]"}), (Payload{{"n", Array{Array{1, 2}, Array{3}}}}));
  EXPECT_EQ(include({"n[][]"}), (Payload{{"n", Array{Array{1, 2}, Array{3}}}}));
  EXPECT_EQ(include({"n[].x"}), (Payload{{"n", Array{Array{}, Array{}}}}));
}

TEST(PayloadSelectorTest, SelectsNothingByAnIndex) {
  EXPECT_EQ(include({"l[0]"}), (Payload{{"l", Array{}}}));
  EXPECT_EQ(include({"l[0].c"}), (Payload{{"l", Array{}}}));
  EXPECT_EQ(include({"a[0]"}), (Payload{{"a", Object{}}}));
  EXPECT_EQ(exclude({"l[0]"}), kPayload);
  EXPECT_EQ(exclude({"l[0].c", "a[1]"}), kPayload);
}

TEST(PayloadSelectorTest, LetsTheShorterOfTwoPathsWin) {
  const Payload whole = {{"a", object({{"b", 1}, {"c", 2}})}};
  EXPECT_EQ(include({"a", "a.b"}), whole);
  EXPECT_EQ(include({"a.b", "a"}), whole);
  EXPECT_EQ(exclude({"a.b", "a"}), without({"a"}));
}

TEST(PayloadSelectorTest, ExcludesTheTreeUnderAPath) {
  Payload expected = without({"a"});
  expected["l"] = Array{object({{"c", 6}})};
  EXPECT_EQ(exclude({"a", "l[].b"}), expected);
  expected = kPayload;
  expected["a"] = object({{"c", 2}});
  EXPECT_EQ(exclude({"a.b"}), expected);
  EXPECT_EQ(exclude({}), kPayload);
  EXPECT_EQ(exclude({"zzz", "s.deeper", "l.b"}), kPayload);
}

TEST(PayloadSelectorTest, EmptiesAnArrayExcludedByEmptyBrackets) {
  Payload expected = kPayload;
  expected["l"] = Array{};
  EXPECT_EQ(exclude({"l[]"}), expected);
  expected = kPayload;
  expected["n"] = Array{Array{}, Array{}};
  EXPECT_EQ(exclude({"n[][]"}), expected);
}

TEST(PayloadSelectorTest, RefusesMalformedPaths) {
  EXPECT_EQ(test::message_of(ErrorCode::kInvalidArgument,
                             [] {
                               PayloadProjection(PayloadSelector({"a", "a..b"}));
                             }),
            "Invalid path");
  EXPECT_EQ(test::message_of(ErrorCode::kInvalidArgument,
                             [] { PayloadProjection(PayloadSelector::excluding({""})); }),
            "Invalid path");
}

// A list of two strings must not be taken for a pair of iterators, nor one string for a bool.
TEST(PayloadSelectorTest, IsWrittenAsABoolOrAList) {
  const QueryRequest one{.with_payload = {"a"}, .with_vectors = {"v"}};
  EXPECT_EQ(one.with_payload.include, std::vector<std::string>{"a"});
  EXPECT_EQ(one.with_vectors.names, std::vector<std::string>{"v"});
  const QueryRequest two{.with_payload = {"a", "b"}, .with_vectors = {"v", "w"}};
  EXPECT_EQ(two.with_payload.include, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(two.with_vectors.names, (std::vector<std::string>{"v", "w"}));
  const QueryRequest all{.with_payload = true, .with_vectors = true};
  EXPECT_TRUE(all.with_payload.enabled && !all.with_payload.include);
  EXPECT_TRUE(all.with_vectors.enabled && !all.with_vectors.names);
  static_assert(!std::is_convertible_v<const char*, PayloadSelector>);
  static_assert(!std::is_convertible_v<const char*, VectorSelector>);
  static_assert(!std::is_convertible_v<int, PayloadSelector>);
}

}  // namespace
}  // namespace assay::store
