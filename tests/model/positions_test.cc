// SPDX-License-Identifier: Apache-2.0
// Promise: position tables follow their papers: slopes, buckets, angles, at the edges too.
#include "model/positions.h"

#include <gmock/gmock.h>

#include <cmath>

namespace assay::model {
namespace {

using testing::ElementsAre;
using testing::FloatNear;

TEST(Positions, AlibiSlopesOfAPowerOfTwoAndOfOtherCounts) {
  EXPECT_THAT(alibi_slopes(4), ElementsAre(0.25f, 0.0625f, 0.015625f, 0.00390625f));
  // Six: four of the power below, then every other one of eight.
  EXPECT_THAT(alibi_slopes(6), ElementsAre(0.25f, 0.0625f, 0.015625f, 0.00390625f, 0.5f, 0.125f));
  EXPECT_EQ(alibi_slopes(12).size(), 12u);
}

TEST(Positions, T5BucketsAreExactThenLogarithmicThenOne) {
  EXPECT_EQ(t5_bucket(0, 32), 0u);
  EXPECT_EQ(t5_bucket(-7, 32), 7u);  // a key before the query
  EXPECT_EQ(t5_bucket(7, 32), 23u);  // behind it: the second half
  EXPECT_EQ(t5_bucket(-8, 32), 8u);
  EXPECT_EQ(t5_bucket(-127, 32), 15u);
  EXPECT_EQ(t5_bucket(-5000, 32), 15u);
  EXPECT_EQ(t5_bucket(5000, 32), 31u);
}

TEST(Positions, LogBucketsAreOddAndMonotone) {
  EXPECT_EQ(log_bucket(0, 256, 512), 0);
  EXPECT_EQ(log_bucket(128, 256, 512), 128);
  EXPECT_EQ(log_bucket(511, 256, 512), 255);
  for (std::ptrdiff_t d = 1; d < 512; ++d) {
    EXPECT_EQ(log_bucket(-d, 256, 512), -log_bucket(d, 256, 512));
    EXPECT_GE(log_bucket(d, 256, 512), log_bucket(d - 1, 256, 512));
  }
}

TEST(Positions, RotaryAnglesGrowWithThePosition) {
  const auto frequencies = RotaryTable::frequencies(4, 100);
  EXPECT_THAT(frequencies, ElementsAre(1.0f, FloatNear(0.1f, 1e-8f)));
  const RotaryTable table(frequencies, 8);
  EXPECT_THAT(table.cosines(0), ElementsAre(1.0f, 1.0f));
  EXPECT_NEAR(table.cosines(7)[0], std::cos(7.0), 1e-6);
  EXPECT_NEAR(table.sines(7)[1], std::sin(0.7), 1e-6);
}

TEST(Positions, DistanceTablesReachBothWays) {
  const DistanceTable<std::int32_t> table(2, 4, [](std::size_t head, std::ptrdiff_t distance) {
    return static_cast<std::int32_t>(100 * head) + static_cast<std::int32_t>(distance);
  });
  EXPECT_EQ(table.middle(0)[-3], -3);
  EXPECT_EQ(table.middle(1)[3], 103);
}

}  // namespace
}  // namespace assay::model
