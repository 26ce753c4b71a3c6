// SPDX-License-Identifier: Apache-2.0
// Promise: a collection answers every kind of query over sparse and multi-vectors, follows changes
// of its vectors, and takes and drops vectors by name.
#include <gmock/gmock.h>

#include <cmath>

#include "store/collection.h"
#include "support.h"

namespace assay::store {
namespace {

using testing::ElementsAre;

class CollectionKindsTest : public testing::Test {
 protected:
  void put(PointId id, const SparseVector& sparse, const MultiVector& multi) {
    collection_.upsert(
        std::vector<PointView>{{id, {{"s", view_of(sparse)}, {"m", view_of(multi)}}}});
  }
  void SetUp() override {
    put(1, {{1, 2}, {1, 1}}, {2, {1, 0, 0, 1}});
    put(2, {{2, 3}, {2, 1}}, {2, {0, 2}});
    put(3, {{4}, {1}}, {2, {-1, 0}});
    put(4, {}, {2, {3, 3, -5, 0}});
  }
  std::vector<std::pair<std::string, float>> ask(Query query, std::string name,
                                                 SearchParams params = {}) {
    std::vector<std::pair<std::string, float>> hits;
    for (const auto& hit : collection_.query(
             {.query = std::move(query), .using_vector = std::move(name), .params = params}))
      hits.emplace_back(hit.id.to_string(), hit.score);
    return hits;
  }
  static auto hit(const char* id, double score) {
    return testing::Pair(id, testing::FloatNear(static_cast<float>(score), 1e-6f));
  }
  static double idf(double n, double df) { return std::log((n - df + 0.5) / (df + 0.5) + 1); }

  Collection collection_{
      {.vectors = {{"m",
                    {.size = 2, .distance = Distance::kDot, .multivector = MultiVectorConfig{}}}},
       .sparse_vectors = {{"s", {}}}}};
};

TEST_F(CollectionKindsTest, FindsSparseVectorsWithACommonIndex) {
  EXPECT_THAT(ask(SparseVector{{2, 1}, {1, 0.5f}}, "s"), ElementsAre(hit("2", 2), hit("1", 1.5)));
  EXPECT_THAT(ask(PointId(2), "s"), ElementsAre(hit("1", 2)));
  EXPECT_TRUE(ask(SparseVector{}, "s").empty());
}

TEST_F(CollectionKindsTest, OtherQueriesTakeNoCommonIndexForZero) {
  using Strategy = RecommendQuery::Strategy;
  const SparseVector near{{2}, {1}}, far{{4}, {1}};
  EXPECT_THAT(
      ask(RecommendQuery{.positive = {near}, .negative = {far}, .strategy = Strategy::kSumScores},
          "s"),
      ElementsAre(hit("2", 2), hit("1", 1), hit("4", 0), hit("3", -1)));
  EXPECT_THAT(ask(RecommendQuery{.positive = {near}, .negative = {far}}, "s"),
              ElementsAre(hit("2", 4), hit("1", 2), hit("3", -1)));
  EXPECT_THAT(ask(ContextQuery{{{near, far}}}, "s"),
              ElementsAre(hit("2", 0), hit("1", 0), hit("4", -1.1920929e-7), hit("3", -0.5)));
  EXPECT_EQ(ask(DiscoverQuery{near, {{near, far}}}, "s").front().first, "2");
}

TEST_F(CollectionKindsTest, FindsMultiVectorsByMaxSim) {
  EXPECT_THAT(ask(MultiVector(2, {1, 0, 0, 1}), "m"),
              ElementsAre(hit("4", 6), hit("2", 2), hit("1", 2), hit("3", -1)));
  EXPECT_THAT(
      ask(RecommendQuery{.positive = {MultiVector(2, {1, 0})}, .negative = {PointId(3)}}, "m"),
      ElementsAre(hit("4", 6), hit("1", 2), hit("2", 0)));
}

TEST_F(CollectionKindsTest, ChoosesUnlikeOnesOfAnyKind) {
  const auto chosen = ask(NearestQuery{MultiVector(2, {1, 1}), Mmr{.diversity = 1}}, "m");
  EXPECT_EQ(chosen.front().first, "4");
  EXPECT_EQ(chosen.size(), 4u);
  EXPECT_EQ(ask(NearestQuery{SparseVector{{2}, {1}}, Mmr{}}, "s").size(), 2u);
}

TEST_F(CollectionKindsTest, RefusesVectorsOfAnotherKind) {
  const auto refusal = [&](Query query, const char* name) {
    return test::message_of(ErrorCode::kInvalidArgument,
                            [&] { (void)ask(std::move(query), name); });
  };
  EXPECT_EQ(refusal(SparseVector{{1}, {1}}, "m"), "Sparse vector m is not found in the collection");
  EXPECT_EQ(refusal(SparseVector{{1}, {1}}, "x"), "Sparse vector x is not found in the collection");
  EXPECT_EQ(refusal(MultiVector(2, {1, 1}), "s"), "Multivector s is not found in the collection");
  EXPECT_EQ(refusal(std::vector<float>{1, 1}, "m"),
            "Dense vector m is not found in the collection");
  EXPECT_EQ(refusal(RelevanceFeedbackQuery{.target = PointId(1)}, "s"),
            "Dense vector s is not found in the collection");
  EXPECT_EQ(
      refusal(RecommendQuery{.positive = {SparseVector{{1}, {1}}, MultiVector(2, {1, 1})}}, "s"),
      "Multivector s is not found in the collection");
}

TEST_F(CollectionKindsTest, IdfFollowsEveryChange) {
  CollectionUpdate update;
  update.sparse_vectors.emplace()["s"].modifier = SparseVectorParams::Modifier::kIdf;
  EXPECT_TRUE(collection_.update_config(update));
  const SparseVector query{{2}, {1}};
  EXPECT_THAT(ask(query, "s"), ElementsAre(hit("2", 2 * idf(4, 2)), hit("1", idf(4, 2))));
  collection_.delete_vectors(std::vector<std::string>{"s"}, std::vector<PointId>{4});
  EXPECT_THAT(ask(query, "s"), ElementsAre(hit("2", 2 * idf(3, 2)), hit("1", idf(3, 2))));
  collection_.erase(std::vector<PointId>{1});
  EXPECT_THAT(ask(query, "s"), ElementsAre(hit("2", 2 * idf(2, 1))));
  put(3, {{2}, {1}}, {2, {0, 0}});
  EXPECT_THAT(ask(query, "s"), ElementsAre(hit("2", 2 * idf(2, 2)), hit("3", idf(2, 2))));
  const SearchParams corpus{.idf_corpus = Filter{.must = {HasId{{3}}}}};
  EXPECT_THAT(ask(query, "s", corpus), ElementsAre(hit("2", 2 * idf(1, 1)), hit("3", idf(1, 1))));
}

TEST_F(CollectionKindsTest, TakesAndDropsVectorsByName) {
  const auto refusal = [&](std::string_view name, const VectorNameConfig& config) {
    return test::message_of(ErrorCode::kInvalidArgument,
                            [&] { collection_.create_vector(name, config); });
  };
  const VectorParams dense{.size = 1, .distance = Distance::kDot};
  collection_.create_vector("d", dense);
  collection_.create_vector("d", dense);  // again: nothing
  EXPECT_EQ(refusal("d", VectorParams{.size = 2}),
            "Vector d already exists with a different configuration");
  EXPECT_EQ(refusal("d", SparseVectorParams{}), "Vector d already exists as a dense vector");
  EXPECT_EQ(refusal("s", dense), "Vector s already exists as a sparse vector");
  EXPECT_EQ(refusal("s", SparseVectorParams{.modifier = SparseVectorParams::Modifier::kIdf}),
            "Sparse vector s already exists with a different configuration");
  EXPECT_EQ(refusal("", SparseVectorParams{}), "Sparse vector name cannot be empty");
  EXPECT_EQ(refusal("e", VectorParams{}), "Vector size 0 is invalid. Must be from 1 to 65536.");
  const std::vector<float> one{5};
  collection_.update_vectors(std::vector<PointView>{{2, {{"d", view_of(one)}}}});
  EXPECT_THAT(ask(std::vector<float>{1}, "d"), ElementsAre(hit("2", 5)));
  collection_.delete_vector("d");
  collection_.delete_vector("d");
  EXPECT_EQ(collection_.config().vectors.by_name.count("d"), 0u);
  collection_.create_vector("d", dense);  // and no point has it
  EXPECT_TRUE(ask(std::vector<float>{1}, "d").empty());
  collection_.delete_vector("s");
  EXPECT_TRUE(collection_.config().sparse_vectors.empty());
  Collection unnamed({.vectors = VectorParams{.size = 1}});
  EXPECT_EQ(test::message_of(ErrorCode::kInvalidArgument, [&] { unnamed.delete_vector(""); }),
            "Cannot delete the unnamed vector when it is the only dense vector in the collection");
}

TEST_F(CollectionKindsTest, ChangesItsConfiguration) {
  EXPECT_FALSE(collection_.update_config(CollectionUpdate{}));
  EXPECT_TRUE(collection_.update_config(CollectionUpdate{.metadata = Payload{{"a", 1}, {"b", 2}}}));
  EXPECT_TRUE(
      collection_.update_config(CollectionUpdate{.metadata = Payload{{"a", nullptr}, {"c", 3}}}));
  EXPECT_EQ(collection_.config().metadata, (Payload{{"b", 2}, {"c", 3}}));
  CollectionUpdate bad{.metadata = Payload{{"d", 4}}};
  bad.sparse_vectors.emplace()["x"];
  EXPECT_EQ(
      test::message_of(ErrorCode::kInvalidArgument, [&] { (void)collection_.update_config(bad); }),
      "Vector x does not exist in the collection");
  EXPECT_EQ(collection_.config().metadata, (Payload{{"b", 2}, {"c", 3}}));
}

TEST_F(CollectionKindsTest, WritesOnlyTheWantedPoints) {
  const auto city = [&](int id) {
    return collection_.retrieve(std::vector<PointId>{id}, true, false)[0].payload->at("city");
  };
  const Payload old_city{{"city", "old"}}, new_city{{"city", "new"}};
  using Mode = UpsertOptions::Mode;
  collection_.upsert(std::vector<PointView>{{1, {}, &old_city}, {9, {}, &old_city}},
                     {.mode = Mode::kUpdateOnly});
  EXPECT_EQ(collection_.count(), 4u);
  EXPECT_EQ(city(1), Value("old"));
  collection_.upsert(std::vector<PointView>{{1, {}, &new_city}, {9, {}, &old_city}},
                     {.mode = Mode::kInsertOnly});
  EXPECT_EQ(collection_.count(), 5u);
  EXPECT_EQ(city(1), Value("old"));
  // Points that are there are replaced if they match as the steps before have left them.
  const Filter is_old{.must = {match("city", "old")}};
  collection_.upsert(
      std::vector<PointView>{{1, {}, &new_city}, {1, {}, &old_city}, {10, {}, &old_city}},
      {.filter = is_old});
  EXPECT_EQ(city(1), Value("new"));
  EXPECT_EQ(collection_.count(), 6u);
  // A deleted point counts as new.
  collection_.erase(std::vector<PointId>{1});
  collection_.upsert(std::vector<PointView>{{1, {}, &new_city}}, {.mode = Mode::kUpdateOnly});
  EXPECT_EQ(collection_.count(), 5u);
  collection_.upsert(std::vector<PointView>{{1, {}, &new_city}}, {.filter = is_old});
  EXPECT_EQ(collection_.count(), 6u);
  // Vectors likewise.
  const MultiVector rows(2, {7, 7});
  collection_.update_vectors(
      std::vector<PointView>{{1, {{"m", view_of(rows)}}}, {9, {{"m", view_of(rows)}}}}, is_old);
  const auto records = collection_.retrieve(std::vector<PointId>{1, 9}, false, true);
  EXPECT_TRUE(records[0].vectors->empty());
  EXPECT_EQ(records[1].vectors->at("m"), StoredVector(rows));
}

}  // namespace
}  // namespace assay::store
