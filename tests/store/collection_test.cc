// SPDX-License-Identifier: Apache-2.0
// Promise: a collection stores, finds and forgets points as qdrant.md sections 2, 4, 7, 10, 11 and
// 14 say: order, ties, thresholds, revived slots, errors by code and message, whole writes, many
// threads.
#include "store/collection.h"

#include <atomic>
#include <cmath>
#include <limits>
#include <random>
#include <thread>

#include "store/top_k.h"
#include "support.h"

namespace assay::store {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

CollectionConfig unnamed(std::size_t size, Distance distance) {
  return {.vectors = VectorParams{.size = size, .distance = distance}};
}

void put(Collection& collection, PointId id, std::vector<float> vector, Payload payload = {}) {
  collection.upsert(std::vector<PointView>{{id, {{"", vector}}, &payload}});
}

QueryRequest nearest(std::vector<float> query, std::size_t limit = 10) {
  return {.query = std::move(query), .limit = limit};
}

std::vector<PointId> ids(const std::vector<ScoredPoint>& hits) {
  std::vector<PointId> result;
  for (const auto& hit : hits) result.push_back(hit.id);
  return result;
}
using Ids = std::vector<PointId>;

std::string refusal(const std::function<void()>& work) {
  return test::message_of(ErrorCode::kInvalidArgument, work);
}

TEST(CollectionTest, ReportsEachMetricAsDocumented) {
  struct Case {
    Distance distance;
    std::vector<std::pair<PointId, float>> expected;
  };
  const float half = std::sqrt(0.5f);
  const Case cases[] = {
      {Distance::kCosine, {{1, 1.0f}, {2, half}, {3, 0.0f}}},
      {Distance::kDot, {{2, 10.0f}, {1, 4.0f}, {3, 0.0f}}},
      {Distance::kEuclid, {{1, 0.0f}, {3, 5.0f}, {2, std::sqrt(34.0f)}}},
      {Distance::kManhattan, {{1, 0.0f}, {3, 7.0f}, {2, 8.0f}}},
  };
  for (const Case& c : cases) {
    Collection collection(unnamed(2, c.distance));
    put(collection, 1, {2, 0});
    put(collection, 2, {5, 5});
    put(collection, 3,
        is_ascending(c.distance) ? std::vector<float>{-1, 4} : std::vector<float>{0, 4});
    const auto hits = collection.query(nearest({2, 0}));
    ASSERT_EQ(hits.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(hits[i].id, c.expected[i].first);
      EXPECT_NEAR(hits[i].score, c.expected[i].second, 1e-6);
      EXPECT_EQ(hits[i].version, 0u);
      EXPECT_EQ(hits[i].payload, std::nullopt);
      EXPECT_EQ(hits[i].vectors, std::nullopt);
    }
  }
}

TEST(CollectionTest, OrdersEqualScoresBySlot) {
  for (const Distance distance :
       {Distance::kCosine, Distance::kDot, Distance::kEuclid, Distance::kManhattan}) {
    Collection collection(unnamed(2, distance));
    for (int id : {30, 10, 20, 40}) put(collection, id, {1, 1});
    const Ids oldest_first = {30, 10, 20, 40}, newest_first = {40, 20, 10, 30};
    EXPECT_EQ(ids(collection.query(nearest({1, 0}))),
              is_ascending(distance) ? oldest_first : newest_first);
    EXPECT_EQ(ids(collection.query(nearest({1, 0}, 2))),
              is_ascending(distance) ? (Ids{30, 10}) : (Ids{40, 20}));
  }
}

TEST(CollectionTest, RevivesADeletedPointInItsSlot) {
  Collection collection(unnamed(1, Distance::kEuclid));
  for (int id : {1, 2, 3}) put(collection, id, {5}, {{"old", id}});
  collection.erase(Ids{2});
  EXPECT_EQ(collection.count(), 2u);
  EXPECT_EQ(ids(collection.query(nearest({5}))), (Ids{1, 3}));
  put(collection, 4, {5});
  put(collection, 2, {5});
  EXPECT_EQ(ids(collection.query(nearest({5}))), (Ids{1, 2, 3, 4}));
  EXPECT_EQ(collection.retrieve(Ids{2}, true, false)[0].payload, Payload{});
  EXPECT_EQ(collection.count(), 4u);
}

TEST(CollectionTest, KeepsScoresStrictlyBeyondTheThreshold) {
  const auto found = [](Distance distance, float threshold) {
    Collection collection(unnamed(1, distance));
    for (int x : {1, 2, 3, 4}) put(collection, x, {static_cast<float>(x)});
    auto request = nearest({distance == Distance::kDot ? 1.0f : 0.0f});
    request.score_threshold = threshold;
    return ids(collection.query(request));
  };
  EXPECT_EQ(found(Distance::kDot, 2), (Ids{4, 3}));
  EXPECT_EQ(found(Distance::kDot, 4), Ids{});
  EXPECT_EQ(found(Distance::kEuclid, 3), (Ids{1, 2}));
  EXPECT_EQ(found(Distance::kManhattan, 3), (Ids{1, 2}));
  EXPECT_EQ(found(Distance::kManhattan, 1), Ids{});
  EXPECT_EQ(found(Distance::kDot, kNan), Ids{});

  Collection collection(unnamed(2, Distance::kCosine));
  put(collection, 1, {1, 0});
  put(collection, 2, {0, 1});
  auto request = nearest({1, 0});
  request.score_threshold = 0.0f;
  EXPECT_EQ(ids(collection.query(request)), Ids{1});
}

TEST(CollectionTest, AppliesOffsetAfterRankingAndSurvivesAnyLimit) {
  Collection collection(unnamed(1, Distance::kDot));
  for (int x = 1; x <= 5; ++x) put(collection, x, {static_cast<float>(x)});
  auto request = nearest({1}, 2);
  request.offset = 1;
  EXPECT_EQ(ids(collection.query(request)), (Ids{4, 3}));
  request.offset = 4;
  EXPECT_EQ(ids(collection.query(request)), Ids{1});
  request.offset = 5;
  EXPECT_EQ(ids(collection.query(request)), Ids{});
  request.limit = SIZE_MAX;
  request.offset = 3;
  EXPECT_EQ(ids(collection.query(request)), (Ids{2, 1}));
  request.offset = SIZE_MAX;
  EXPECT_EQ(ids(collection.query(request)), Ids{});
}

TEST(CollectionTest, GivesPointsByIdWithoutAQuery) {
  Collection collection(unnamed(1, Distance::kDot));
  const PointId uuid("00000000-0000-0000-0000-000000000001");
  put(collection, uuid, {1});
  for (int id : {30, 2, 10, 4}) put(collection, id, {1});
  collection.erase(Ids{4});
  const auto all = collection.query({});
  EXPECT_EQ(ids(all), (Ids{2, 10, 30, uuid}));
  for (const auto& hit : all) EXPECT_EQ(hit.score, 1.0f);
  EXPECT_EQ(ids(collection.query({.limit = 2, .offset = 1})), (Ids{10, 30}));
  EXPECT_EQ(ids(collection.query({.offset = 9})), Ids{});
}

TEST(CollectionTest, ReplacesPointsWhole) {
  Collection collection({.vectors = {{"a", {.size = 1, .distance = Distance::kDot}},
                                     {"b", {.size = 2, .distance = Distance::kDot}}}});
  const std::vector<float> a = {1}, b = {2, 3};
  const Payload payload = {{"k", 1}};
  collection.upsert(std::vector<PointView>{{1, {{"a", a}, {"b", b}}, &payload}});
  EXPECT_EQ(collection.retrieve(Ids{1}, true, true)[0].vectors,
            (StoredVectors{{"a", std::vector<float>{1}}, {"b", std::vector<float>{2, 3}}}));
  collection.upsert(std::vector<PointView>{{1, {{"b", b}}, nullptr}});
  const auto record = collection.retrieve(Ids{1}, true, true)[0];
  EXPECT_EQ(record.vectors, (StoredVectors{{"b", std::vector<float>{2, 3}}}));
  EXPECT_EQ(record.payload, Payload{});
  EXPECT_EQ(collection.count(), 1u);
  // Points that lack the vector are not found by it.
  EXPECT_TRUE(collection.query({.query = a, .using_vector = "a"}).empty());
  EXPECT_EQ(collection.query({.query = b, .using_vector = "b"}).size(), 1u);
}

TEST(CollectionTest, LetsTheLastOfEqualIdsInOneWriteWin) {
  Collection collection(unnamed(1, Distance::kDot));
  const std::vector<float> one = {1}, two = {2};
  collection.upsert(std::vector<PointView>{{7, {{"", one}}}, {7, {{"", two}}}});
  EXPECT_EQ(collection.count(), 1u);
  EXPECT_EQ(collection.query(nearest({1}))[0].score, 2.0f);
}

TEST(CollectionTest, StoresCosineVectorsNormalised) {
  Collection collection(unnamed(2, Distance::kCosine));
  put(collection, 1, {3, 4});
  put(collection, 2, {0, 0});
  const auto records = collection.retrieve(Ids{1, 2}, false, true);
  EXPECT_EQ(records[0].vectors->at(""), StoredVector(std::vector<float>{0.6f, 0.8f}));
  EXPECT_EQ(records[1].vectors->at(""), StoredVector(std::vector<float>{0, 0}));
  const auto hits = collection.query(nearest({30, 40}));
  EXPECT_NEAR(hits[0].score, 1.0, 1e-6);
  EXPECT_EQ(hits[1].score, 0.0f);
}

TEST(CollectionTest, RetrievesInTheOrderAsked) {
  Collection collection({.vectors = {{"a", {.size = 1}}, {"b", {.size = 1}}}});
  const std::vector<float> v = {1};
  const Payload payload = {{"x", 1}, {"y", 2}};
  for (int id : {1, 2, 3}) {
    collection.upsert(std::vector<PointView>{{id, {{"a", v}, {"b", v}}, &payload}});
  }
  const auto records = collection.retrieve(Ids{3, 99, 1, 3}, {"y"}, {"b", "zzz"});
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].id, PointId(3));
  EXPECT_EQ(records[1].id, PointId(1));
  EXPECT_EQ(records[2].id, PointId(3));
  EXPECT_EQ(records[0].payload, (Payload{{"y", 2}}));
  EXPECT_EQ(records[0].vectors, (StoredVectors{{"b", std::vector<float>{1}}}));
  EXPECT_TRUE(collection.retrieve({}, true, true).empty());
}

TEST(CollectionTest, SelectsPayloadAndVectorsOfHits) {
  Collection collection(unnamed(1, Distance::kDot));
  put(collection, 1, {2}, {{"x", 1}, {"y", 2}});
  auto request = nearest({1});
  request.with_payload = PayloadSelector::excluding({"x"});
  request.with_vectors = true;
  const auto hit = collection.query(request)[0];
  EXPECT_EQ(hit.payload, (Payload{{"y", 2}}));
  EXPECT_EQ(hit.vectors, (StoredVectors{{"", std::vector<float>{2}}}));
}

TEST(CollectionTest, RefusesWrongVectors) {
  Collection named({.vectors = {{"a", {.size = 4}}, {"b", {.size = 2}}}});
  const auto write = [](Collection& collection, std::string_view name, std::vector<float> values) {
    return refusal([&] { collection.upsert(std::vector<PointView>{{1, {{name, values}}}}); });
  };
  EXPECT_EQ(write(named, "x", {1}), "Wrong input: Not existing vector name error: x");
  EXPECT_EQ(write(named, "", {1}),
            "Wrong input: Unnamed vectors are not allowed when a collection has named vectors or "
            "multivectors: ['a', 'b'], []");
  EXPECT_EQ(write(named, "a", {1, 2, 3}),
            "Wrong input: Vector dimension error: expected dim: 4, got 3 for vector 'a'");
  EXPECT_EQ(write(named, "b", {}), "Wrong input: Dense vector must not be empty for vector 'b'");
  EXPECT_EQ(write(named, "b", {1, kNan}), "Vector contains NaN values");
  Collection none{CollectionConfig{}};
  EXPECT_EQ(write(none, "", {1}), "Wrong input: Not existing vector name error");
  EXPECT_EQ(write(none, "x", {1}), "Wrong input: Not existing vector name error: x");
  none.upsert(std::vector<PointView>{{1}});  // a point without vectors is fine
  EXPECT_EQ(none.count(), 1u);
}

TEST(CollectionTest, RefusesEmptyWrites) {
  Collection collection(unnamed(1, Distance::kDot));
  EXPECT_EQ(refusal([&] { collection.upsert({}); }), "Empty update request");
  EXPECT_EQ(refusal([&] { collection.erase({}); }), "Empty update request");
  collection.erase(Ids{42});  // unknown ids are ignored
}

TEST(CollectionTest, WritesNothingOfARequestItRefuses) {
  Collection collection(unnamed(2, Distance::kDot));
  put(collection, 1, {1, 1}, {{"k", "old"}});
  const std::vector<float> good = {2, 2}, bad = {1};
  EXPECT_NE(refusal([&] {
              collection.upsert(std::vector<PointView>{{1, {{"", good}}}, {2, {{"", bad}}}});
            }),
            "");
  EXPECT_EQ(collection.count(), 1u);
  EXPECT_EQ(collection.retrieve(Ids{1}, true, true)[0].payload, (Payload{{"k", "old"}}));
}

TEST(CollectionTest, RefusesWrongQueries) {
  Collection collection({.vectors = {{"a", {.size = 4}}}});
  const auto ask = [&](QueryRequest request) {
    return refusal([&] { (void)collection.query(request); });
  };
  const std::vector<float> good = {1, 2, 3, 4};
  EXPECT_EQ(ask({.query = good, .using_vector = "a", .limit = 0}),
            "limit value 0 is invalid. Must be 1 or larger.");
  EXPECT_EQ(ask({.limit = 0}), "limit value 0 is invalid. Must be 1 or larger.");
  EXPECT_EQ(ask({.score_threshold = 0.5f}), "A query is needed to use the score_threshold.");
  EXPECT_EQ(ask({.query = good, .using_vector = "x"}),
            "Dense vector x is not found in the collection");
  EXPECT_EQ(ask({.query = good}), "Dense vector  is not found in the collection");
  EXPECT_EQ(ask({.query = std::vector<float>{1, 2, 3}, .using_vector = "a"}),
            "Wrong input: Vector dimension error: expected dim: 4, got 3");
  EXPECT_EQ(ask({.query = std::vector<float>{1, 2, 3, kNan}, .using_vector = "a"}),
            "Query vector must not contain NaN");
  EXPECT_EQ(ask({.with_payload = {"a..b"}}), "Invalid path");
  EXPECT_EQ(refusal([&] { (void)collection.retrieve({}, {"."}, false); }), "Invalid path");
}

// Writers move the pair (i, i + 1000) together in one write; a reader must see both or neither, and
// both with the same round. Run under the tsan preset too.
TEST(CollectionTest, ShowsReadersWholeWritesOnly) {
  constexpr int kWriters = 3, kReaders = 3, kRounds = 150;
  Collection collection(unnamed(3, Distance::kDot));
  std::atomic<int> writing = kWriters;
  std::atomic<int> torn = 0;
  std::vector<std::jthread> threads;
  for (int w = 0; w < kWriters; ++w) {
    threads.emplace_back([&, w] {
      for (int round = 1; round <= kRounds; ++round) {
        const std::vector<float> vector(3, static_cast<float>(round));
        const Payload payload = {{"round", round}};
        collection.upsert(std::vector<PointView>{{w, {{"", vector}}, &payload},
                                                 {w + 1000, {{"", vector}}, &payload}});
        if (round % 10 == 0) collection.erase(Ids{w, w + 1000});
      }
      --writing;
    });
  }
  for (int r = 0; r < kReaders; ++r) {
    threads.emplace_back([&, r] {
      while (writing > 0) {
        const int w = r % kWriters;
        const auto pair = collection.retrieve(Ids{w, w + 1000}, true, true);
        if (pair.size() == 1) ++torn;
        if (pair.size() == 2) {
          const auto round = pair[0].payload->at("round");
          const auto stored = static_cast<float>(*round.get_if<std::int64_t>());
          if (round != pair[1].payload->at("round")) ++torn;
          if (std::get<std::vector<float>>(pair[0].vectors->at(""))[2] != stored) ++torn;
        }
        if (collection.count() % 2 != 0) ++torn;
        if (collection.query(nearest({1, 1, 1}, 100)).size() % 2 != 0) ++torn;
        if (collection.query({.limit = 100}).size() % 2 != 0) ++torn;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(collection.count(), 0u);
}

TEST(CollectionTest, LetsManyThreadsInsertIntoManyBlocks) {
  constexpr std::size_t kDim = 2000, kEach = 300;
  Collection collection(unnamed(kDim, Distance::kCosine));
  std::vector<std::jthread> threads;
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937 engine(static_cast<unsigned>(t));
      std::normal_distribution<float> normal;
      for (std::size_t i = 0; i < kEach; ++i) {
        std::vector<float> vector(kDim);
        for (float& x : vector) x = normal(engine);
        put(collection, t * kEach + i, vector);
        if (i % 50 == 0) {
          const auto hits = collection.query(nearest(vector, 1));
          EXPECT_EQ(ids(hits), (Ids{t * kEach + i}));
        }
      }
    });
  }
  threads.clear();
  EXPECT_EQ(collection.count(), 4 * kEach);
}

}  // namespace
}  // namespace assay::store
