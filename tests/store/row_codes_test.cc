// SPDX-License-Identifier: Apache-2.0
// Promise: codes give nearly the similarities of the rows, and follow the rows that are written.
#include "store/row_codes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "store/similarity.h"

namespace assay::store {
namespace {

class RowCodesTest : public testing::TestWithParam<std::size_t> {
 protected:
  std::vector<float> row() {
    std::normal_distribution<float> normal;
    std::vector<float> vector(GetParam());
    for (float& x : vector) x = normal(engine_);
    prepare_vector(Distance::kCosine, vector);
    return vector;
  }
  // Similarities of row `to` and all coded rows, and how far off the furthest one is.
  float worst(const RowCodes& codes, Slot to) {
    std::vector<std::uint32_t> slots;
    for (Slot slot = codes.count(); slot-- > 0;) slots.push_back(static_cast<std::uint32_t>(slot));
    std::vector<float> got(slots.size());
    RowCodes::Scratch scratch;
    codes.similarities(to, slots, scratch, got);
    float off = 0;
    for (std::size_t i = 0; i < slots.size(); ++i) {
      float want = 0;
      similarities(Distance::kCosine, column_.row(to), column_.row(slots[i]), {&want, 1});
      off = std::max(off, std::abs(got[i] - want));
    }
    return off;
  }
  // Codes are half a step off, and a step is some hundredth of what a number is.
  [[nodiscard]] float bound() const { return 0.05f / std::sqrt(static_cast<float>(GetParam())); }

  std::mt19937 engine_{7};
  DenseColumn column_{{.size = GetParam(), .distance = Distance::kCosine}};
};

TEST_P(RowCodesTest, GiveNearlyTheSimilarities) {
  for (Slot slot = 0; slot < 1000; ++slot) column_.set(slot, row());
  RowCodes codes(column_);
  EXPECT_EQ(codes.count(), 0u);
  codes.extend(column_, 600);
  EXPECT_EQ(codes.count(), 600u);
  codes.extend(column_, 600);
  EXPECT_EQ(codes.count(), 1000u);
  EXPECT_LT(worst(codes, 3), bound());
  EXPECT_LT(worst(codes, 999), bound());
}

TEST_P(RowCodesTest, FollowTheRows) {
  for (Slot slot = 0; slot < 100; ++slot) column_.set(slot, row());
  RowCodes codes(column_);
  codes.extend(column_, 50);
  for (const Slot slot : {10u, 49u, 50u, 99u}) {
    column_.set(slot, row());
    codes.note(column_, slot);
  }
  EXPECT_EQ(codes.count(), 50u);
  EXPECT_LT(worst(codes, 10), bound());
  codes.extend(column_, 1000);
  EXPECT_EQ(codes.count(), 100u);
  EXPECT_LT(worst(codes, 99), bound());
}

INSTANTIATE_TEST_SUITE_P(Sizes, RowCodesTest, testing::Values(24, 64, 384, 1000));

}  // namespace
}  // namespace assay::store
