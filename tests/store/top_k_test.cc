// SPDX-License-Identifier: Apache-2.0
// Promise: the k best hits under the documented total order, however the input is ordered or split.
#include "store/top_k.h"

#include <gtest/gtest.h>

#include <random>

namespace assay::store {
namespace {

std::vector<Slot> slots(std::vector<Hit> hits) {
  std::vector<Slot> result;
  for (const Hit& hit : hits) result.push_back(hit.slot);
  return result;
}

TEST(TopKTest, OrdersEqualScoresNewestFirstWhereScoresDescend) {
  TopK best(3, false);
  for (Slot slot : {2u, 0u, 3u, 1u}) best.push({1.0f, slot});
  EXPECT_EQ(slots(best.take()), (std::vector<Slot>{3, 2, 1}));
}

TEST(TopKTest, OrdersEqualScoresOldestFirstWhereScoresAscend) {
  TopK best(3, true);
  for (Slot slot : {2u, 0u, 3u, 1u}) best.push({1.0f, slot});
  EXPECT_EQ(slots(best.take()), (std::vector<Slot>{0, 1, 2}));
}

TEST(TopKTest, TakesNoneForKZeroAndAllForALargeK) {
  TopK none(0, false), all(100, false);
  for (Slot slot = 0; slot < 5; ++slot) {
    none.push({static_cast<float>(slot), slot});
    all.push({static_cast<float>(slot), slot});
  }
  EXPECT_TRUE(none.take().empty());
  EXPECT_EQ(slots(all.take()), (std::vector<Slot>{4, 3, 2, 1, 0}));
}

TEST(TopKTest, RanksNanLast) {
  for (const bool ascending : {false, true}) {
    TopK best(3, ascending);
    best.push({std::nanf(""), 0});
    best.push({5.0f, 1});
    best.push({-5.0f, 2});
    const auto hits = best.take();
    EXPECT_EQ(hits[2].slot, 0u);
    EXPECT_TRUE(std::isinf(hits[2].score));
  }
}

TEST(TopKTest, GivesTheSameForAnySplit) {
  std::mt19937 engine(7);
  for (const bool ascending : {false, true}) {
    std::vector<Hit> hits;
    for (Slot slot = 0; slot < 500; ++slot) {
      hits.push_back({static_cast<float>(engine() % 40), slot});
    }
    auto sorted = hits;
    std::sort(sorted.begin(), sorted.end(), BetterHit{ascending});
    sorted.resize(60);
    for (std::size_t parts : {1u, 2u, 7u}) {
      std::shuffle(hits.begin(), hits.end(), engine);
      std::vector<TopK> best(parts, TopK(60, ascending));
      for (std::size_t i = 0; i < hits.size(); ++i) best[i % parts].push(hits[i]);
      for (std::size_t p = 1; p < parts; ++p) best[0].merge(best[p]);
      EXPECT_EQ(slots(best[0].take()), slots(sorted));
    }
  }
}

}  // namespace
}  // namespace assay::store
