// SPDX-License-Identifier: Apache-2.0
#include "wire/response_json.h"

#include <utility>

#include "wire/filter_json.h"
#include "wire/json_node.h"
#include "wire/point_json.h"

namespace assay::wire {
namespace {

// An array of what `make` gives for each element.
template <class Range, class Make>
Value::Array array_of(const Range& elements, const Make& make) {
  Value::Array values;
  for (const auto& element : elements) values.push_back(make(element));
  return values;
}

}  // namespace

Value query_response_value(const QueryResponse& response) {
  return Value::Object{{"points", array_of(response.points, scored_point_value)}};
}

Value groups_value(std::span<const PointGroup> groups) {
  return Value::Object{{"groups", array_of(groups, group_value)}};
}

Value scroll_response_value(const ScrollResponse& response) {
  const auto& next = response.next_page_offset;
  return Value::Object{{"points", array_of(response.points, record_value)},
                       {"next_page_offset", next ? next->to_value() : Value()}};
}

Value facet_value(std::span<const FacetHit> hits) {
  return Value::Object{{"hits", array_of(hits, [](const FacetHit& hit) -> Value {
                          return Value::Object{{"value", hit.value}, {"count", hit.count}};
                        })}};
}

SearchMatrixRequest read_search_matrix_request(const Value& json) {
  const Node node{json, "request"};
  node.allow({"sample", "limit", "using", "filter", "shard_key"});
  SearchMatrixRequest request;
  if (const auto x = node.member("sample")) request.sample = x->count();
  if (const auto x = node.member("limit")) request.limit = x->count();
  if (const auto x = node.member("using")) request.using_vector = x->text();
  if (const auto x = node.member("filter")) request.filter = read_filter(x->value);
  return request;
}

Value matrix_pairs_value(const SearchMatrix& matrix) {
  Value::Array pairs;
  for (std::size_t i = 0; i < matrix.scores.size(); ++i) {
    pairs.push_back(Value::Object{{"a", matrix.ids[matrix.offsets_row[i]].to_value()},
                                  {"b", matrix.ids[matrix.offsets_col[i]].to_value()},
                                  {"score", static_cast<double>(matrix.scores[i])}});
  }
  return Value::Object{{"pairs", std::move(pairs)}};
}

Value matrix_offsets_value(const SearchMatrix& matrix) {
  const auto number = [](std::size_t offset) { return Value(offset); };
  return Value::Object{
      {"offsets_row", array_of(matrix.offsets_row, number)},
      {"offsets_col", array_of(matrix.offsets_col, number)},
      {"scores",
       array_of(matrix.scores, [](float score) { return Value(static_cast<double>(score)); })},
      {"ids", array_of(matrix.ids, [](const PointId& id) { return id.to_value(); })}};
}

}  // namespace assay::wire
