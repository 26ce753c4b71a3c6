// SPDX-License-Identifier: Apache-2.0
// Promise: a large collection is indexed in the background; queries find every point before,
// during and after, and nothing waits for the end of it.
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <thread>

#include "store/collection.h"
#include "store/collections.h"
#include "store/sqlite_store.h"
#include "support.h"

namespace assay::store {
namespace {

// Rows of 16 KiB: 1,280 of them are large enough for a graph.
constexpr std::size_t kDim = 4096;
constexpr std::size_t kPoints = 1400;

std::vector<float> vector_of(std::uint64_t id) {
  std::mt19937_64 engine(id);
  std::normal_distribution<float> normal;
  std::vector<float> vector(kDim);
  for (float& x : vector) x = normal(engine);
  return vector;
}

CollectionConfig config() {
  return {.vectors = VectorParams{.size = kDim, .distance = Distance::kCosine}};
}

void upsert(Collection& collection, std::uint64_t begin, std::uint64_t end) {
  std::vector<std::vector<float>> vectors;
  std::vector<PointView> points;
  for (std::uint64_t id = begin; id < end; ++id) vectors.push_back(vector_of(id));
  for (std::uint64_t id = begin; id < end; ++id) {
    points.push_back(
        {.id = PointId(id), .vectors = {{"", std::span<const float>(vectors[id - begin])}}});
  }
  collection.upsert(points);
}

void wait_for_index(const Collection& collection) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(10);
  while (!collection.index_progress().complete) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

PointId nearest(const Collection& collection, std::uint64_t id) {
  QueryRequest request{.query = Query{NearestQuery{.nearest = vector_of(id)}}, .limit = 1};
  // Few candidates make it walk the graph; what it finds then is not certain.
  request.params.hnsw_ef = 20;
  EXPECT_EQ(collection.query(request).size(), 1u);
  request.params.hnsw_ef = 64;
  const auto found = collection.query(request);
  return found.empty() ? PointId(UINT64_MAX) : found.front().id;
}

TEST(CollectionIndexTest, IndexesALargeCollection) {
  Collection collection(config());
  upsert(collection, 0, 1000);
  EXPECT_EQ(collection.index_progress().indexed_vectors, 0u);
  upsert(collection, 1000, kPoints);
  wait_for_index(collection);
  EXPECT_EQ(collection.index_progress().indexed_vectors, kPoints);
  for (std::uint64_t id = 0; id < kPoints; id += 100)
    EXPECT_EQ(nearest(collection, id), PointId(id));
}

TEST(CollectionIndexTest, IndexesWhatWasStored) {
  const test::ScratchFolder scratch;
  {
    Collections collections(open_sqlite_store(scratch.path()));
    collections.create("c", config());
    upsert(*collections.get("c"), 0, kPoints);
  }
  Collections collections(open_sqlite_store(scratch.path()));
  const auto collection = collections.get("c");
  wait_for_index(*collection);
  EXPECT_EQ(collection->index_progress().indexed_vectors, kPoints);
  EXPECT_EQ(nearest(*collection, 77), PointId(77));
}

TEST(CollectionIndexTest, ThreadsReadAndWriteMeanwhile) {
  Collection collection(config());
  upsert(collection, 0, kPoints);
  {
    std::vector<std::jthread> threads;
    threads.emplace_back([&] {
      for (std::uint64_t id = kPoints; id < kPoints + 40; ++id) {
        upsert(collection, id, id + 1);
        EXPECT_EQ(nearest(collection, id), PointId(id));
        upsert(collection, id - 500, id - 499);  // one that may be in a step
      }
    });
    threads.emplace_back([&] {
      for (std::uint64_t id = 0; id < 40; ++id) EXPECT_EQ(nearest(collection, id), PointId(id));
    });
    threads.emplace_back([&] {
      for (std::uint64_t id = 100; id < 140; ++id)
        collection.erase(std::vector<PointId>{PointId(id)});
    });
  }
  wait_for_index(collection);
  EXPECT_EQ(nearest(collection, kPoints + 39), PointId(kPoints + 39));
  EXPECT_NE(nearest(collection, 120), PointId(std::uint64_t{120}));
}

TEST(CollectionIndexTest, MayEndOrLoseTheVectorMeanwhile) {
  {
    Collection collection(config());
    upsert(collection, 0, kPoints);
  }
  CollectionConfig two = config();
  two.vectors.by_name.emplace("other", VectorParams{.size = 2, .distance = Distance::kDot});
  Collection collection(two);
  upsert(collection, 0, kPoints);
  collection.delete_vector("");
  EXPECT_TRUE(collection.index_progress().complete);
}

}  // namespace
}  // namespace assay::store
