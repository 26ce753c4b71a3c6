// SPDX-License-Identifier: Apache-2.0
// Promise: a request with a rerank gives its first hits in the order of the model, those without a
// text after them, with what the first stage said; limit, offset, threshold and groups work on the
// reordered hits; a request that is refused asks no model.
#include "client/rerank.h"

#include <gmock/gmock.h>

#include <cmath>

#include "client/client_impl.h"
#include "client/fake_models.h"
#include "client/fake_rerankers.h"
#include "support.h"

namespace assay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

std::vector<PointId> ids(const auto& hits) {
  std::vector<PointId> result;
  for (const auto& hit : hits) result.push_back(hit.id);
  return result;
}

// Points at 1 to 6 on a line, searched from 0; point 3 has no text, 2 and 5 have the same.
class RerankTest : public testing::Test {
 protected:
  void SetUp() override {
    client_.create_collection("c",
                              {.vectors = VectorParams{.size = 1, .distance = Distance::kEuclid}});
    const std::vector<Payload> payloads = {
        {{"text", "a"}, {"kind", "x"}},
        {{"text", "four"}, {"kind", "y"}},
        {{"title", "no text"}, {"kind", "x"}},
        {{"text", Value::Array{"two", 7, "two"}}, {"title", "t"}, {"kind", "y"}},
        {{"text", "four"}, {"kind", "x"}},
        {{"text", "the longest of all"}, {"kind", "x"}}};
    std::vector<PointStruct> points;
    for (std::size_t i = 0; i < payloads.size(); ++i) {
      points.push_back({.id = i + 1,
                        .vector = std::vector<float>{static_cast<float>(i + 1)},
                        .payload = payloads[i]});
    }
    client_.upsert("c", points);
  }
  static QueryRequest request() {
    return {.query = std::vector<float>{0},
            .rerank = Rerank{.model = "m", .query = "long", .fields = {"text"}}};
  }
  std::string refused(const QueryRequest& request) {
    return test::message_of(ErrorCode::kInvalidArgument,
                            [&] { (void)client_.query_points("c", request); });
  }
  test::FakeLog embeddings_;
  test::FakeRerankLog log_;
  Client client_ = ClientAccess::in_memory(std::make_unique<test::FakeProvider>(embeddings_),
                                           std::make_unique<test::FakeRerankers>(log_));
};

TEST_F(RerankTest, OrdersHitsByTheModelAndKeepsThoseWithoutATextLast) {
  auto asked = request();
  asked.with_payload = {"kind"};
  const auto hits = client_.query_points("c", asked);
  EXPECT_EQ(ids(hits), (std::vector<PointId>{6, 4, 2, 5, 1, 3}));
  EXPECT_EQ(hits[0].score, 18.0f);
  EXPECT_EQ(hits[0].first_stage->rank, 5u);
  EXPECT_EQ(hits[0].first_stage->score, 6.0f);
  EXPECT_TRUE(hits[0].first_stage->reranked);
  EXPECT_EQ(hits[5].first_stage->rank, 2u);
  EXPECT_FALSE(hits[5].first_stage->reranked);
  EXPECT_EQ(hits[5].score, 3.0f);
  EXPECT_EQ(hits[0].payload, (Payload{{"kind", "x"}}));
  // Each text once, in the order of the first stage; the strings of an array are one text.
  EXPECT_THAT(log_.texts,
              ElementsAre(std::vector<std::string>{"a", "four", "two\ntwo", "the longest of all"}));
  EXPECT_THAT(log_.queries, ElementsAre("long"));
}

TEST_F(RerankTest, ReadsOnlyItsDepth) {
  auto asked = request();
  asked.rerank->depth = 2;
  asked.filter = Filter{.must = {match("kind", "x")}};
  EXPECT_EQ(ids(client_.query_points("c", asked)), (std::vector<PointId>{1, 3}));
}

TEST_F(RerankTest, PagesAndThresholdsTheReorderedHits) {
  auto asked = request();
  asked.limit = 2;
  asked.offset = 1;
  EXPECT_EQ(ids(client_.query_points("c", asked)), (std::vector<PointId>{4, 2}));
  asked.offset = 9;
  EXPECT_TRUE(client_.query_points("c", asked).empty());
  asked = request();
  asked.score_threshold = 4.0f;
  EXPECT_EQ(ids(client_.query_points("c", asked)), (std::vector<PointId>{6, 4, 2, 5}));
}

TEST_F(RerankTest, JoinsFieldsInTheirOrder) {
  auto asked = request();
  asked.rerank->fields = {"title", "text[]"};
  asked.rerank->separator = " | ";
  asked.filter = Filter{.must = {HasId{{3, 4}}}};
  EXPECT_EQ(ids(client_.query_points("c", asked)), (std::vector<PointId>{4, 3}));
  EXPECT_THAT(log_.texts, ElementsAre(std::vector<std::string>{"no text", "t | two | two"}));
}

TEST_F(RerankTest, GivesSigmoidScores) {
  auto asked = request();
  asked.rerank->scores = Rerank::Scores::kSigmoid;
  asked.rerank->query = "short";
  const auto hits = client_.query_points("c", asked);
  EXPECT_EQ(hits[0].id, PointId(1));
  EXPECT_FLOAT_EQ(hits[0].score, 1.0f / (1.0f + std::exp(1.0f)));
}

TEST_F(RerankTest, TakesPrefetchesWithoutAQuery) {
  auto asked = request();
  asked.query.reset();
  asked.prefetch = {{.query = std::vector<float>{0},
                     .filter = Filter{.must_not = {HasId{{6}}}},
                     .limit = 4,
                     .score_threshold = 4.5f}};
  asked.filter = Filter{.must = {match("kind", "y")}};
  auto hits = client_.query_points("c", asked);
  EXPECT_EQ(ids(hits), (std::vector<PointId>{4, 2}));
  EXPECT_EQ(hits[0].first_stage->score, 4.0f);  // of the prefetch
  asked.filter.reset();
  asked.prefetch.push_back({.query = std::vector<float>{7}, .limit = 1});
  hits = client_.query_points("c", asked);
  EXPECT_EQ(ids(hits), (std::vector<PointId>{6, 4, 2, 1, 3}));
  EXPECT_FLOAT_EQ(hits[3].first_stage->score, 0.5f);  // of the fusion
}

TEST_F(RerankTest, EmbedsTheTextsOfTheFirstStage) {
  client_.create_collection("e", {.vectors = VectorParams{.size = 3, .distance = Distance::kDot}});
  client_.upsert("e", std::vector<PointStruct>{
                          {.id = 1, .vector = Document{"x", "fake/a"}, .payload = {{"t", "x"}}}});
  const auto hits =
      client_.query_points("e", {.query = Document{"q", "fake/a"},
                                 .rerank = Rerank{.model = "m", .query = "q", .fields = {"t"}}});
  EXPECT_EQ(hits[0].score, 1.0f);
  EXPECT_THAT(embeddings_.queries, ElementsAre("q"));
}

TEST_F(RerankTest, GroupsTheReorderedHits) {
  auto asked = request();
  asked.limit = 1;
  asked.with_payload = {"kind"};
  const auto groups =
      client_.query_points_groups("c", {.request = asked, .group_by = "kind", .group_size = 2});
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].id, Value("x"));
  EXPECT_EQ(ids(groups[0].hits), (std::vector<PointId>{6, 5}));
  EXPECT_EQ(groups[0].hits[0].payload, (Payload{{"kind", "x"}}));
  EXPECT_EQ(test::message_of(ErrorCode::kInvalidArgument,
                             [&] {
                               (void)client_.query_points_groups(
                                   "c", {.request = asked, .group_by = "kind", .group_size = 0});
                             }),
            "group_size value 0 is invalid. Must be 1 or larger.");
  EXPECT_EQ(log_.queries.size(), 1u);
}

TEST_F(RerankTest, AnswersBatches) {
  auto other = request();
  other.rerank->query = "short";
  const auto answers = client_.query_batch_points("c", std::vector<QueryRequest>{request(), other});
  EXPECT_EQ(answers.at(0)[0].id, PointId(6));
  EXPECT_EQ(answers.at(1)[0].id, PointId(1));
  other.rerank->depth = 0;
  log_.queries.clear();
  EXPECT_THAT(
      test::message_of(
          ErrorCode::kInvalidArgument,
          [&] {
            (void)client_.query_batch_points("c", std::vector<QueryRequest>{request(), other});
          }),
      HasSubstr("rerank depth value 0"));
  EXPECT_TRUE(log_.queries.empty());
}

TEST_F(RerankTest, RefusesWhatCannotBeReranked) {
  const auto with = [](const std::function<void(QueryRequest&)>& change) {
    auto asked = request();
    change(asked);
    return asked;
  };
  EXPECT_EQ(refused(with([](auto& r) { r.rerank->model.clear(); })), "rerank: a model is needed");
  EXPECT_EQ(refused(with([](auto& r) { r.rerank->query.clear(); })),
            "rerank: a query text is needed");
  EXPECT_EQ(refused(with([](auto& r) { r.rerank->fields.clear(); })),
            "rerank: a payload field with the texts is needed");
  EXPECT_EQ(refused(with([](auto& r) { r.rerank->fields = {"a["}; })), "Invalid path");
  EXPECT_THAT(refused(with([](auto& r) { r.limit = 0; })), HasSubstr("limit value 0"));
  EXPECT_THAT(refused(with([](auto& r) { r.using_vector = "v"; })), HasSubstr("not found"));
  EXPECT_TRUE(log_.loads.empty());
  EXPECT_EQ(test::message_of(ErrorCode::kNotFound,
                             [&] {
                               auto asked = request();
                               asked.rerank->model = "none";
                               (void)client_.query_points("c", asked);
                             }),
            "no model none");
}

TEST_F(RerankTest, AsksNoModelAboutNothing) {
  auto asked = request();
  asked.filter = Filter{.must = {HasId{{3}}}};
  EXPECT_EQ(ids(client_.query_points("c", asked)), (std::vector<PointId>{3}));
  EXPECT_TRUE(log_.queries.empty());
}

}  // namespace
}  // namespace assay
