// SPDX-License-Identifier: Apache-2.0
// Points on the globe: distances, and what lies in a shape (qdrant.md section 9.4).
#pragma once

#include <optional>

#include "assay/filter.h"

namespace assay::store {

/// The point that an object with finite numbers `lat` and `lon` is.
std::optional<GeoPoint> geo_point_of(const Value& value);

inline constexpr double kEarthRadius = 6371008.8;
/// Metres, by the haversine formula on a sphere of that radius.
double geo_distance(GeoPoint a, GeoPoint b);

bool inside(const GeoBoundingBox& box, GeoPoint point);
bool inside(const GeoRadius& circle, GeoPoint point);
/// Rings of at least one point. The exterior's boundary is outside, so is that of a hole.
bool inside(const GeoPolygon& polygon, GeoPoint point);

}  // namespace assay::store
