// SPDX-License-Identifier: Apache-2.0
// Promise: rows become codes at most half a step off, and products of codes are exact integers on
// every target.
#include "kernels/dot_int8.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "assay/error.h"
#include "kernels/aligned.h"
#include "kernels/targets.h"

namespace assay::kernels {
namespace {

class DotInt8 : public EveryTarget {};
ASSAY_EVERY_TARGET(DotInt8);

TEST_P(DotInt8, SumsAreExact) {
  constexpr std::size_t kRows = 70;
  for (const std::size_t size : {0u, 64u, 128u, 192u, 1024u, 65536u}) {
    BasicAlignedBuffer<std::int8_t> memory((kRows + 1) * std::max<std::size_t>(size, 1));
    const std::span<std::int8_t> codes(memory.data(), (kRows + 1) * size);
    const auto values = random(codes.size(), 127.4f);
    std::ranges::transform(values, codes.begin(),
                           [](float x) { return static_cast<std::int8_t>(std::lround(x)); });
    // The largest sum there is.
    std::ranges::fill(codes.first(2 * size), std::int8_t{-127});
    std::vector<const std::int8_t*> rows;
    for (std::size_t r = kRows; r > 0; --r) rows.push_back(codes.data() + r * size);
    std::vector<std::int32_t> got(kRows, -1), want(kRows);
    dot_int8_at(codes.first(size), rows, got);
    dot_int8_at_reference(codes.first(size), rows, want);
    EXPECT_EQ(got, want) << size;
    EXPECT_EQ(got.back(), static_cast<std::int32_t>(127 * 127 * size));
  }
}

TEST_P(DotInt8, TakesNoRowsAndRefusesOtherShapes) {
  BasicAlignedBuffer<std::int8_t> memory(64);
  const std::span<std::int8_t> query = memory.get(64);
  std::ranges::fill(query, std::int8_t{1});
  dot_int8_at(query, {}, {});
  std::int32_t sum = 0;
  EXPECT_THROW(dot_int8_at(query, {}, {&sum, 1}), Error);
  EXPECT_THROW(dot_int8_at(query.first(63), {}, {}), Error);
}

TEST(EncodeInt8, IsHalfAStepOffAtMost) {
  std::vector<float> row(100);
  for (std::size_t i = 0; i < row.size(); ++i)
    row[i] = std::sin(static_cast<float>(i * i)) * (i == 7 ? -3.0f : 1.0f);
  std::vector<std::int8_t> codes(128, 99);
  const float step = encode_int8(row, codes);
  const float largest =
      std::abs(*std::ranges::max_element(row, {}, [](float x) { return std::abs(x); }));
  EXPECT_FLOAT_EQ(step * 127, largest);
  for (std::size_t i = 0; i < row.size(); ++i)
    EXPECT_NEAR(step * static_cast<float>(codes[i]), row[i], step * 0.5001f) << i;
  for (std::size_t i = row.size(); i < codes.size(); ++i) EXPECT_EQ(codes[i], 0);
}

TEST(EncodeInt8, RowsWithoutAStepBecomeZeros) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const float nan = std::nanf("");
  for (const std::vector<float>& row :
       {std::vector<float>{0, -0.0f}, {1e-45f, 0}, {kInfinity, 1}, {1, -kInfinity}, {}}) {
    std::vector<std::int8_t> codes(64, 5);
    EXPECT_EQ(encode_int8(row, codes), 0.0f);
    EXPECT_EQ(codes, std::vector<std::int8_t>(64, 0));
  }
  // What is no number is the nearest thing to nothing.
  std::vector<std::int8_t> codes(64);
  EXPECT_FLOAT_EQ(encode_int8(std::vector<float>{nan, 127}, codes), 1.0f);
  EXPECT_EQ(codes[0], 0);
  EXPECT_EQ(codes[1], 127);
}

}  // namespace
}  // namespace assay::kernels
