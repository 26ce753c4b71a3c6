// SPDX-License-Identifier: Apache-2.0
// Promise: a pair is cut longest first, and offsets are trimmed of blanks, as the tokenizers
// library does it.
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

TEST(OffsetTrim, LeavesBlanksOut) {
  using Offsets = std::pair<std::uint32_t, std::uint32_t>;
  const OffsetTrim plain{.add_prefix_space = false};
  const OffsetTrim prefixed{.add_prefix_space = true};
  EXPECT_EQ(trimmed(plain, "Ġb", "a b", false, {1, 3}), Offsets(2, 3));
  EXPECT_EQ(trimmed(plain, "ĠĠ", "a  ", false, {1, 3}), Offsets(3, 3));
  EXPECT_EQ(trimmed(plain, "b", "a b", false, {2, 3}), Offsets(2, 3));
  EXPECT_EQ(trimmed(plain, "bĠ", "b c", true, {0, 2}), Offsets(0, 1));
  EXPECT_EQ(trimmed(prefixed, "Ġa", "a b", true, {0, 1}), Offsets(0, 1));  // it was added
  EXPECT_EQ(trimmed(prefixed, "Ġb", "a b", false, {1, 3}), Offsets(2, 3));
  EXPECT_EQ(trimmed(plain, "\u3000<m>", "a\u3000<m>", false, {1, 7}), Offsets(4, 7));
}

}  // namespace
}  // namespace assay::tokenizer
