// SPDX-License-Identifier: Apache-2.0
#include "wire/filter_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include "assay/error.h"
#include "wire/json_node.h"

namespace assay::wire {
namespace {

Filter filter_of(const Node& node);

std::vector<Condition> clause_of(const std::optional<Node>& node) {
  std::vector<Condition> conditions;
  if (!node) return conditions;
  if (node->value.get_if<Value::Object>() != nullptr) {
    conditions.push_back(condition_of(*node));
    return conditions;
  }
  for (const Node& element : node->elements()) conditions.push_back(condition_of(element));
  return conditions;
}

Value match_value_of(const Node& node) {
  const Value& value = node.value;
  if (value.is_null() || value.get_if<double>() != nullptr ||
      value.get_if<Value::Array>() != nullptr || value.get_if<Value::Object>() != nullptr)
    node.refuse("a string, an integer or a boolean");
  return value;
}

std::vector<Value> match_values_of(const Node& node) {
  std::vector<Value> values;
  for (const Node& element : node.elements()) values.push_back(match_value_of(element));
  return values;
}

FieldTest match_of(const Node& node) {
  node.allow({"value", "any", "except", "text", "text_any", "phrase", "prefix", "substring"});
  if (const auto value = node.member("value")) return MatchValue{match_value_of(*value)};
  if (const auto values = node.member("any")) return MatchAny{match_values_of(*values)};
  if (const auto values = node.member("except")) return MatchExcept{match_values_of(*values)};
  if (const auto text = node.member("text")) return MatchText{text->text()};
  if (const auto text = node.member("text_any")) return MatchTextAny{text->text()};
  if (const auto text = node.member("phrase")) return MatchPhrase{text->text()};
  if (const auto text = node.member("prefix")) return MatchPrefix{text->text()};
  if (const auto text = node.member("substring")) return MatchSubstring{text->text()};
  throw Error(ErrorCode::kInvalidArgument, fmt::format("{}: \"value\" is missing", node.where));
}

template <class Bounds, class Read>
Bounds bounds_of(const Node& node, const Read& read) {
  node.allow({"lt", "lte", "gt", "gte"});
  Bounds bounds;
  if (const auto x = node.member("lt")) bounds.lt = read(*x);
  if (const auto x = node.member("lte")) bounds.lte = read(*x);
  if (const auto x = node.member("gt")) bounds.gt = read(*x);
  if (const auto x = node.member("gte")) bounds.gte = read(*x);
  return bounds;
}

FieldTest range_of(const Node& node) {
  for (const auto& [key, bound] : node.object()) {
    if (bound.get_if<std::string>() != nullptr)
      return bounds_of<DatetimeRange>(node, [](const Node& x) { return x.text(); });
  }
  return bounds_of<Range>(node, [](const Node& x) { return x.number(); });
}

std::vector<GeoPoint> ring_of(const Node& node) {
  node.allow({"points"});
  std::vector<GeoPoint> points;
  for (const Node& point : node.required("points").elements())
    points.push_back(geo_point_of(point));
  return points;
}

GeoPolygon polygon_of(const Node& node) {
  node.allow({"exterior", "interiors"});
  GeoPolygon polygon{.exterior = ring_of(node.required("exterior"))};
  if (const auto interiors = node.member("interiors")) {
    for (const Node& ring : interiors->elements()) polygon.interiors.push_back(ring_of(ring));
  }
  return polygon;
}

// The first test in the order in which qdrant-client looks for them.
FieldTest field_test_of(const Node& node) {
  node.allow({"key", "match", "range", "geo_bounding_box", "geo_radius", "geo_polygon",
              "values_count", "is_empty", "is_null"});
  if (const auto bounds = node.member("values_count"))
    return bounds_of<ValuesCount>(*bounds, [](const Node& x) { return x.count(); });
  if (const auto is = node.member("is_empty")) return IsEmpty{is->boolean()};
  if (const auto is = node.member("is_null")) return IsNull{is->boolean()};
  if (const auto match = node.member("match")) return match_of(*match);
  if (const auto range = node.member("range")) return range_of(*range);
  if (const auto box = node.member("geo_bounding_box")) {
    box->allow({"top_left", "bottom_right"});
    return GeoBoundingBox{.top_left = geo_point_of(box->required("top_left")),
                          .bottom_right = geo_point_of(box->required("bottom_right"))};
  }
  if (const auto circle = node.member("geo_radius")) {
    circle->allow({"center", "radius"});
    return GeoRadius{.center = geo_point_of(circle->required("center")),
                     .radius = circle->required("radius").number()};
  }
  if (const auto polygon = node.member("geo_polygon")) return polygon_of(*polygon);
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("{}: expected a test such as \"match\" or \"range\"", node.where));
}

HasId has_id_of(const Node& node) {
  HasId result;
  for (const Node& id : node.elements()) {
    if (const auto* text = id.value.get_if<std::string>()) {
      try {
        result.ids.emplace_back(*text);
      } catch (const Error&) {  // no point has it
      }
    } else {
      result.ids.emplace_back(id.count());
    }
  }
  return result;
}

std::string key_of(const Node& node) {
  node.allow({"key"});
  return node.required("key").text();
}

Filter filter_of(const Node& node) {
  node.allow({"must", "should", "must_not", "min_should"});
  Filter filter{.must = clause_of(node.member("must")),
                .should = clause_of(node.member("should")),
                .must_not = clause_of(node.member("must_not"))};
  if (const auto some = node.member("min_should")) {
    some->allow({"conditions", "min_count"});
    filter.min_should = {.conditions = clause_of(some->required("conditions")),
                         .min_count = some->required("min_count").count()};
  }
  return filter;
}

}  // namespace

Condition condition_of(const Node& node) {
  (void)node.object("a condition");
  if (node.member("key")) return FieldCondition{node.required("key").text(), field_test_of(node)};
  if (const auto empty = node.member("is_empty")) {
    node.allow({"is_empty"});
    return FieldCondition{key_of(*empty), IsEmpty{}};
  }
  if (const auto null = node.member("is_null")) {
    node.allow({"is_null"});
    return FieldCondition{key_of(*null), IsNull{}};
  }
  if (const auto ids = node.member("has_id")) {
    node.allow({"has_id"});
    return has_id_of(*ids);
  }
  if (const auto name = node.member("has_vector")) {
    node.allow({"has_vector"});
    return HasVector{name->text()};
  }
  if (const auto slice = node.member("slice")) {
    node.allow({"slice"});
    slice->allow({"total", "index"});
    return Slice{slice->required("total").count(), slice->required("index").count()};
  }
  if (const auto nested = node.member("nested")) {
    node.allow({"nested"});
    nested->allow({"key", "filter"});
    return Nested{nested->required("key").text(), filter_of(nested->required("filter"))};
  }
  return filter_of(node);
}

GeoPoint geo_point_of(const Node& node) {
  node.allow({"lat", "lon"});
  return {.lon = node.required("lon").number(), .lat = node.required("lat").number()};
}

Filter read_filter(const Value& json) { return filter_of({json, "filter"}); }

}  // namespace assay::wire
