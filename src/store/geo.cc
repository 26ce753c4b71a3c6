// SPDX-License-Identifier: Apache-2.0
#include "store/geo.h"

#include <cmath>
#include <numbers>

namespace assay::store {
namespace {

std::optional<double> finite_number(const Value* value) {
  if (value == nullptr) return std::nullopt;
  std::optional<double> number;
  if (const auto* x = value->get_if<double>()) number = *x;
  if (const auto* x = value->get_if<std::int64_t>()) number = static_cast<double>(*x);
  if (const auto* x = value->get_if<std::uint64_t>()) number = static_cast<double>(*x);
  if (number && !std::isfinite(*number)) return std::nullopt;
  return number;
}

enum class Place { kOutside, kBoundary, kInside };

// By casting a ray in the plane of latitude and longitude.
Place place_in(const std::vector<GeoPoint>& ring, GeoPoint point) {
  std::size_t count = ring.size();
  if (count > 1 && ring.front().lat == ring.back().lat && ring.front().lon == ring.back().lon)
    --count;
  bool is_inside = false;
  for (std::size_t i = 0, j = count - 1; i < count; j = i++) {
    const GeoPoint a = ring[i];
    const GeoPoint b = ring[j];
    const double cross =
        point.lon * (a.lat - b.lat) + a.lon * (b.lat - point.lat) + b.lon * (point.lat - a.lat);
    if (cross == 0 && (a.lat - point.lat) * (b.lat - point.lat) <= 0 &&
        (a.lon - point.lon) * (b.lon - point.lon) <= 0)
      return Place::kBoundary;
    if ((a.lon > point.lon) != (b.lon > point.lon) &&
        point.lat < (b.lat - a.lat) * (point.lon - a.lon) / (b.lon - a.lon) + a.lat)
      is_inside = !is_inside;
  }
  return is_inside ? Place::kInside : Place::kOutside;
}

}  // namespace

std::optional<GeoPoint> geo_point_of(const Value& value) {
  const auto lat = finite_number(value.find("lat"));
  const auto lon = finite_number(value.find("lon"));
  if (!lat || !lon) return std::nullopt;
  return GeoPoint{.lon = *lon, .lat = *lat};
}

double geo_distance(GeoPoint a, GeoPoint b) {
  constexpr double kRadians = std::numbers::pi / 180;
  const double by_lat = std::sin((b.lat - a.lat) * kRadians / 2);
  const double by_lon = std::sin((b.lon - a.lon) * kRadians / 2);
  const double h =
      by_lat * by_lat + std::cos(a.lat * kRadians) * std::cos(b.lat * kRadians) * by_lon * by_lon;
  return 2 * kEarthRadius * std::asin(std::sqrt(h));
}

bool inside(const GeoBoundingBox& box, GeoPoint point) {
  const double left = box.top_left.lon;
  const double right = box.bottom_right.lon;
  const bool between =
      left > right ? point.lon > left || point.lon < right : point.lon > left && point.lon < right;
  return between && point.lat < box.top_left.lat && point.lat > box.bottom_right.lat;
}

bool inside(const GeoRadius& circle, GeoPoint point) {
  return geo_distance(circle.center, point) < circle.radius;
}

bool inside(const GeoPolygon& polygon, GeoPoint point) {
  if (place_in(polygon.exterior, point) != Place::kInside) return false;
  for (const auto& hole : polygon.interiors) {
    if (place_in(hole, point) != Place::kOutside) return false;
  }
  return true;
}

}  // namespace assay::store
