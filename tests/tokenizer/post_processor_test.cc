// SPDX-License-Identifier: Apache-2.0
// Promise: a pair is cut longest first; the lengths are those of the tokenizers library.
#include "tokenizer/post_processor.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace assay::tokenizer {
namespace {

using Lengths = std::pair<std::size_t, std::size_t>;

TEST(LongestFirst, CutsTheLongerSide) {
  EXPECT_EQ(longest_first(3, 4, 7), Lengths(3, 4));
  EXPECT_EQ(longest_first(3, 10, 8), Lengths(3, 5));
  EXPECT_EQ(longest_first(10, 3, 8), Lengths(5, 3));
  EXPECT_EQ(longest_first(10, 10, 7), Lengths(3, 4));
  EXPECT_EQ(longest_first(11, 10, 7), Lengths(4, 3));
  EXPECT_EQ(longest_first(5, 9, 0), Lengths(0, 0));
  EXPECT_EQ(longest_first(0, 9, 4), Lengths(0, 4));
}

TEST(LongestFirst, FillsTheLimitAndNeverGrows) {
  for (std::size_t a = 0; a < 25; ++a) {
    for (std::size_t b = 0; b < 25; ++b) {
      for (std::size_t limit = 0; limit < 60; ++limit) {
        const auto [x, y] = longest_first(a, b, limit);
        ASSERT_LE(x, a);
        ASSERT_LE(y, b);
        ASSERT_EQ(x + y, std::min(a + b, limit)) << a << ' ' << b << ' ' << limit;
      }
    }
  }
}

}  // namespace
}  // namespace assay::tokenizer
