// SPDX-License-Identifier: Apache-2.0
// Promise: the hash is MurmurHash3_x86_32, and a term's index its absolute value.
#include "sparse/murmur_hash.h"

#include <gtest/gtest.h>

namespace assay::sparse {
namespace {

TEST(MurmurHash, GivesPublishedValues) {
  const auto hash = [](std::string_view text) {
    return static_cast<std::int32_t>(murmur_hash3(text));
  };
  EXPECT_EQ(hash(""), 0);
  EXPECT_EQ(hash("a"), 1009084850);
  EXPECT_EQ(hash("ab"), -1681926305);
  EXPECT_EQ(hash("abc"), -1277324294);
  EXPECT_EQ(hash("abcd"), 1139631978);
  EXPECT_EQ(hash("hello"), 613153351);
  EXPECT_EQ(hash("world"), -74040069);
  EXPECT_EQ(hash("größten"), 737673727);
  EXPECT_EQ(hash("привет"), 993413998);
  EXPECT_EQ(murmur_hash3("", 1), 0x514e28b7u);  // Appleby's own test values
  EXPECT_EQ(murmur_hash3(std::string_view("\0\0\0\0", 4)), 0x2362f9deu);
}

TEST(MurmurHash, MakesIndicesOfAbsoluteValues) {
  EXPECT_EQ(term_index("hello"), 613153351u);
  EXPECT_EQ(term_index("world"), 74040069u);
  EXPECT_EQ(term_index("ad1u66pi"), 2147483648u);  // the one value that no signed number can hold
}

}  // namespace
}  // namespace assay::sparse
