// SPDX-License-Identifier: Apache-2.0
// Promise: answers of reads have the members of Qdrant's REST interface, and only those that are
// there.
#include "wire/response_json.h"

#include <gmock/gmock.h>

#include "support.h"

namespace assay::wire {
namespace {

TEST(ResponseJson, WritesQueryAnswers) {
  EXPECT_EQ(query_response_value({}).to_json(), R"({"points":[]})");
  QueryResponse response{{{.id = 7, .score = 0.5f},
                          {.id = 8, .score = 1, .payload = Payload{{"n", 1}}, .order_value = 3}}};
  EXPECT_EQ(query_response_value(response).to_json(),
            R"({"points":[{"id":7,"score":0.5,"version":0},)"
            R"({"id":8,"order_value":3,"payload":{"n":1},"score":1.0,"version":0}]})");
}

TEST(ResponseJson, WritesWhatTheFirstStageSaid) {
  QueryResponse response{{{.id = 7, .score = 2, .first_stage = FirstStage{0.25f, 4, true}}}};
  EXPECT_EQ(query_response_value(response).to_json(),
            R"({"points":[{"first_stage":{"rank":4,"reranked":true,"score":0.25},)"
            R"("id":7,"score":2.0,"version":0}]})");
}

TEST(ResponseJson, WritesGroupsWithAndWithoutALookup) {
  const std::vector<PointGroup> groups = {
      {.id = "a", .hits = {{.id = 1, .score = 1}}, .lookup = Record{.id = 9}},
      {.id = 5, .hits = {}}};
  EXPECT_EQ(groups_value(groups).to_json(),
            R"({"groups":[{"hits":[{"id":1,"score":1.0,"version":0}],"id":"a","lookup":{"id":9}},)"
            R"({"hits":[],"id":5}]})");
}

TEST(ResponseJson, WritesScrollsAndFacets) {
  const ScrollResponse page{.points = {{.id = 1}}, .next_page_offset = PointId(2)};
  EXPECT_EQ(scroll_response_value(page).to_json(), R"({"next_page_offset":2,"points":[{"id":1}]})");
  EXPECT_EQ(scroll_response_value({}).to_json(), R"({"next_page_offset":null,"points":[]})");
  const std::vector<FacetHit> hits = {{"a", 3}, {true, 1}};
  EXPECT_EQ(facet_value(hits).to_json(),
            R"({"hits":[{"count":3,"value":"a"},{"count":1,"value":true}]})");
}

TEST(ResponseJson, WritesBothFormsOfAMatrix) {
  const SearchMatrix matrix{
      .ids = {1, 2}, .offsets_row = {0, 1}, .offsets_col = {1, 0}, .scores = {0.5f, 0.5f}};
  EXPECT_EQ(matrix_pairs_value(matrix).to_json(),
            R"({"pairs":[{"a":1,"b":2,"score":0.5},{"a":2,"b":1,"score":0.5}]})");
  EXPECT_EQ(matrix_offsets_value(matrix).to_json(),
            R"({"ids":[1,2],"offsets_col":[1,0],"offsets_row":[0,1],"scores":[0.5,0.5]})");
}

TEST(ResponseJson, ReadsTheRequestOfAMatrix) {
  const auto request = read_search_matrix_request(Value::from_json(
      R"({"sample": 20, "limit": 4, "using": "v", "filter": {"must": [{"has_id": [1]}]}})"));
  EXPECT_EQ(request.sample, 20u);
  EXPECT_EQ(request.limit, 4u);
  EXPECT_EQ(request.using_vector, "v");
  EXPECT_EQ(request.filter->must.size(), 1u);
  EXPECT_EQ(read_search_matrix_request(Value::Object{}).sample, 10u);
  EXPECT_EQ(test::message_of(ErrorCode::kInvalidArgument,
                             [] {
                               (void)read_search_matrix_request(Value::Object{{"samples", 3}});
                             }),
            "request: unknown field \"samples\"");
}

}  // namespace
}  // namespace assay::wire
