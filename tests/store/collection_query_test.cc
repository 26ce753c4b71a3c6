// SPDX-License-Identifier: Apache-2.0
// Promise: queries of every kind and depth give what qdrant.md section 7 says: which points, in
// which order, with which scores; ids stand for stored vectors and are left out; filters travel
// down; what cannot be asked is refused by Qdrant's words. differential.py sets the same beside
// qdrant-client at random.
#include <gmock/gmock.h>

#include <cmath>
#include <set>

#include "store/collection.h"
#include "support.h"

namespace assay::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Ids = std::vector<PointId>;
using Strategy = RecommendQuery::Strategy;

Ids ids(const std::vector<ScoredPoint>& hits) {
  Ids result;
  for (const auto& hit : hits) result.push_back(hit.id);
  return result;
}

std::vector<float> v(std::initializer_list<float> values) { return values; }

// Points 1 to 6 on a line, at their numbers, with even ones marked; "b" holds the mirrored place.
class CollectionQuery : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 1; i <= 6; ++i) {
      const auto x = static_cast<float>(i);
      const std::vector<float> a = {x, 0}, b = {-x, 0};
      const Payload payload = {
          {"even", i % 2 == 0}, {"n", 10 - i}, {"tag", i < 4 ? "low" : "high"}};
      collection_.upsert(std::vector<PointView>{{i, {{"a", a}, {"b", b}}, &payload}});
    }
  }
  std::string refused(ErrorCode code, const QueryRequest& request) {
    return test::message_of(code, [&] { (void)collection_.query(request); });
  }
  std::vector<ScoredPoint> ask(Query query, std::size_t limit = 10) {
    return collection_.query({.query = std::move(query), .using_vector = "a", .limit = limit});
  }

  Collection collection_{{.vectors = {{"a", {.size = 2, .distance = Distance::kEuclid}},
                                      {"b", {.size = 2, .distance = Distance::kDot}}}}};
};

TEST_F(CollectionQuery, AnIdStandsForItsVectorAndIsLeftOut) {
  EXPECT_EQ(ids(ask(PointId(3), 2)), (Ids{2, 4}));
  EXPECT_EQ(ids(ask(v({3, 0}), 2)), (Ids{3, 2}));
  EXPECT_THAT(refused(ErrorCode::kNotFound, {.query = PointId(9), .using_vector = "a"}),
              HasSubstr("Point 9 is not found in the collection"));
  collection_.delete_vectors(std::vector<std::string>{"a"}, Ids{3});
  EXPECT_THAT(refused(ErrorCode::kNotFound, {.query = PointId(3), .using_vector = "a"}),
              HasSubstr("Vector with name a for point 3 not found"));
}

TEST_F(CollectionQuery, RescoresPrefetchesByAFormula) {
  using namespace assay::formula;
  QueryRequest request = {
      .prefetch = {{.query = v({1, 0}), .using_vector = "a", .limit = 3},
                   {.query = v({6, 0}), .using_vector = "a", .limit = 2}},
      .query = FormulaQuery{.formula = key("n") + 100 * condition(match("even", true)) - score(1),
                            .defaults = {{"$score[1]", 0.5}}}};
  // Points 1, 2, 3 of the first and 6, 5 of the second.
  auto hits = collection_.query(request);
  EXPECT_EQ(ids(hits), (Ids{2, 6, 1, 3, 5}));
  EXPECT_FLOAT_EQ(hits[0].score, 8 + 100 - 0.5f);
  EXPECT_FLOAT_EQ(hits[1].score, 4 + 100 - 0.0f);
  EXPECT_FLOAT_EQ(hits[4].score, 5 - 1.0f);
  request.limit = 2;
  request.offset = 1;
  EXPECT_EQ(ids(collection_.query(request)), (Ids{6, 1}));
  request = {.prefetch = request.prefetch,
             .query = FormulaQuery{key("n")},
             .score_threshold = 8.0f};  // keeps equal scores
  EXPECT_EQ(ids(collection_.query(request)), (Ids{1, 2}));
  request.query = FormulaQuery{key("tag")};
  EXPECT_THAT(refused(ErrorCode::kInvalidArgument, request),
              HasSubstr("Expected number value for tag"));
  request.prefetch.clear();
  EXPECT_EQ(refused(ErrorCode::kInvalidArgument, request),
            "Cannot perform formula without prefetches");
}

TEST_F(CollectionQuery, FindsPointsByTheirWords) {
  const QueryRequest low = {.query = TextQuery{.text = "LOW"}, .using_vector = "tag"};
  EXPECT_EQ(refused(ErrorCode::kInvalidArgument, low),
            "A text query needs a text index with `scoring` on `tag`");
  collection_.create_index("tag", {});
  EXPECT_THAT(refused(ErrorCode::kInvalidArgument, low), HasSubstr("needs a text index"));
  collection_.create_index("tag", {.scoring = true});
  auto hits = collection_.query(low);
  EXPECT_EQ(ids(hits), (Ids{1, 2, 3}));
  EXPECT_FLOAT_EQ(hits[0].score, std::log(3.5f / 3.5f + 1));
  // Every write is seen at once.
  collection_.erase(Ids{2});
  collection_.set_payload({{"tag", "low, lower"}}, Ids{5}, {});
  collection_.delete_payload(std::vector<std::string>{"tag"}, Ids{1});
  EXPECT_EQ(ids(collection_.query(low)), (Ids{3, 5}));
  auto request = low;
  request.filter = Filter{.must = {HasId{{5}}}};
  EXPECT_EQ(ids(collection_.query(request)), (Ids{5}));
  request = low;
  request.offset = 1;
  EXPECT_EQ(ids(collection_.query(request)), (Ids{5}));
  request.score_threshold = collection_.query(low).at(0).score;
  EXPECT_TRUE(collection_.query(request).empty());
  // Among prefetched points, and as a prefetch.
  request = {.prefetch = {{.query = v({6, 0}), .using_vector = "a", .limit = 2}},
             .query = TextQuery{.text = "low"},
             .using_vector = "tag"};
  EXPECT_EQ(ids(collection_.query(request)), (Ids{5}));
  const auto with = [&](TextQuery query) {
    return QueryRequest{.query = std::move(query), .using_vector = "tag"};
  };
  EXPECT_EQ(refused(ErrorCode::kInvalidArgument, with({.text = "a", .k = -1})),
            "BM25 k value -1 is invalid. Must be 0.0 or larger.");
  EXPECT_EQ(refused(ErrorCode::kInvalidArgument, with({.text = "a", .b = 2})),
            "BM25 b value 2 is invalid. Must be from 0.0 to 1.0.");
  EXPECT_EQ(refused(ErrorCode::kInvalidArgument, {.query = TextQuery{.text = "a"}}),
            "A text query needs `using` to name the payload field to search");
  request = low;
  request.params.idf_corpus = Filter{};
  EXPECT_THAT(refused(ErrorCode::kUnsupported, request), HasSubstr("IDF corpus"));
  collection_.delete_index("tag");
  collection_.delete_index("tag");
  EXPECT_THAT(refused(ErrorCode::kInvalidArgument, low), HasSubstr("needs a text index"));
  EXPECT_EQ(
      test::message_of(ErrorCode::kInvalidArgument, [&] { collection_.create_index("a[", {}); }),
      "Invalid path");
}

TEST_F(CollectionQuery, RecommendsByAverageBestAndSum) {
  EXPECT_EQ(ids(ask(RecommendQuery{.positive = {PointId(2), PointId(4)}}, 1)), (Ids{3}));
  // 2 * 3 - 1 = 5
  EXPECT_EQ(ids(ask(RecommendQuery{.positive = {PointId(3)}, .negative = {PointId(1)}}, 1)),
            (Ids{5}));
  const auto best = ask(RecommendQuery{
      .positive = {v({6, 0})}, .negative = {v({1, 0})}, .strategy = Strategy::kBestScore});
  EXPECT_EQ(ids(best), (Ids{6, 5, 4, 3, 2, 1}));
  EXPECT_FLOAT_EQ(best[0].score, 0.5f);                          // similarity 0
  EXPECT_FLOAT_EQ(best[5].score, -0.5f);                         // nearest to the negative one
  EXPECT_FLOAT_EQ(best[3].score, -0.5f * (1.0f - 4.0f / 5.0f));  // 3: similarity -4 to 1
  const auto sum = ask(RecommendQuery{.positive = {v({6, 0})}, .strategy = Strategy::kSumScores});
  EXPECT_FLOAT_EQ(sum[1].score, -1.0f);
  // On an ascending distance a threshold keeps what is below it, whatever the order of the scores.
  EXPECT_THAT(collection_.query({.query = RecommendQuery{.positive = {v({6, 0})},
                                                         .strategy = Strategy::kBestScore},
                                 .using_vector = "a",
                                 .score_threshold = 0.1f}),
              IsEmpty());
  EXPECT_EQ(refused(ErrorCode::kInvalidArgument, {.query = RecommendQuery{}, .using_vector = "a"}),
            "Positive list is empty");
  EXPECT_EQ(
      refused(ErrorCode::kInvalidArgument,
              {.query = RecommendQuery{.strategy = Strategy::kSumScores}, .using_vector = "a"}),
      "No positive or negative examples given");
}

TEST_F(CollectionQuery, DiscoversAndKeepsToAContext) {
  const ContextPair right{PointId(6), PointId(1)};  // above 3.5
  EXPECT_EQ(ids(ask(DiscoverQuery{.target = v({0, 0}), .context = {right}}, 2)), (Ids{4, 5}));
  const auto context = ask(ContextQuery{{right}});
  EXPECT_EQ(std::set<PointId>({context[0].id, context[1].id}), std::set<PointId>({4, 5}));
  EXPECT_NEAR(context[0].score, 0.0f, 1e-6f);
  EXPECT_LT(context[2].score, -0.5f);
  EXPECT_EQ(refused(ErrorCode::kInvalidArgument, {.query = ContextQuery{}, .using_vector = "a"}),
            "No target or context given");
}

TEST_F(CollectionQuery, LearnsFromFeedback) {
  const RelevanceFeedbackQuery query{
      .target = v({1, 0}), .feedback = {{v({6, 0}), 1.0f}, {v({1, 0}), 0.0f}}, .a = 0.01f};
  EXPECT_EQ(ids(ask(query, 1)), (Ids{6}));
  EXPECT_THAT(
      refused(ErrorCode::kInvalidArgument,
              {.query = RelevanceFeedbackQuery{.target = v({1, 0}), .b = -1}, .using_vector = "a"}),
      HasSubstr("naive feedback b value -1 is invalid"));
}

TEST_F(CollectionQuery, ChoosesUnlikeResults) {
  const auto hits = ask(
      NearestQuery{.nearest = v({1, 0}), .mmr = Mmr{.diversity = 0.9, .candidates_limit = 6}}, 2);
  EXPECT_EQ(ids(hits), (Ids{1, 6}));
  EXPECT_FLOAT_EQ(hits[1].score, 5.0f);
  EXPECT_THAT(refused(ErrorCode::kInvalidArgument,
                      {.query = NearestQuery{.nearest = v({1, 0}), .mmr = Mmr{.diversity = 2}},
                       .using_vector = "a"}),
              HasSubstr("diversity"));
  EXPECT_THAT(
      refused(ErrorCode::kInvalidArgument,
              {.query = NearestQuery{.nearest = v({1, 0}), .mmr = Mmr{.candidates_limit = 16385}},
               .using_vector = "a"}),
      HasSubstr("Must be 16384 or smaller."));
}

TEST_F(CollectionQuery, SamplesAndSortsByValue) {
  std::set<std::string> orders;
  for (int i = 0; i < 50; ++i) {
    std::string order;
    for (const PointId id : ids(ask(SampleQuery{}, 3))) order += id.to_string();
    orders.insert(order);
  }
  EXPECT_GT(orders.size(), 1u);
  EXPECT_THAT(ids(collection_.query(
                  {.query = SampleQuery{}, .filter = Filter{.must = {match("even", true)}}})),
              UnorderedElementsAre(2, 4, 6));
  const auto sorted = collection_.query({.query = OrderBy{.key = "n"}, .limit = 2, .offset = 1});
  EXPECT_EQ(ids(sorted), (Ids{5, 4}));
  EXPECT_EQ(sorted[0].order_value, Value(5));
  EXPECT_EQ(sorted[0].score, 1.0f);
  EXPECT_EQ(
      refused(ErrorCode::kInvalidArgument, {.query = OrderBy{.key = "n"}, .score_threshold = 0.5f}),
      "Can't use score_threshold with an order_by query.");
}

TEST_F(CollectionQuery, JoinsPrefetches) {
  const std::vector<Prefetch> sources = {{.query = v({1, 0}), .using_vector = "a", .limit = 3},
                                         {.query = v({1, 0}), .using_vector = "b", .limit = 2}};
  // a: 1 2 3; b by dot: 1 2.
  const auto rrf = collection_.query({.prefetch = sources, .query = FusionQuery{}});
  EXPECT_EQ(ids(rrf), (Ids{1, 2, 3}));
  EXPECT_FLOAT_EQ(rrf[0].score, 1.0f);
  EXPECT_EQ(ids(collection_.query(
                {.prefetch = sources, .query = FusionQuery{}, .limit = 1, .offset = 1})),
            (Ids{2}));
  EXPECT_EQ(ids(collection_.query({.prefetch = sources, .query = RrfQuery{.weights = v({0, 1})}})),
            (Ids{1, 2, 3}));
  EXPECT_EQ(ids(collection_.query({.prefetch = sources,
                                   .query = FusionQuery{FusionQuery::Method::kDbsf},
                                   .score_threshold = 0.7f})),
            (Ids{1, 2}));
  EXPECT_EQ(refused(ErrorCode::kInvalidArgument, {.query = FusionQuery{}}),
            "Cannot perform fusion without prefetches");
  EXPECT_EQ(refused(ErrorCode::kInvalidArgument,
                    {.prefetch = sources, .query = FusionQuery{}, .using_vector = "a"}),
            "Fusion queries cannot be combined with the 'using' field.");
  EXPECT_EQ(refused(ErrorCode::kInvalidArgument,
                    {.prefetch = sources, .query = RrfQuery{.weights = v({1})}}),
            "Length of weights must match the number of responses in RRF");
  EXPECT_EQ(refused(ErrorCode::kInvalidArgument, {.prefetch = sources}),
            "A query is needed to merge the prefetches.");
}

TEST_F(CollectionQuery, AsksAgainAmongPrefetched) {
  const std::vector<Prefetch> low = {{.query = v({1, 0}), .using_vector = "a", .limit = 3}};
  EXPECT_EQ(ids(collection_.query({.prefetch = low, .query = v({9, 0}), .using_vector = "a"})),
            (Ids{3, 2, 1}));
  // The outer filter holds before the inner limit.
  EXPECT_EQ(ids(collection_.query({.prefetch = low,
                                   .query = v({9, 0}),
                                   .using_vector = "a",
                                   .filter = Filter{.must = {match("even", true)}}})),
            (Ids{6, 4, 2}));
  // An id is left out of the levels below, too.
  EXPECT_EQ(ids(collection_.query({.prefetch = low, .query = PointId(1), .using_vector = "a"})),
            (Ids{2, 3, 4}));
  EXPECT_THAT(collection_.query({.prefetch = {{.query = v({1, 0}),
                                               .using_vector = "a",
                                               .filter = Filter{.must = {match("tag", "none")}}}},
                                 .query = v({9, 0}),
                                 .using_vector = "a"}),
              IsEmpty());
  std::vector<Prefetch> deep = low;
  for (int i = 0; i < 70; ++i) deep = {{.prefetch = deep, .query = v({1, 0}), .using_vector = "a"}};
  EXPECT_THAT(refused(ErrorCode::kInvalidArgument,
                      {.prefetch = deep, .query = v({1, 0}), .using_vector = "a"}),
              HasSubstr("64 levels"));
}

TEST_F(CollectionQuery, MergesClausesOfTheLevels) {
  // `should` clauses of two levels are alternatives of one another.
  const std::vector<Prefetch> inner = {
      {.query = v({1, 0}), .using_vector = "a", .filter = Filter{.should = {match("n", 9)}}}};
  EXPECT_EQ(ids(collection_.query({.prefetch = inner,
                                   .query = FusionQuery{},
                                   .filter = Filter{.should = {match("n", 4)}}})),
            (Ids{1, 6}));
}

TEST_F(CollectionQuery, GroupsHits) {
  const auto groups =
      collection_.query_groups({.request = {.query = v({4, 0}), .using_vector = "a", .limit = 2},
                                .group_by = "tag",
                                .group_size = 2});
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].id, Value("high"));
  EXPECT_EQ(ids(groups[0].hits), (Ids{4, 5}));
  EXPECT_EQ(ids(groups[1].hits), (Ids{3, 2}));
  EXPECT_THAT(collection_.query_groups(
                  {.request = {.query = v({4, 0}), .using_vector = "a"}, .group_by = "even"}),
              IsEmpty());  // booleans make no groups
  EXPECT_EQ(test::message_of(ErrorCode::kInvalidArgument,
                             [&] {
                               (void)collection_.query_groups(
                                   {.request = {}, .group_by = "n", .group_size = 0});
                             }),
            "group_size value 0 is invalid. Must be 1 or larger.");
}

TEST_F(CollectionQuery, ComparesSampledPoints) {
  const auto matrix = collection_.search_matrix({.limit = 1, .sample = 100, .using_vector = "b"});
  EXPECT_THAT(matrix.ids, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(matrix.offsets_row, ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(matrix.offsets_col, ElementsAre(5, 5, 5, 5, 5, 4));  // by dot the farthest out
  EXPECT_EQ(matrix.scores[1], 12.0f);
  EXPECT_THAT(
      collection_.search_matrix({.filter = Filter{.must = {match("n", 9)}}, .using_vector = "a"})
          .ids,
      IsEmpty());
  EXPECT_EQ(test::message_of(ErrorCode::kInvalidArgument,
                             [&] { (void)collection_.search_matrix({.sample = 1}); }),
            "sample value 1 is invalid. Must be 2 or larger.");
}

}  // namespace
}  // namespace assay::store
