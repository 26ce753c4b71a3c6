// SPDX-License-Identifier: Apache-2.0
// Promise: filters of Qdrant's REST interface are read whole, and what is no filter is refused by
// the name of the member. What the conditions mean: store/filter_test.cc.
#include "wire/filter_json.h"

#include <gmock/gmock.h>

#include "assay/error.h"

namespace assay::wire {
namespace {

using testing::HasSubstr;

Filter filter(std::string_view json) { return read_filter(Value::from_json(json)); }

template <class T>
const T& only(const Filter& filter) {
  return std::get<T>(filter.must.at(0).test);
}

TEST(FilterJsonTest, ReadsClauses) {
  const Filter read = filter(
      R"({"must":{"has_id":[1]},"should":[{"has_id":[2]},{"has_id":[3]}],"must_not":null,
          "min_should":{"conditions":[{"has_vector":"v"}],"min_count":1}})");
  EXPECT_EQ(read.must.size(), 1u);
  EXPECT_EQ(read.should.size(), 2u);
  EXPECT_TRUE(read.must_not.empty());
  ASSERT_TRUE(read.min_should);
  EXPECT_EQ(read.min_should->conditions.size(), 1u);
}

TEST(FilterJsonTest, ReadsEveryCondition) {
  const auto test = [](const std::string& json) {
    return only<FieldCondition>(filter(R"({"must":[{"key":"k",)" + json + "}]}")).test;
  };
  EXPECT_EQ(std::get<MatchValue>(test(R"("match":{"value":"x"})")).value, Value("x"));
  EXPECT_EQ(std::get<MatchAny>(test(R"("match":{"any":[1,2]})")).values.size(), 2u);
  EXPECT_EQ(std::get<MatchExcept>(test(R"("match":{"except":["a"]})")).values.size(), 1u);
  EXPECT_EQ(std::get<MatchText>(test(R"("match":{"text":"t"})")).text, "t");
  EXPECT_EQ(std::get<MatchTextAny>(test(R"("match":{"text_any":"t"})")).text, "t");
  EXPECT_EQ(std::get<MatchPhrase>(test(R"("match":{"phrase":"t"})")).text, "t");
  EXPECT_EQ(std::get<MatchPrefix>(test(R"("match":{"prefix":"t"})")).prefix, "t");
  EXPECT_EQ(std::get<MatchSubstring>(test(R"("match":{"substring":"t"})")).substring, "t");
  EXPECT_EQ(std::get<Range>(test(R"("range":{"gt":1,"lte":2.5,"lt":null})")).lte, 2.5);
  EXPECT_EQ(std::get<DatetimeRange>(test(R"("range":{"gt":"2024-01-01"})")).gt, "2024-01-01");
  EXPECT_EQ(std::get<ValuesCount>(test(R"("values_count":{"gte":3})")).gte, 3u);
  EXPECT_FALSE(std::get<IsEmpty>(test(R"("is_empty":false)")).is);
  EXPECT_TRUE(std::get<IsNull>(test(R"("is_null":true)")).is);
  EXPECT_EQ(std::get<GeoRadius>(test(R"("geo_radius":{"center":{"lat":1,"lon":2},"radius":3})"))
                .center.lat,
            1);
  EXPECT_EQ(
      std::get<GeoBoundingBox>(
          test(
              R"("geo_bounding_box":{"top_left":{"lat":1,"lon":2},"bottom_right":{"lat":3,"lon":4}})"))
          .bottom_right.lon,
      4);
  const auto polygon = std::get<GeoPolygon>(test(
      R"("geo_polygon":{"exterior":{"points":[{"lat":1,"lon":2}]},"interiors":[{"points":[]}]})"));
  EXPECT_EQ(polygon.exterior.size(), 1u);
  EXPECT_EQ(polygon.interiors.size(), 1u);
  EXPECT_TRUE(
      std::get<IsEmpty>(only<FieldCondition>(filter(R"({"must":[{"is_empty":{"key":"k"}}]})")).test)
          .is);
  EXPECT_TRUE(
      std::get<IsNull>(only<FieldCondition>(filter(R"({"must":[{"is_null":{"key":"k"}}]})")).test)
          .is);
  EXPECT_EQ(only<Slice>(filter(R"({"must":[{"slice":{"total":4,"index":1}}]})")).total, 4u);
  EXPECT_EQ(only<Nested>(filter(R"({"must":[{"nested":{"key":"k","filter":{}}}]})")).key, "k");
  EXPECT_EQ(only<Filter>(filter(R"({"must":[{"should":[]}]})")).should.size(), 0u);
  // An id that is none matches nothing, so it is left out.
  EXPECT_EQ(
      only<HasId>(
          filter(R"({"must":[{"has_id":[1,"nonsense","550e8400-e29b-41d4-a716-446655440000"]}]})"))
          .ids.size(),
      2u);
}

TEST(FilterJsonTest, RefusesByName) {
  const auto refusal = [](std::string_view json) -> std::string {
    try {
      (void)filter(json);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kInvalidArgument);
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(refusal("[]"), HasSubstr("filter: expected an object, got an array"));
  EXPECT_THAT(refusal(R"({"most":[]})"), HasSubstr("filter: unknown field \"most\""));
  EXPECT_THAT(refusal(R"({"must":[5]})"),
              HasSubstr("filter.must[0]: expected a condition, got a number"));
  EXPECT_THAT(refusal(R"({"must":[{"key":"a"}]})"),
              HasSubstr("filter.must[0]: expected a test such as"));
  EXPECT_THAT(refusal(R"({"must":[{"key":"a","match":{"value":1.5}}]})"),
              HasSubstr("filter.must[0].match.value: expected a string, an integer or a boolean"));
  EXPECT_THAT(refusal(R"({"must":[{"key":"a","range":{"gt":true}}]})"),
              HasSubstr("filter.must[0].range.gt: expected a number, got a boolean"));
  EXPECT_THAT(refusal(R"({"must":[{"key":"a","geo_radius":{"radius":1}}]})"),
              HasSubstr("filter.must[0].geo_radius: \"center\" is missing"));
  EXPECT_THAT(refusal(R"({"must":[{"has_id":[-1]}]})"),
              HasSubstr("filter.must[0].has_id[0]: expected an integer of at least 0"));
}

}  // namespace
}  // namespace assay::wire
