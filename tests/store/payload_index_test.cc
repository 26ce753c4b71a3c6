// SPDX-License-Identifier: Apache-2.0
// Promise: an index gives every point that satisfies a condition, whatever was written before, and
// few others; a collection answers the same with and without indexes.
#include "store/payload_index.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

#include "assay/error.h"
#include "store/collection.h"
#include "support.h"

namespace assay::store {
namespace {

using Type = PayloadIndexType;

class PayloadIndexTest : public testing::Test {
 protected:
  // Writes payloads of `field` over one another and checks what find() gives against filters.
  void check(Type type, const std::function<Value(std::mt19937&)>& value,
             const std::vector<FieldTest>& tests) {
    PayloadIndex index("field", type);
    std::vector<Payload> payloads(400);
    std::mt19937 random(7);
    for (int write = 0; write < 3000; ++write) {
      const Slot slot = random() % payloads.size();
      Payload next;
      if (random() % 5 > 0) next.emplace("field", value(random));
      index.set(slot, index.keys(payloads[slot]), index.keys(next));
      payloads[slot] = std::move(next);
    }
    for (const FieldTest& test : tests) {
      const auto count = index.count(test);
      ASSERT_TRUE(count) << test.index();
      const auto found = index.find(test);
      EXPECT_LE(found.size(), *count);
      EXPECT_TRUE(std::ranges::is_sorted(found));
      const Predicate holds = compile({.must = {FieldCondition{"field", test}}});
      std::size_t matches = 0;
      for (Slot slot = 0; slot < payloads.size(); ++slot) {
        if (!holds({.payload = payloads[slot]})) continue;
        ++matches;
        EXPECT_TRUE(std::ranges::binary_search(found, slot)) << test.index() << ", " << slot;
      }
      EXPECT_GT(matches, 0u) << test.index();
      if (index.is_exact(test)) {
        EXPECT_EQ(found.size(), matches) << test.index();
      }
    }
    EXPECT_FALSE(index.count(IsNull{}));
  }
};

TEST_F(PayloadIndexTest, Keywords) {
  const auto value = [](std::mt19937& random) {
    const std::string word(1, static_cast<char>('a' + random() % 20));
    return random() % 4 == 0 ? Value(Value::Array{word, "z", 5}) : Value(word);
  };
  for (const Type type : {Type::kKeyword, Type::kUuid})
    check(type, value, {MatchValue{"b"}, MatchValue{"z"}, MatchAny{{"c", "d"}}});
}

TEST_F(PayloadIndexTest, Numbers) {
  const auto value = [](std::mt19937& random) {
    const auto x = static_cast<std::int64_t>(random() % 50) - 25;
    const auto kind = random() % 4;
    if (kind == 0) return Value(static_cast<double>(x) / 2);
    return kind == 1 ? Value(Value::Array{x, x * 2, "text"}) : Value(x);
  };
  for (const Type type : {Type::kInteger, Type::kFloat}) {
    check(type, value,
          {MatchValue{std::int64_t{5}}, Range{.gt = -3.5, .lte = 4.0}, Range{.gte = 20.0},
           Range{.lt = -10.0}, Range{}});
  }
}

TEST_F(PayloadIndexTest, Booleans) {
  check(Type::kBool, [](std::mt19937& random) { return Value(random() % 2 == 0); },
        {MatchValue{true}, MatchValue{false}});
}

TEST_F(PayloadIndexTest, DateTimes) {
  const auto value = [](std::mt19937& random) {
    return Value(fmt::format("2024-{:02}-{:02}T12:00:00Z", random() % 12 + 1, random() % 28 + 1));
  };
  check(Type::kDatetime, value,
        {DatetimeRange{.gte = "2024-06-15"}, DatetimeRange{.lt = "2024-03-01T14:00:00+02:00"}});
}

TEST_F(PayloadIndexTest, Places) {
  const auto value = [](std::mt19937& random) {
    const double lat = static_cast<double>(random() % 170) - 85;
    // A latitude that is none, but whose sine is that of the same place.
    const double shift = random() % 10 == 0 ? 360 : 0;
    return Value(
        Value::Object{{"lat", lat + shift}, {"lon", static_cast<double>(random() % 360) - 180}});
  };
  check(Type::kGeo, value,
        {GeoRadius{{.lon = 10, .lat = 50}, 3e6}, GeoRadius{{.lon = 0, .lat = 0}, 2e6},
         GeoBoundingBox{{.lon = -90, .lat = 40}, {.lon = 90, .lat = -10}},
         GeoPolygon{{{0, 0}, {60, 10}, {30, 50}, {0, 0}}}});
  // A circle over the pole is for the filter alone.
  EXPECT_FALSE(PayloadIndex("field", Type::kGeo).count(GeoRadius{{.lon = 0, .lat = 85}, 2e6}));
}

TEST_F(PayloadIndexTest, Words) {
  const auto value = [](std::mt19937& random) {
    std::string text;
    for (int word = 0; word < 4; ++word)
      text += std::string(1, static_cast<char>('A' + random() % 8)) + "! ";
    return Value(text);
  };
  check(Type::kText, value,
        {MatchText{"a b"}, MatchTextAny{"c d"}, MatchPhrase{"e f"}, MatchText{"h"}});
}

TEST_F(PayloadIndexTest, HelpsWithItsOwnTestsOnly) {
  EXPECT_FALSE(PayloadIndex("a", Type::kKeyword).count(MatchValue{std::int64_t{1}}));
  EXPECT_FALSE(PayloadIndex("a", Type::kKeyword).count(MatchExcept{{"a"}}));
  EXPECT_FALSE(PayloadIndex("a", Type::kInteger).count(MatchValue{"1"}));
  EXPECT_FALSE(PayloadIndex("a", Type::kInteger).count(DatetimeRange{}));
  EXPECT_FALSE(PayloadIndex("a", Type::kDatetime).count(Range{}));
  EXPECT_THROW(PayloadIndex("a..", Type::kText), Error);
}

TEST_F(PayloadIndexTest, SaysWhenOldValuesOutweigh) {
  PayloadIndex index("a", Type::kInteger);
  PayloadIndex::Keys before;
  for (std::int64_t i = 0; i < 5000; ++i) {
    const auto now = index.keys({{"a", i}});
    index.set(0, before, now);
    before = now;
  }
  EXPECT_TRUE(index.is_outworn());
}

TEST_F(PayloadIndexTest, IsExactTillValuesGo) {
  PayloadIndex index("a", Type::kKeyword);
  const auto keys = [&](const char* text) { return index.keys({{"a", text}}); };
  index.set(0, {}, keys("x"));
  index.set(1, {}, keys("x"));
  EXPECT_TRUE(index.is_exact(MatchValue{"x"}));
  EXPECT_FALSE(index.is_exact(MatchPrefix{"x"}));
  index.set(1, keys("x"), keys("y"));
  EXPECT_FALSE(index.is_exact(MatchValue{"x"}));  // 1 is still in its list
  index.set(1, keys("y"), keys("x"));
  EXPECT_FALSE(index.is_exact(MatchValue{"y"}));
  PayloadIndex words("a", Type::kText);
  EXPECT_FALSE(words.is_exact(MatchValue{"x"}));
}

// As long as no value went, conditions are not asked again: deleted points must not show.
TEST_F(PayloadIndexTest, DeletedPointsAreNotFound) {
  Collection collection({.vectors = VectorParams{.size = 1, .distance = Distance::kDot}});
  collection.create_index("tag", {.type = Type::kKeyword});
  const std::vector<float> vector{1};
  const Payload payload{{"tag", "a"}};
  std::vector<PointView> points;
  for (std::uint64_t id = 0; id < 9; ++id) {
    points.push_back({.id = PointId(id), .vectors = {{"", std::span<const float>(vector)}}});
    if (id < 3) points.back().payload = &payload;
  }
  collection.upsert(points);
  const Filter filter{.must = {FieldCondition{"tag", MatchValue{"a"}}}};
  EXPECT_EQ(collection.count(filter), 3u);
  collection.erase(std::vector<PointId>{PointId(std::uint64_t{1})});
  EXPECT_EQ(collection.count(filter), 2u);
  collection.upsert(points);
  EXPECT_EQ(collection.count(filter), 3u);
}

TEST_F(PayloadIndexTest, CollectionsAnswerTheSame) {
  Collection plain({.vectors = VectorParams{.size = 1, .distance = Distance::kDot}});
  Collection indexed({.vectors = VectorParams{.size = 1, .distance = Distance::kDot}});
  indexed.create_index("n", {.type = Type::kInteger});
  indexed.create_index("tag", {.type = Type::kKeyword});
  std::mt19937 random(3);
  const std::vector<float> vector{1};
  const auto both = [&](const auto& work) {
    work(plain);
    work(indexed);
  };
  // Overwriting for so long makes the indexes again on the way.
  for (int i = 0; i < 6000; ++i) {
    const Payload payload{{"n", static_cast<std::int64_t>(random() % 1000)},
                          {"tag", std::string(1, static_cast<char>('a' + random() % 26))}};
    const PointId id(std::uint64_t{random() % 300});
    const bool erase = random() % 10 == 0;
    both([&](Collection& collection) {
      if (erase) return collection.erase(std::vector<PointId>{id});
      const std::vector<PointView> points{
          {.id = id, .vectors = {{"", std::span<const float>(vector)}}, .payload = &payload}};
      collection.upsert(points);
    });
    if (i % 50 != 0) continue;
    const FieldCondition tag{"tag", MatchValue{payload.at("tag")}};
    const FieldCondition few{"n", Range{.lt = 140.0, .gte = 100.0}};
    const HasId ids{{id, PointId(std::uint64_t{1}), PointId(std::uint64_t{9999})}};
    for (const Filter& filter :
         {Filter{.must = {tag}}, Filter{.must = {few}}, Filter{.must = {ids}},
          Filter{.should = {few, tag}}, Filter{.must = {Filter{.should = {tag, ids}}}},
          Filter{.must = {few}, .must_not = {tag}},
          Filter{.should = {tag, Condition(FieldCondition{"n", IsNull{}})}}}) {
      EXPECT_EQ(plain.count(filter), indexed.count(filter));
    }
  }
  indexed.delete_index("tag");
  EXPECT_THROW(indexed.create_index("n", {.type = Type::kInteger, .scoring = true}), Error);
}

}  // namespace
}  // namespace assay::store
