// SPDX-License-Identifier: Apache-2.0
// Promise: fusions give the sums of qdrant.md section 7.7 in the order of first appearance where
// they are equal; a diverse choice balances relevance against what was chosen before.
#include "store/fusion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace assay::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Lists = std::vector<std::vector<Hit>>;

std::vector<Slot> slots(const std::vector<Hit>& hits) {
  std::vector<Slot> result;
  for (const Hit& hit : hits) result.push_back(hit.slot);
  return result;
}

TEST(FuseByRank, AddsReciprocalRanks) {
  const Lists lists = {{{9, 1}, {8, 2}, {7, 3}}, {{1, 3}, {0, 4}}};
  const auto hits = fuse_by_rank(lists, 2, {}, 10);
  EXPECT_THAT(slots(hits), ElementsAre(3, 1, 2, 4));
  EXPECT_FLOAT_EQ(hits[0].score, 1.0f / 4 + 1.0f / 2);
  EXPECT_FLOAT_EQ(hits[1].score, 1.0f / 2);
  EXPECT_FLOAT_EQ(hits[2].score, 1.0f / 3);
  EXPECT_EQ(hits[3].score, hits[2].score);
  EXPECT_THAT(slots(fuse_by_rank(lists, 2, {}, 1)), ElementsAre(3));
  EXPECT_THAT(fuse_by_rank(Lists{{}, {}}, 2, {}, 3), IsEmpty());
}

TEST(FuseByRank, WeighsSources) {
  const Lists lists = {{{9, 1}, {8, 2}}, {{1, 2}, {0, 1}}, {{1, 5}}};
  const std::vector<float> weights = {1, 3, 0};
  const auto hits = fuse_by_rank(lists, 60, weights, 10);
  EXPECT_THAT(slots(hits), ElementsAre(1, 2, 5));
  EXPECT_FLOAT_EQ(hits[0].score, static_cast<float>(1 / (1.0 + 59) + 1 / (2 / 3.0 + 59)));
  EXPECT_FLOAT_EQ(hits[1].score, static_cast<float>(1 / (2.0 + 59) + 1 / (1 / 3.0 + 59)));
  EXPECT_EQ(hits[2].score, 0.0f);
}

TEST(FuseByDistribution, PlacesScoresBetweenThreeDeviations) {
  const Lists lists = {{{1, 1}, {2, 2}, {3, 3}}, {{5, 7}}, {}, {{4, 1}, {4, 8}}};
  const auto hits = fuse_by_distribution(lists, 10);
  // Mean 2, deviation 1: (x + 1) / 6. A lone hit and equal ones count 0.5.
  EXPECT_THAT(slots(hits), ElementsAre(1, 3, 2, 7, 8));
  EXPECT_FLOAT_EQ(hits[0].score, 2.0f / 6 + 0.5f);
  EXPECT_FLOAT_EQ(hits[1].score, 4.0f / 6);
  EXPECT_FLOAT_EQ(hits[2].score, 0.5f);
}

TEST(ChooseDiverse, BalancesRelevanceAndDifference) {
  const std::vector<float> relevance = {0.9f, 0.8f, 0.7f, 0.1f};
  // 0 and 1 are nearly the same, 2 is unlike both.
  const float like[4][4] = {
      {1, 0.95f, 0.1f, 0}, {0.95f, 1, 0.1f, 0}, {0.1f, 0.1f, 1, 0}, {0, 0, 0, 1}};
  const auto similarity = [&](std::size_t i, std::span<float> out) {
    std::copy(like[i], like[i] + 4, out.begin());
  };
  EXPECT_THAT(choose_diverse(relevance, similarity, 0.0, 3), ElementsAre(0, 1, 2));
  EXPECT_THAT(choose_diverse(relevance, similarity, 0.5, 3), ElementsAre(0, 2, 3));
  EXPECT_THAT(choose_diverse(relevance, similarity, 0.5, 9), ElementsAre(0, 2, 3, 1));
  EXPECT_THAT(choose_diverse({}, similarity, 0.5, 3), IsEmpty());
  // Equal candidates: the last one, and the last waiting one takes its place.
  const std::vector<float> equal = {1, 1, 1, 1};
  const auto none = [](std::size_t, std::span<float> out) { std::ranges::fill(out, 0.0f); };
  EXPECT_THAT(choose_diverse(equal, none, 0.5, 4), ElementsAre(3, 2, 1, 0));
}

}  // namespace
}  // namespace assay::store
