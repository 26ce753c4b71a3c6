// SPDX-License-Identifier: Apache-2.0
#include "client/requests.h"

#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "assay/error.h"
#include "wire/collection_json.h"
#include "wire/filter_json.h"
#include "wire/point_json.h"
#include "wire/query_json.h"
#include "wire/response_json.h"
#include "wire/vector_json.h"

namespace assay::test {
namespace {

std::string text_of(const Value& request, std::string_view key) {
  return *request.find(key)->get_if<std::string>();
}

std::vector<std::string> texts_of(const Value& request, std::string_view key) {
  std::vector<std::string> texts;
  for (const Value& text : *request.find(key)->get_if<Value::Array>())
    texts.push_back(*text.get_if<std::string>());
  return texts;
}

std::vector<PointId> ids_of(const Value& request, std::string_view key) {
  std::vector<PointId> ids;
  if (const Value* list = request.find(key)) {
    for (const Value& id : *list->get_if<Value::Array>()) ids.push_back(wire::id_of({id, "id"}));
  }
  return ids;
}

std::optional<Filter> filter_of(const Value& request) {
  const Value* filter = request.find("filter");
  if (filter == nullptr || filter->is_null()) return std::nullopt;
  return wire::read_filter(*filter);
}

Payload payload_of(const Value& request) {
  const Value* payload = request.find("payload");
  return payload == nullptr ? Payload() : *payload->get_if<Value::Object>();
}

std::size_t size_of(const Value& request, std::string_view key, std::size_t otherwise) {
  const Value* size = request.find(key);
  return size == nullptr ? otherwise : static_cast<std::size_t>(*size->get_if<std::int64_t>());
}

// These members of the request.
Value members_of(const Value& request, std::initializer_list<std::string_view> keys) {
  Value::Object members;
  for (const std::string_view key : keys) {
    if (const Value* member = request.find(key)) members.emplace(key, *member);
  }
  return members;
}

// The request as it would be sent: without what is the tests' own.
Value body_of(const Value& request) {
  Value::Object members = *request.get_if<Value::Object>();
  members.erase("op");
  members.erase("collection");
  return members;
}

// The selectors of a read, which src/wire reads as part of a query.
QueryRequest selectors_of(const Value& request, bool with_payload) {
  QueryRequest selectors =
      wire::read_query_request(members_of(request, {"with_payload", "with_vector"}));
  if (request.find("with_payload") == nullptr) selectors.with_payload = with_payload;
  return selectors;
}

Value create_payload_index(Client& client, const std::string& name, const Value& request) {
  using Type = PayloadIndexType;
  static const std::map<std::string, Type> kTypes = {
      {"keyword", Type::kKeyword}, {"integer", Type::kInteger},   {"float", Type::kFloat},
      {"bool", Type::kBool},       {"datetime", Type::kDatetime}, {"geo", Type::kGeo},
      {"text", Type::kText},       {"uuid", Type::kUuid}};
  PayloadIndexParams params;
  if (request.find("type") != nullptr) params.type = kTypes.at(text_of(request, "type"));
  if (const Value* scoring = request.find("scoring")) params.scoring = *scoring == Value(true);
  return wire::update_result_value(
      client.create_payload_index(name, text_of(request, "field_name"), params));
}

Value scroll(Client& client, const std::string& name, const Value& request) {
  const QueryRequest selectors = selectors_of(request, true);
  ScrollRequest made{.filter = filter_of(request),
                     .limit = size_of(request, "limit", 10),
                     .with_payload = selectors.with_payload,
                     .with_vectors = selectors.with_vectors};
  if (const Value* offset = request.find("offset")) made.offset = wire::id_of({*offset, "offset"});
  if (const Value* order = request.find("order_by")) {
    const Value query = Value::Object{{"query", Value::Object{{"order_by", *order}}}};
    made.order_by = std::get<OrderBy>(wire::read_query_request(query).query->kind);
  }
  return wire::scroll_response_value(client.scroll(name, made));
}

Value retrieve(Client& client, const std::string& name, const Value& request) {
  const QueryRequest selectors = selectors_of(request, true);
  Value::Array records;
  for (const Record& record : client.retrieve(name, ids_of(request, "ids"), selectors.with_payload,
                                              selectors.with_vectors))
    records.push_back(wire::record_value(record));
  return records;
}

Value query_batch(Client& client, const std::string& name, const Value& request) {
  std::vector<QueryRequest> searches;
  for (const Value& search : *request.find("searches")->get_if<Value::Array>())
    searches.push_back(wire::read_query_request(search));
  Value::Array responses;
  for (const QueryResponse& response : client.query_batch_points(name, searches))
    responses.push_back(wire::query_response_value(response));
  return responses;
}

Value batch(Client& client, const std::string& name, const Value& request) {
  std::vector<UpdateOperation> operations;
  for (const Value& operation : *request.find("operations")->get_if<Value::Array>())
    operations.push_back(wire::read_update_operation(operation));
  Value::Array results;
  for (const UpdateResult& result : client.batch_update_points(name, operations))
    results.push_back(wire::update_result_value(result));
  return results;
}

Value update_vectors(Client& client, const std::string& name, const Value& request) {
  std::vector<PointVectors> points;
  for (const Value& point : *request.find("points")->get_if<Value::Array>())
    points.push_back(wire::read_point_vectors(point));
  return wire::update_result_value(
      client.update_vectors(name, points, wire::read_upsert_options(request).filter));
}

Value upload_collection(Client& client, const std::string& name, const Value& request) {
  std::vector<Vectors> vectors;
  for (const Value& vector : *request.find("vectors")->get_if<Value::Array>())
    vectors.push_back(wire::vectors_of({vector, "vector"}));
  std::vector<Payload> payloads;
  if (const Value* list = request.find("payloads")) {
    for (const Value& payload : *list->get_if<Value::Array>())
      payloads.push_back(*payload.get_if<Value::Object>());
  }
  client.upload_collection(name, vectors, payloads, ids_of(request, "ids"));
  return true;
}

Value aliases_value(const std::vector<AliasDescription>& descriptions) {
  Value::Object aliases;
  for (const auto& [alias, collection] : descriptions) aliases[alias] = collection;
  return aliases;
}

std::optional<std::string> key_of(const Value& request) {
  return request.find("key") == nullptr ? std::nullopt : std::optional(text_of(request, "key"));
}

using Call = std::function<Value(Client&, const std::string&, const Value&)>;

const std::map<std::string, Call, std::less<>>& calls() {
  using wire::read_points_selector;
  using wire::update_result_value;
  static const std::map<std::string, Call, std::less<>> kCalls = {
      // Collections.
      {"create",
       [](auto& client, auto& name, auto& request) {
         return client.create_collection(name, wire::read_collection_config(body_of(request)));
       }},
      {"delete_collection",
       [](auto& client, auto& name, auto&) { return client.delete_collection(name); }},
      {"exists", [](auto& client, auto& name, auto&) { return client.collection_exists(name); }},
      {"collections",
       [](auto& client, auto&, auto&) {
         const auto names = client.get_collections();
         return Value::Array(names.begin(), names.end());
       }},
      {"info", [](auto& client, auto& name,
                  auto&) { return wire::collection_info_value(client.get_collection(name)); }},
      {"update_collection",
       [](auto& client, auto& name, auto& request) {
         return client.update_collection(name, wire::read_collection_update(body_of(request)));
       }},
      {"create_vector_name",
       [](auto& client, auto& name, auto& request) {
         return update_result_value(
             client.create_vector_name(name, text_of(request, "vector"),
                                       wire::read_vector_name_config(*request.find("config"))));
       }},
      {"delete_vector_name",
       [](auto& client, auto& name, auto& request) {
         return update_result_value(client.delete_vector_name(name, text_of(request, "vector")));
       }},
      {"create_payload_index", create_payload_index},
      {"delete_payload_index",
       [](auto& client, auto& name, auto& request) {
         return update_result_value(
             client.delete_payload_index(name, text_of(request, "field_name")));
       }},
      {"aliases",
       [](auto& client, auto&, auto& request) {
         return client.update_collection_aliases(wire::read_alias_operations(body_of(request)));
       }},
      {"get_aliases",
       [](auto& client, auto&, auto&) { return aliases_value(client.get_aliases()); }},
      {"collection_aliases",
       [](auto& client, auto& name, auto&) {
         return aliases_value(client.get_collection_aliases(name));
       }},
      // Writes.
      {"upsert",
       [](auto& client, auto& name, auto& request) {
         return update_result_value(
             client.upsert(name, wire::read_points(request), wire::read_upsert_options(request)));
       }},
      {"upload_points",
       [](auto& client, auto& name, auto& request) {
         client.upload_points(name, wire::read_points(request), wire::read_upsert_options(request));
         return true;
       }},
      {"upload_collection", upload_collection},
      {"batch", batch},
      {"delete",
       [](auto& client, auto& name, auto& request) {
         return update_result_value(client.delete_points(name, read_points_selector(request)));
       }},
      {"update_vectors", update_vectors},
      {"delete_vectors",
       [](auto& client, auto& name, auto& request) {
         return update_result_value(client.delete_vectors(name, texts_of(request, "vectors"),
                                                          read_points_selector(request)));
       }},
      {"set_payload",
       [](auto& client, auto& name, auto& request) {
         return update_result_value(client.set_payload(
             name, payload_of(request), read_points_selector(request), key_of(request)));
       }},
      {"overwrite_payload",
       [](auto& client, auto& name, auto& request) {
         return update_result_value(
             client.overwrite_payload(name, payload_of(request), read_points_selector(request)));
       }},
      {"delete_payload",
       [](auto& client, auto& name, auto& request) {
         return update_result_value(
             client.delete_payload(name, texts_of(request, "keys"), read_points_selector(request)));
       }},
      {"clear_payload",
       [](auto& client, auto& name, auto& request) {
         return update_result_value(client.clear_payload(name, read_points_selector(request)));
       }},
      // Reads.
      {"count", [](auto& client, auto& name,
                   auto& request) { return client.count(name, filter_of(request)); }},
      {"facet",
       [](auto& client, auto& name, auto& request) {
         return wire::facet_value(client.facet(name, text_of(request, "key"), filter_of(request),
                                               size_of(request, "limit", 10)));
       }},
      {"retrieve", retrieve},
      {"scroll", scroll},
      {"query",
       [](auto& client, auto& name, auto& request) {
         return wire::query_response_value(
             client.query_points(name, wire::read_query_request(body_of(request))));
       }},
      {"query_batch", query_batch},
      {"query_groups",
       [](auto& client, auto& name, auto& request) {
         return wire::groups_value(
             client.query_points_groups(name, wire::read_query_groups_request(body_of(request))));
       }},
      {"matrix_pairs",
       [](auto& client, auto& name, auto& request) {
         return wire::matrix_pairs_value(
             client.search_matrix(name, wire::read_search_matrix_request(body_of(request))));
       }},
      {"matrix_offsets",
       [](auto& client, auto& name, auto& request) {
         return wire::matrix_offsets_value(
             client.search_matrix(name, wire::read_search_matrix_request(body_of(request))));
       }},
  };
  return kCalls;
}

}  // namespace

Value answer(Client& client, const Value& request) {
  const std::string op = text_of(request, "op");
  const auto call = calls().find(op);
  if (call == calls().end()) throw Error(ErrorCode::kInvalidArgument, "unknown op " + op);
  return call->second(client, text_of(request, "collection"), request);
}

}  // namespace assay::test
