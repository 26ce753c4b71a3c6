// SPDX-License-Identifier: Apache-2.0
// Promise: a trie holds exactly what was put in, whatever the bytes.
#include "tokenizer/trie.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace assay::tokenizer {
namespace {

std::int32_t value_of(const Trie& trie, std::string_view text) {
  const std::uint32_t node = trie.find(text);
  return node == Trie::kNone ? -1 : trie.value(node);
}

TEST(Trie, HoldsWhatWasPutIn) {
  const Trie trie({{"a", 1}, {"abc", 2}, {"", 7}, {"abc", 3}, {std::string_view("\0\xff", 2), 4}});
  EXPECT_EQ(value_of(trie, "a"), 1);
  EXPECT_EQ(value_of(trie, "ab"), -1);
  EXPECT_EQ(value_of(trie, "abc"), 3);
  EXPECT_EQ(value_of(trie, "abcd"), -1);
  EXPECT_EQ(value_of(trie, std::string_view("\0\xff", 2)), 4);
  EXPECT_EQ(value_of(trie, std::string_view("\0", 1)), -1);
  EXPECT_EQ(trie.find(""), Trie::kRoot);
  EXPECT_EQ(trie.value(Trie::kRoot), -1);
  EXPECT_EQ(Trie().find("a"), Trie::kNone);
}

TEST(Trie, HoldsManyRandomEntries) {
  std::map<std::string, std::int32_t> expected;
  std::uint32_t random = 7;
  const auto next = [&] { return (random = random * 1664525u + 1013904223u) >> 16; };
  for (std::int32_t i = 0; i < 20'000; ++i) {
    std::string key;
    for (std::uint32_t n = 1 + next() % 6; n > 0; --n)
      key.push_back(static_cast<char>(next() % 23 * 11));
    expected[key] = i;
  }
  const Trie trie(std::vector<Trie::Entry>(expected.begin(), expected.end()));
  for (const auto& [key, value] : expected) {
    ASSERT_EQ(value_of(trie, key), value);
    const std::string longer = key + "\x01";
    ASSERT_EQ(value_of(trie, longer), -1);
  }
}

}  // namespace
}  // namespace assay::tokenizer
