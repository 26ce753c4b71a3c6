// SPDX-License-Identifier: Apache-2.0
#include "wire/point_json.h"

#include <fmt/format.h>

#include <utility>

#include "wire/filter_json.h"
#include "wire/vector_json.h"

namespace assay::wire {
namespace {

PointStruct point_of(const Node& node) {
  node.allow({"id", "vector", "vectors", "payload"});
  PointStruct point{.id = id_of(node.required("id"))};
  if (const auto vector = node.member("vector")) point.vector = vectors_of(*vector);
  if (const auto vectors = node.member("vectors")) point.vector = vectors_of(*vectors);
  if (const auto payload = node.member("payload")) point.payload = payload->object();
  return point;
}

// Columns of a batch: lengths agree with the ids, or the message says which do not.
void check_length(std::string_view what, std::size_t ids, std::size_t length) {
  if (ids != length) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("number of ids and {} must be equal ({} != {})", what, ids, length));
  }
}

std::vector<PointStruct> batch_of(const Node& node) {
  node.allow({"ids", "vectors", "payloads"});
  std::vector<PointStruct> points;
  for (const Node& id : node.required("ids").elements()) points.push_back({.id = id_of(id)});
  const Node vectors = node.required("vectors");
  const auto take = [&](const std::string& name, const Node& column) {
    const auto rows = column.elements();
    check_length("vectors", points.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
      points[i].vector.by_name.emplace(name, vector_of(rows[i]));
  };
  if (vectors.value.get_if<Value::Object>() == nullptr) {
    take("", vectors);
  } else {
    for (const auto& [name, column] : vectors.object())
      take(name, {column, fmt::format("{}.{}", vectors.where, name)});
  }
  if (const auto payloads = node.member("payloads")) {
    const auto rows = payloads->elements();
    check_length("payloads", points.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!rows[i].value.is_null()) points[i].payload = rows[i].object();
    }
  }
  return points;
}

void put_parts(Value::Object& members, const std::optional<Payload>& payload,
               const std::optional<StoredVectors>& vectors,
               const std::optional<Value>& order_value) {
  if (payload) members.emplace("payload", *payload);
  if (vectors) members.emplace("vector", vectors_value(*vectors));
  if (order_value) members.emplace("order_value", *order_value);
}

}  // namespace

PointStruct read_point(const Value& json) { return point_of({json, "point"}); }

PointVectors read_point_vectors(const Value& json) {
  const Node node{json, "point"};
  node.allow({"id", "vector"});
  return {.id = id_of(node.required("id")), .vector = vectors_of(node.required("vector"))};
}

std::vector<PointStruct> read_points(const Value& json) {
  const Node node{json, "request"};
  if (const auto batch = node.member("batch")) return batch_of(*batch);
  std::vector<PointStruct> points;
  for (const Node& point : node.required("points").elements()) points.push_back(point_of(point));
  return points;
}

PointsSelector read_points_selector(const Value& request) {
  const Node node{request, "request"};
  if (const auto points = node.member("points")) {
    std::vector<PointId> ids;
    for (const Node& id : points->elements()) ids.push_back(id_of(id));
    return ids;
  }
  if (const auto filter = node.member("filter")) return read_filter(filter->value);
  throw Error(ErrorCode::kInvalidArgument, "No filter or points provided");
}

UpsertOptions read_upsert_options(const Value& request) {
  const Node node{request, "request"};
  UpsertOptions options;
  if (const auto filter = node.member("update_filter")) options.filter = read_filter(filter->value);
  const auto mode = node.member("update_mode");
  if (!mode) return options;
  const std::string name = mode->text();
  using Mode = UpsertOptions::Mode;
  if (name == "insert_only") {
    options.mode = Mode::kInsertOnly;
  } else if (name == "update_only") {
    options.mode = Mode::kUpdateOnly;
  } else if (name != "upsert") {
    mode->refuse_value("upsert, insert_only or update_only");
  }
  return options;
}

UpdateOperation read_update_operation(const Value& json) {
  const Node node{json, "operation"};
  node.allow({"upsert", "delete", "update_vectors", "delete_vectors", "set_payload",
              "overwrite_payload", "delete_payload", "clear_payload"});
  const auto texts = [](const Node& list) {
    std::vector<std::string> result;
    for (const Node& text : list.elements()) result.push_back(text.text());
    return result;
  };
  if (const auto body = node.member("upsert"))
    return UpsertOperation{read_points(body->value), read_upsert_options(body->value)};
  if (const auto body = node.member("delete"))
    return DeleteOperation{read_points_selector(body->value)};
  if (const auto body = node.member("update_vectors")) {
    UpdateVectorsOperation operation;
    for (const Node& point : body->required("points").elements())
      operation.points.push_back(read_point_vectors(point.value));
    operation.filter = read_upsert_options(body->value).filter;
    return operation;
  }
  if (const auto body = node.member("delete_vectors"))
    return DeleteVectorsOperation{texts(body->required("vector")),
                                  read_points_selector(body->value)};
  if (const auto body = node.member("set_payload")) {
    SetPayloadOperation operation{body->required("payload").object(),
                                  read_points_selector(body->value)};
    if (const auto key = body->member("key")) operation.key = key->text();
    return operation;
  }
  if (const auto body = node.member("overwrite_payload"))
    return OverwritePayloadOperation{body->required("payload").object(),
                                     read_points_selector(body->value)};
  if (const auto body = node.member("delete_payload"))
    return DeletePayloadOperation{texts(body->required("keys")), read_points_selector(body->value)};
  return ClearPayloadOperation{read_points_selector(node.required("clear_payload").value)};
}

Value record_value(const Record& record) {
  Value::Object members{{"id", record.id.to_value()}};
  put_parts(members, record.payload, record.vectors, record.order_value);
  return members;
}

Value scored_point_value(const ScoredPoint& point) {
  Value::Object members{{"id", point.id.to_value()},
                        {"version", point.version},
                        {"score", static_cast<double>(point.score)}};
  put_parts(members, point.payload, point.vectors, point.order_value);
  if (const auto& first = point.first_stage) {
    members.emplace("first_stage", Value::Object{{"score", static_cast<double>(first->score)},
                                                 {"rank", first->rank},
                                                 {"reranked", first->reranked}});
  }
  return members;
}

Value group_value(const PointGroup& group) {
  Value::Array hits;
  for (const ScoredPoint& hit : group.hits) hits.push_back(scored_point_value(hit));
  Value::Object members{{"id", group.id}, {"hits", std::move(hits)}};
  if (group.lookup) members.emplace("lookup", record_value(*group.lookup));
  return members;
}

Value update_result_value(const UpdateResult& result) {
  const bool completed = result.status == UpdateResult::Status::kCompleted;
  return Value::Object{{"operation_id", result.operation_id},
                       {"status", completed ? "completed" : "acknowledged"}};
}

}  // namespace assay::wire
