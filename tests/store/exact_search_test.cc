// SPDX-License-Identifier: Apache-2.0
// Promise: exact search equals a double loop over every vector, on every metric, with odd sizes,
// many blocks, absent vectors and any number of threads.
#include "store/exact_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace assay::store {
namespace {

constexpr Distance kDistances[] = {Distance::kCosine, Distance::kDot, Distance::kEuclid,
                                   Distance::kManhattan};

double score_of(Distance distance, std::span<const float> q, std::span<const float> x) {
  double sum = 0;
  for (std::size_t i = 0; i < q.size(); ++i) {
    const double difference = static_cast<double>(q[i]) - x[i];
    switch (distance) {
      case Distance::kCosine:
      case Distance::kDot:
        sum += static_cast<double>(q[i]) * x[i];
        break;
      case Distance::kEuclid:
        sum += difference * difference;
        break;
      case Distance::kManhattan:
        sum += std::abs(difference);
        break;
    }
  }
  return distance == Distance::kEuclid ? std::sqrt(sum) : sum;
}

class ExactSearchTest : public testing::Test {
 protected:
  std::vector<float> random(std::size_t dim) {
    std::normal_distribution<float> normal;
    std::vector<float> vector(dim);
    for (float& x : vector) x = normal(engine_);
    return vector;
  }
  std::mt19937 engine_{20260102};
};

TEST_F(ExactSearchTest, EqualsADoubleLoop) {
  for (const Distance distance : kDistances) {
    for (const std::size_t dim : {1u, 3u, 17u, 63u, 385u}) {
      DenseColumn column({.size = dim, .distance = distance});
      std::vector<std::pair<double, Slot>> oracle;
      auto query = random(dim);
      prepare_vector(distance, query);
      for (Slot slot = 0; slot < 1500; ++slot) {
        auto vector = random(dim);
        prepare_vector(distance, vector);
        column.set(slot, vector);
        if (slot % 7 == 3) {
          column.clear(slot);
        } else {
          oracle.emplace_back(score_of(distance, query, vector), slot);
        }
      }
      std::sort(oracle.begin(), oracle.end());
      if (!is_ascending(distance)) std::reverse(oracle.begin(), oracle.end());
      const auto hits = exact_search(column, query, 100);
      ASSERT_EQ(hits.size(), 100u);
      for (std::size_t i = 0; i < hits.size(); ++i) {
        // Two scores nearer than float's error may change places, so scores are compared by rank
        // and slots by their own score.
        const double tolerance = 1e-6 + 1e-5 * std::abs(oracle[i].first);
        ASSERT_NEAR(hits[i].score, oracle[i].first, tolerance) << "dim " << dim << " rank " << i;
        ASSERT_TRUE(column.has(hits[i].slot));
        ASSERT_NEAR(hits[i].score, score_of(distance, query, column.row(hits[i].slot)), tolerance);
      }
    }
  }
}

TEST_F(ExactSearchTest, GivesTheSameBitsOnAnyNumberOfThreads) {
  constexpr std::size_t kDim = 65536 / 8;  // 32 rows a block
  DenseColumn column({.size = kDim, .distance = Distance::kCosine});
  for (Slot slot = 0; slot < 300; ++slot) {
    auto vector = random(kDim);
    prepare_vector(Distance::kCosine, vector);
    column.set(slot, vector);
    if (slot % 3 == 0) column.set(++slot, vector);  // exact ties
  }
  auto query = random(kDim);
  prepare_vector(Distance::kCosine, query);
  const auto alone = exact_search(column, query, 250, {}, 1);
  for (const std::size_t threads : {0u, 2u, 3u, 5u}) {
    const auto together = exact_search(column, query, 250, {}, threads);
    ASSERT_EQ(together.size(), alone.size());
    for (std::size_t i = 0; i < alone.size(); ++i) {
      ASSERT_EQ(together[i].slot, alone[i].slot);
      ASSERT_EQ(together[i].score, alone[i].score);
    }
  }
}

TEST_F(ExactSearchTest, ScoresAllowedSlotsOnly) {
  DenseColumn column({.size = 5, .distance = Distance::kEuclid});
  std::vector<std::uint8_t> some;
  std::vector<std::uint8_t> few;
  for (Slot slot = 0; slot < 120'000; ++slot) {  // three blocks
    column.set(slot, random(5));
    some.push_back(slot % 2 == 0 ? 1 : 0);
    few.push_back(slot % 997 == 5 ? 1 : 0);
  }
  const auto query = random(5);
  const auto all = exact_search(column, query, column.row_count());
  for (const auto& allowed : {some, few}) {
    const auto hits = exact_search(column, query, 200, allowed);
    std::vector<Hit> expected;
    for (const Hit& hit : all) {
      if (expected.size() < hits.size() && allowed[hit.slot] != 0) expected.push_back(hit);
    }
    ASSERT_GE(hits.size(), 120u);
    for (std::size_t i = 0; i < hits.size(); ++i) {
      ASSERT_EQ(hits[i].slot, expected[i].slot);
      ASSERT_EQ(hits[i].score, expected[i].score);
    }
  }
  EXPECT_TRUE(exact_search(column, query, 10, std::vector<std::uint8_t>(120'000, 0)).empty());
}

TEST_F(ExactSearchTest, SeveralSearchesFindWhatEachFindsAlone) {
  for (const Distance distance : {Distance::kCosine, Distance::kManhattan}) {
    constexpr std::size_t kDim = 65536 / 4;  // 16 rows a block, 4 rows a part
    DenseColumn column({.size = kDim, .distance = distance});
    std::vector<std::uint8_t> some(200), none(200);
    for (Slot slot = 0; slot < 203; ++slot) {
      column.set(slot, random(kDim));
      if (slot < 200) some[slot] = slot % 3 == 0 ? 1 : 0;
    }
    column.clear(50);
    std::vector<std::vector<float>> queries;
    for (int i = 0; i < 5; ++i) queries.push_back(random(kDim));
    const std::vector<Scan> scans = {
        {queries[0], 10},       {queries[1], 300}, {queries[2], 10, some}, {queries[3], 7, some},
        {queries[4], 10, none}, {queries[0], 0},   {queries[4], 1, some}};
    for (const std::size_t threads : {0u, 1u, 3u}) {
      const auto together = exact_search(column, scans, threads);
      ASSERT_EQ(together.size(), scans.size());
      for (std::size_t s = 0; s < scans.size(); ++s) {
        const auto alone = exact_search(column, scans[s].query, scans[s].k, scans[s].allowed);
        ASSERT_EQ(together[s].size(), alone.size()) << s;
        for (std::size_t i = 0; i < alone.size(); ++i) {
          EXPECT_EQ(together[s][i].slot, alone[i].slot) << s;
          EXPECT_EQ(together[s][i].score, alone[i].score) << s;
        }
      }
    }
  }
  DenseColumn column({.size = 2, .distance = Distance::kDot});
  EXPECT_TRUE(exact_search(column, std::span<const Scan>()).empty());
}

TEST_F(ExactSearchTest, FindsNothingInAnEmptyColumn) {
  DenseColumn column({.size = 2, .distance = Distance::kDot});
  EXPECT_TRUE(exact_search(column, std::vector<float>{1, 2}, 10).empty());
  column.set(0, std::vector<float>{1, 1});
  column.clear(0);
  EXPECT_TRUE(exact_search(column, std::vector<float>{1, 2}, 10).empty());
}

}  // namespace
}  // namespace assay::store
