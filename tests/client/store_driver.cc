// SPDX-License-Identifier: Apache-2.0
// A client, in memory or over the folder given, behind lines of JSON, for differential.py: one
// request a line in, one answer {"result":…} or {"error":"…"} a line out. A request has "op" and
// the members of Qdrant's REST interface; "reopen" closes the client and opens it again. Requests
// are the script's, so their shape is taken on trust.
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "assay/client.h"
#include "assay/error.h"
#include "wire/collection_json.h"
#include "wire/filter_json.h"
#include "wire/json.h"
#include "wire/point_json.h"
#include "wire/query_json.h"
#include "wire/vector_json.h"

namespace {

using assay::Value;

assay::PointId id_of(const Value& json) {
  if (const auto* text = json.get_if<std::string>()) return {*text};
  if (const auto* number = json.get_if<std::uint64_t>()) return {*number};
  return {*json.get_if<std::int64_t>()};
}

std::vector<std::string> strings_of(const Value& json) {
  std::vector<std::string> strings;
  for (const Value& text : *json.get_if<Value::Array>())
    strings.push_back(*text.get_if<std::string>());
  return strings;
}

std::optional<assay::Filter> filter_of(const Value& request) {
  const Value* filter = request.find("filter");
  if (filter == nullptr || filter->is_null()) return std::nullopt;
  return assay::wire::read_filter(*filter);
}

assay::Payload payload_of(const Value& json) {
  const Value* payload = json.find("payload");
  return payload == nullptr ? assay::Payload() : *payload->get_if<Value::Object>();
}

std::size_t size_of(const Value& request, std::string_view key, std::size_t otherwise) {
  const Value* size = request.find(key);
  return size == nullptr ? otherwise : static_cast<std::size_t>(*size->get_if<std::int64_t>());
}

Value record(const assay::PointId& id, const std::optional<assay::Payload>& payload,
             const std::optional<assay::StoredVectors>& vectors) {
  Value::Object result{{"id", id.to_value()}};
  if (payload) result["payload"] = *payload;
  if (vectors) {
    Value::Object named;
    for (const auto& [name, vector] : *vectors)
      named[name] = assay::wire::vectors_value({{"", vector}});
    result["vectors"] = std::move(named);
  }
  return result;
}

// These members of the request.
Value members_of(const Value& request, std::initializer_list<std::string_view> keys) {
  Value::Object members;
  for (const std::string_view key : keys) {
    if (const Value* member = request.find(key)) members.emplace(key, *member);
  }
  return members;
}

// The request without what is the driver's own.
Value without_envelope(const Value& request) {
  Value::Object members = *request.get_if<Value::Object>();
  members.erase("op");
  members.erase("collection");
  members.emplace("with_payload", true);
  return members;
}

assay::QueryRequest query_of(const Value& request) {
  return assay::wire::read_query_request(without_envelope(request));
}

Value hits_of(const std::vector<assay::ScoredPoint>& points) {
  Value::Array hits;
  for (const auto& point : points) {
    Value hit = record(point.id, point.payload, std::nullopt);
    auto& members = *hit.get_if<Value::Object>();
    members["score"] = static_cast<double>(point.score);
    if (point.order_value) members["order_value"] = *point.order_value;
    hits.push_back(std::move(hit));
  }
  return hits;
}

Value answer(assay::Client& client, const Value& request) {
  const std::string op = *request.find("op")->get_if<std::string>();
  const std::string name = *request.find("collection")->get_if<std::string>();
  if (op == "create") {
    return client.create_collection(name, assay::wire::read_collection_config(members_of(
                                              request, {"vectors", "sparse_vectors", "metadata"})));
  }
  if (op == "upsert") {
    const auto points = assay::wire::read_points(request);
    client.upsert(name, points, assay::wire::read_upsert_options(request));
    return true;
  }
  if (op == "update_vectors") {
    std::vector<assay::PointVectors> points;
    for (const Value& point : *request.find("points")->get_if<Value::Array>())
      points.push_back(assay::wire::read_point_vectors(point));
    client.update_vectors(name, points, assay::wire::read_upsert_options(request).filter);
    return true;
  }
  if (op == "delete_vectors") {
    client.delete_vectors(name, strings_of(*request.find("vectors")),
                          assay::wire::read_points_selector(request));
    return true;
  }
  if (op == "batch") {
    std::vector<assay::UpdateOperation> operations;
    for (const Value& operation : *request.find("operations")->get_if<Value::Array>())
      operations.push_back(assay::wire::read_update_operation(operation));
    return client.batch_update_points(name, operations).size();
  }
  if (op == "update_collection") {
    return client.update_collection(name, assay::wire::read_collection_update(
                                              members_of(request, {"sparse_vectors", "metadata"})));
  }
  if (op == "create_vector_name") {
    client.create_vector_name(name, *request.find("vector")->get_if<std::string>(),
                              assay::wire::read_vector_name_config(*request.find("config")));
    return true;
  }
  if (op == "create_payload_index") {
    using Type = assay::PayloadIndexType;
    static const std::map<std::string, Type> kTypes = {
        {"keyword", Type::kKeyword}, {"integer", Type::kInteger},   {"float", Type::kFloat},
        {"bool", Type::kBool},       {"datetime", Type::kDatetime}, {"geo", Type::kGeo},
        {"text", Type::kText},       {"uuid", Type::kUuid}};
    assay::PayloadIndexParams params;
    if (const Value* type = request.find("type"))
      params.type = kTypes.at(*type->get_if<std::string>());
    if (const Value* scoring = request.find("scoring")) params.scoring = *scoring == Value(true);
    client.create_payload_index(name, *request.find("field_name")->get_if<std::string>(), params);
    return true;
  }
  if (op == "delete_payload_index") {
    client.delete_payload_index(name, *request.find("field_name")->get_if<std::string>());
    return true;
  }
  if (op == "delete_vector_name") {
    client.delete_vector_name(name, *request.find("vector")->get_if<std::string>());
    return true;
  }
  if (op == "aliases") {
    return client.update_collection_aliases(
        assay::wire::read_alias_operations(members_of(request, {"actions"})));
  }
  if (op == "get_aliases") {
    Value::Object aliases;
    for (const auto& [alias, collection] : client.get_aliases()) aliases[alias] = collection;
    return aliases;
  }
  if (op == "info") {
    const auto info = client.get_collection(name);
    Value::Object config =
        *assay::wire::collection_config_value(info.config).get_if<Value::Object>();
    config["points_count"] = info.points_count;
    return config;
  }
  if (op == "facet") {
    Value::Array hits;
    for (const auto& [value, count] :
         client.facet(name, *request.find("key")->get_if<std::string>(), filter_of(request),
                      size_of(request, "limit", 10)))
      hits.push_back(Value::Object{{"value", value}, {"count", count}});
    return hits;
  }
  if (op == "delete") {
    client.delete_points(name, assay::wire::read_points_selector(request));
    return true;
  }
  if (op == "set_payload") {
    const Value* key = request.find("key");
    client.set_payload(name, payload_of(request), assay::wire::read_points_selector(request),
                       key == nullptr ? std::nullopt : std::optional(*key->get_if<std::string>()));
    return true;
  }
  if (op == "overwrite_payload") {
    client.overwrite_payload(name, payload_of(request), assay::wire::read_points_selector(request));
    return true;
  }
  if (op == "delete_payload") {
    client.delete_payload(name, strings_of(*request.find("keys")),
                          assay::wire::read_points_selector(request));
    return true;
  }
  if (op == "clear_payload") {
    client.clear_payload(name, assay::wire::read_points_selector(request));
    return true;
  }
  if (op == "count") return client.count(name, filter_of(request));
  if (op == "scroll") {
    const Value* offset = request.find("offset");
    assay::ScrollRequest scroll{
        .filter = filter_of(request),
        .limit = size_of(request, "limit", 10),
        .offset = offset == nullptr ? std::nullopt : std::optional(id_of(*offset)),
        .with_vectors = true};
    if (const Value* order = request.find("order_by")) {
      scroll.order_by = {.key = *order->find("key")->get_if<std::string>(),
                         .descending = *order->find("direction") == Value("desc")};
      if (const Value* start = order->find("start_from")) scroll.order_by->start_from = *start;
    }
    const auto page = client.scroll(name, scroll);
    Value::Array points;
    for (const auto& point : page.points) {
      points.push_back(record(point.id, point.payload, point.vectors));
      if (point.order_value)
        (*points.back().get_if<Value::Object>())["order_value"] = *point.order_value;
    }
    return Value::Object{
        {"points", std::move(points)},
        {"next_page_offset", page.next_page_offset ? page.next_page_offset->to_value() : Value()}};
  }
  if (op == "query") return hits_of(client.query_points(name, query_of(request)).points);
  if (op == "query_groups") {
    Value::Array groups;
    for (const auto& group : client.query_points_groups(
             name, assay::wire::read_query_groups_request(without_envelope(request)))) {
      groups.push_back(Value::Object{
          {"id", group.id},
          {"hits", hits_of(group.hits)},
          {"lookup", group.lookup ? record(group.lookup->id, group.lookup->payload, std::nullopt)
                                  : Value()}});
    }
    return groups;
  }
  if (op == "search_matrix") {
    const auto matrix =
        client.search_matrix(name, {.filter = filter_of(request),
                                    .limit = size_of(request, "limit", 3),
                                    .sample = size_of(request, "sample", 10),
                                    .using_vector = *request.find("using")->get_if<std::string>()});
    Value::Array pairs;
    for (std::size_t i = 0; i < matrix.scores.size(); ++i) {
      pairs.push_back(Value::Object{{"a", matrix.ids[matrix.offsets_row[i]].to_value()},
                                    {"b", matrix.ids[matrix.offsets_col[i]].to_value()},
                                    {"score", static_cast<double>(matrix.scores[i])}});
    }
    return pairs;
  }
  throw assay::Error(assay::ErrorCode::kInvalidArgument, "unknown op " + op);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string location = argc > 1 ? argv[1] : ":memory:";
  // Power loss is tested elsewhere, and the peer does not sync either.
  const assay::ClientOptions options{.sync = assay::Sync::kGrouped};
  std::optional<assay::Client> client(std::in_place, location, options);
  for (std::string line; std::getline(std::cin, line);) {
    Value::Object reply;
    try {
      const Value request = Value::from_json(line);
      if (*request.find("op") == Value("reopen")) {
        client->close();
        client.emplace(location, options);
        reply["result"] = true;
      } else {
        reply["result"] = answer(*client, request);
      }
    } catch (const assay::Error& error) {
      reply["error"] = std::string(error.what());
    }
    std::cout << Value(std::move(reply)).to_json() << std::endl;
  }
}
