// SPDX-License-Identifier: Apache-2.0
// Promise: a column gives back what was set at each slot, over many blocks and gaps, and prepares
// vectors as their distance asks.
#include "store/dense_column.h"

#include <gtest/gtest.h>

#include <vector>

namespace assay::store {
namespace {

TEST(DenseColumnTest, KeepsRowsOverManyBlocks) {
  DenseColumn column({.size = 65536, .distance = Distance::kDot});  // four rows a block
  ASSERT_EQ(column.rows_per_block(), 4u);
  for (std::size_t slot = 0; slot < 11; ++slot) {
    column.set(slot, std::vector<float>(65536, static_cast<float>(slot)));
  }
  EXPECT_EQ(column.block_count(), 3u);
  EXPECT_EQ(column.block(2).first, 8u);
  EXPECT_EQ(column.block(2).present.size(), 3u);
  EXPECT_EQ(column.block(2).rows.size(), 3u * 65536u);
  for (std::size_t slot = 0; slot < 11; ++slot) {
    EXPECT_EQ(column.row(slot).front(), static_cast<float>(slot));
    EXPECT_EQ(column.row(slot).back(), static_cast<float>(slot));
  }
}

TEST(DenseColumnTest, MarksSkippedAndClearedSlotsAbsent) {
  DenseColumn column({.size = 3, .distance = Distance::kDot});
  EXPECT_EQ(column.block_count(), 0u);
  column.set(5, std::vector<float>{1, 2, 3});
  EXPECT_EQ(column.row_count(), 6u);
  EXPECT_FALSE(column.has(0));
  EXPECT_TRUE(column.has(5));
  EXPECT_FALSE(column.has(6));
  for (float x : column.block(0).rows.first(15)) EXPECT_EQ(x, 0.0f);
  column.clear(5);
  column.clear(99);
  EXPECT_FALSE(column.has(5));
  column.set(5, std::vector<float>{4, 5, 6});
  EXPECT_EQ(column.row(5)[2], 6.0f);
}

TEST(PrepareVectorTest, NormalisesForCosineOnly) {
  std::vector<float> v = {3, 4};
  prepare_vector(Distance::kDot, v);
  prepare_vector(Distance::kEuclid, v);
  prepare_vector(Distance::kManhattan, v);
  EXPECT_EQ(v, (std::vector<float>{3, 4}));
  prepare_vector(Distance::kCosine, v);
  EXPECT_EQ(v, (std::vector<float>{0.6f, 0.8f}));
}

TEST(PrepareVectorTest, LeavesVectorsOfNoLengthAlone) {
  std::vector<float> zero = {0, 0}, tiny = {1.1e-7f, 0}, small = {1.3e-7f, 0}, huge = {3e38f, 0};
  for (auto* v : {&zero, &tiny, &small, &huge}) prepare_vector(Distance::kCosine, *v);
  EXPECT_EQ(zero, (std::vector<float>{0, 0}));
  EXPECT_EQ(tiny, (std::vector<float>{1.1e-7f, 0}));
  EXPECT_EQ(small, (std::vector<float>{1, 0}));
  EXPECT_EQ(huge, (std::vector<float>{1, 0}));
}

}  // namespace
}  // namespace assay::store
