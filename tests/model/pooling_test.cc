// SPDX-License-Identifier: Apache-2.0
// Promise: pooling reads each sequence's own rows, and MaxSim is the mean of best cosines.
#include "model/pooling.h"

#include <gmock/gmock.h>

#include "support.h"

namespace assay::model {
namespace {

TEST(Pool, TakesEachSequenceAlone) {
  const std::vector<std::int32_t> ids(3), types(3);
  const std::vector<std::size_t> offsets = {0, 1, 3};
  const PackedBatch batch{ids, types, offsets};
  const std::vector<float> rows = {1, 2, 3, 8, 5, 4};
  const auto run = [&](Pooling pooling) {
    std::vector<float> out(4);
    pool(pooling, batch, rows, 2, out);
    return out;
  };
  EXPECT_THAT(run(Pooling::kMean), testing::ElementsAre(1, 2, 4, 6));
  EXPECT_THAT(run(Pooling::kCls), testing::ElementsAre(1, 2, 3, 8));
  EXPECT_THAT(run(Pooling::kLastToken), testing::ElementsAre(1, 2, 5, 4));
  EXPECT_THAT(run(Pooling::kMax), testing::ElementsAre(1, 2, 5, 8));
}

TEST(MaxSim, IsTheMeanOfTheBestCosines) {
  // Query rows along x and along y; document rows along (1, 1) and along x.
  const MaxSimQuery query(std::vector<float>{3, 0, 0, 0.5f}, 2);
  std::vector<float> document = {2, 2, 7, 0};
  kernels::AlignedBuffer scratch;
  EXPECT_NEAR(query.score(document, scratch), (1.0 + std::sqrt(0.5)) / 2, 1e-6);
}

}  // namespace
}  // namespace assay::model
