// SPDX-License-Identifier: Apache-2.0
// Promise: distances are haversine, and shapes hold the points that qdrant.md section 9 says.
#include "store/geo.h"

#include <gtest/gtest.h>

namespace assay::store {
namespace {

constexpr GeoPoint kBerlin{.lon = 13.4050, .lat = 52.5200};
constexpr GeoPoint kLondon{.lon = -0.1278, .lat = 51.5074};

TEST(GeoTest, MeasuresDistances) {
  EXPECT_NEAR(geo_distance(kBerlin, kLondon), 931'600, 1'000);
  EXPECT_EQ(geo_distance(kBerlin, kBerlin), 0);
  EXPECT_NEAR(geo_distance({.lon = 0, .lat = 0}, {.lon = 180, .lat = 0}), 20'015'115, 1);
}

TEST(GeoTest, ReadsPoints) {
  EXPECT_TRUE(geo_point_of(Value::from_json(R"({"lat":1,"lon":2.5,"name":"x"})")));
  for (const char* json :
       {R"({"lat":1})", R"({"lat":"1","lon":2})", R"({"lat":true,"lon":2})", "[1,2]", "null"})
    EXPECT_FALSE(geo_point_of(Value::from_json(json))) << json;
}

TEST(GeoTest, KnowsBoxes) {
  const GeoBoundingBox box{.top_left = {10, 60}, .bottom_right = {20, 50}};
  EXPECT_TRUE(inside(box, kBerlin));
  EXPECT_FALSE(inside(box, kLondon));
  EXPECT_FALSE(inside(box, {.lon = 10, .lat = 55}));  // the edge is outside
  const GeoBoundingBox across{.top_left = {170, 10}, .bottom_right = {-170, -10}};
  EXPECT_TRUE(inside(across, {.lon = 179, .lat = 0}));
  EXPECT_TRUE(inside(across, {.lon = -179, .lat = 0}));
  EXPECT_FALSE(inside(across, {.lon = 0, .lat = 0}));
}

TEST(GeoTest, KnowsCircles) {
  const double distance = geo_distance(kBerlin, kLondon);
  EXPECT_FALSE(inside(GeoRadius{kLondon, distance}, kBerlin));  // strict
  EXPECT_TRUE(inside(GeoRadius{kLondon, distance + 1}, kBerlin));
}

TEST(GeoTest, KnowsPolygonsWithHoles) {
  const std::vector<GeoPoint> square = {{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}};
  const std::vector<GeoPoint> hole = {{4, 4}, {6, 4}, {6, 6}, {4, 6}, {4, 4}};
  const GeoPolygon polygon{.exterior = square, .interiors = {hole}};
  EXPECT_TRUE(inside(polygon, {.lon = 2, .lat = 2}));
  EXPECT_FALSE(inside(polygon, {.lon = 5, .lat = 5}));
  EXPECT_FALSE(inside(polygon, {.lon = 11, .lat = 5}));
  EXPECT_FALSE(inside(polygon, {.lon = 0, .lat = 5}));  // on the boundary
  EXPECT_FALSE(inside(polygon, {.lon = 4, .lat = 5}));  // on the hole's
}

}  // namespace
}  // namespace assay::store
