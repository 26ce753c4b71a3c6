// SPDX-License-Identifier: Apache-2.0
// Promise: points are read and results written as Qdrant's REST interface has them.
#include "wire/point_json.h"

#include <gtest/gtest.h>

#include "support.h"

namespace assay::wire {
namespace {

std::vector<PointStruct> read(std::string_view json) { return read_points(Value::from_json(json)); }

TEST(PointJsonTest, ReadsListsAndColumns) {
  const auto rows = read(
      R"({"points":[{"id":1,"vector":{"a":[1]},"payload":{"k":1}},{"id":"00000000-0000-0000-0000-000000000001","vector":[2],"payload":null}]})");
  const auto columns = read(
      R"({"batch":{"ids":[1,"00000000-0000-0000-0000-000000000001"],"vectors":{"a":[[1],[3]],"b":[{"indices":[],"values":[]},[[1]]]},"payloads":[{"k":1},null]}})");
  ASSERT_EQ(rows.size(), 2u);
  ASSERT_EQ(columns.size(), 2u);
  EXPECT_EQ(rows[0].vector.by_name.at("a"), Vector(std::vector<float>{1}));
  EXPECT_EQ(rows[1].vector.by_name.at(""), Vector(std::vector<float>{2}));
  EXPECT_EQ(rows[0].payload, (Payload{{"k", 1}}));
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(columns[i].id, rows[i].id);
    EXPECT_EQ(columns[i].payload, rows[i].payload);
  }
  EXPECT_EQ(columns[1].vector.by_name.at("a"), Vector(std::vector<float>{3}));
  EXPECT_EQ(columns[0].vector.by_name.at("b"), Vector(SparseVector()));
  EXPECT_EQ(columns[1].vector.by_name.at("b"), Vector(MultiVector(1, {1})));
}

TEST(PointJsonTest, RefusesColumnsOfDifferentLengths) {
  const auto refusal = [](std::string_view json) {
    return test::message_of(ErrorCode::kInvalidArgument, [&] { (void)read(json); });
  };
  EXPECT_EQ(refusal(R"({"batch":{"ids":[1,2],"vectors":[[1]]}})"),
            "number of ids and vectors must be equal (2 != 1)");
  EXPECT_EQ(refusal(R"({"batch":{"ids":[1],"vectors":[[1]],"payloads":[]}})"),
            "number of ids and payloads must be equal (1 != 0)");
  EXPECT_EQ(refusal(R"({"points":[{"id":1,"vector":[1],"colour":2}]})"),
            "request.points[0]: unknown field \"colour\"");
  EXPECT_EQ(test::message_of(ErrorCode::kInvalidArgument,
                             [] { (void)read_points_selector(Value::from_json("{}")); }),
            "No filter or points provided");
}

TEST(PointJsonTest, ReadsVectorsAndSelectors) {
  const auto point = read_point_vectors(Value::from_json(R"({"id":3,"vector":{"a":[1]}})"));
  EXPECT_EQ(point.id, PointId(3));
  EXPECT_EQ(read_point(Value::from_json(R"({"id":3,"vector":{}})")).id, PointId(3));
  // Of both the ids.
  const auto selector = read_points_selector(Value::from_json(R"({"points":[1,2],"filter":{}})"));
  EXPECT_EQ(std::get<std::vector<PointId>>(selector), (std::vector<PointId>{1, 2}));
  EXPECT_TRUE(
      std::holds_alternative<Filter>(read_points_selector(Value::from_json(R"({"filter":{}})"))));
}

TEST(PointJsonTest, ReadsOperations) {
  const auto read = [](std::string_view json) {
    return read_update_operation(Value::from_json(json));
  };
  const auto upsert = std::get<UpsertOperation>(read(
      R"({"upsert":{"points":[{"id":1,"vector":{}}],"update_mode":"insert_only","update_filter":{"must":[]}}})"));
  EXPECT_EQ(upsert.points.size(), 1u);
  EXPECT_EQ(upsert.options.mode, UpsertOptions::Mode::kInsertOnly);
  EXPECT_TRUE(upsert.options.filter);
  EXPECT_EQ(std::get<SetPayloadOperation>(
                read(R"({"set_payload":{"payload":{"a":1},"points":[1],"key":"k"}})"))
                .key,
            "k");
  EXPECT_EQ(std::get<DeletePayloadOperation>(
                read(R"({"delete_payload":{"keys":["a","b"],"points":[1]}})"))
                .keys.size(),
            2u);
  EXPECT_EQ(
      std::get<DeleteVectorsOperation>(read(R"({"delete_vectors":{"vector":["a"],"filter":{}}})"))
          .vectors,
      std::vector<std::string>{"a"});
  EXPECT_EQ(std::get<UpdateVectorsOperation>(
                read(R"({"update_vectors":{"points":[{"id":1,"vector":[1]}]}})"))
                .points.size(),
            1u);
  EXPECT_TRUE(std::holds_alternative<DeleteOperation>(read(R"({"delete":{"points":[1]}})")));
  EXPECT_TRUE(
      std::holds_alternative<ClearPayloadOperation>(read(R"({"clear_payload":{"points":[1]}})")));
  EXPECT_TRUE(std::holds_alternative<OverwritePayloadOperation>(
      read(R"({"overwrite_payload":{"payload":{},"points":[1]}})")));
  EXPECT_EQ(test::message_of(ErrorCode::kInvalidArgument,
                             [&] { (void)read(R"({"set_payload":{"payload":{}}})"); }),
            "No filter or points provided");
}

TEST(PointJsonTest, WritesResults) {
  const StoredVectors vectors{{"", std::vector<float>{1}}};
  EXPECT_EQ(record_value({.id = 1}).to_json(), R"({"id":1})");
  EXPECT_EQ(
      record_value({.id = 1, .payload = Payload{}, .vectors = vectors, .order_value = 2}).to_json(),
      R"({"id":1,"order_value":2,"payload":{},"vector":[1.0]})");
  const ScoredPoint hit{.id = 2, .score = 0.5f};
  EXPECT_EQ(scored_point_value(hit).to_json(), R"({"id":2,"score":0.5,"version":0})");
  EXPECT_EQ(group_value({.id = "x", .hits = {hit}, .lookup = Record{.id = 4}}).to_json(),
            R"({"hits":[{"id":2,"score":0.5,"version":0}],"id":"x","lookup":{"id":4}})");
  EXPECT_EQ(update_result_value({.operation_id = 7}).to_json(),
            R"({"operation_id":7,"status":"completed"})");
}

}  // namespace
}  // namespace assay::wire
