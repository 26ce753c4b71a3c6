// SPDX-License-Identifier: Apache-2.0
// Promise: a charsmap rewrites clusters as the tokenizers library does; a damaged one is refused or
// does nothing, and is never read out of bounds.
#include "tokenizer/charsmap.h"

#include <gtest/gtest.h>

#include "tokenizer/grapheme.h"
#include "tokenizer/normalizer.h"

namespace assay::tokenizer {
namespace {

void put_u32(std::string& to, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) to.push_back(static_cast<char>((value >> (8 * i)) & 0xff));
}

// A map with two keys: "A" becomes "xyz", the lead byte C3 (À to ÿ) becomes nothing.
std::string small_map() {
  std::vector<std::uint32_t> units(1024);
  units[0] = 256u << 10;
  const auto key = [&](std::uint32_t byte, std::uint32_t leaf, std::uint32_t value) {
    const std::uint32_t child = 256u ^ byte;
    units[child] = ((child ^ leaf) << 10) | (1u << 8) | byte;
    units[leaf] = (1u << 31) | value;
  };
  key('A', 512, 0);
  key(0xc3, 768, 4);
  std::string bytes;
  put_u32(bytes, static_cast<std::uint32_t>(4 * units.size()));
  for (const std::uint32_t unit : units) put_u32(bytes, unit);
  return bytes + std::string("xyz\0\0", 5);
}

NormalizedText run(const Charsmap& map, std::string_view text) {
  NormalizedText from;
  NormalizedText to;
  assign(from, text, 0);
  map.apply(from, to);
  EXPECT_EQ(to.text.size(), to.spans.size());
  return to;
}

TEST(Charsmap, ReplacesShortClustersAsAWhole) {
  const auto map = Charsmap::read(small_map());
  ASSERT_TRUE(map.has_value());
  EXPECT_EQ(run(*map, "bAc").text, "bxyzc");
  EXPECT_EQ(run(*map, "A\u0301b").text, "xyzb");  // one cluster of three bytes
  EXPECT_EQ(run(*map, "A\u0301\u0301\u0301").text, "xyz\u0301\u0301\u0301");  // too long for one
  const NormalizedText text = run(*map, "béc");
  EXPECT_EQ(text.text, "bc");
  EXPECT_EQ(text.original(1, 2).begin, 3u);
}

TEST(Charsmap, RefusesWhatIsNoMap) {
  EXPECT_FALSE(Charsmap::read(""));
  EXPECT_FALSE(Charsmap::read(std::string("\x04\0\0", 3)));
  EXPECT_FALSE(Charsmap::read(std::string("\x08\0\0\0abcd", 8)));
  EXPECT_FALSE(Charsmap::read(std::string("\x04\0\0\0abcd\xff", 9)));
}

TEST(Charsmap, SurvivesEveryDamagedByte) {
  const std::string good = small_map();
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const int flip : {0x01, 0x80, 0xff}) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ flip);
      const auto map = Charsmap::read(bad);
      if (map) run(*map, "Aéb中\r\nA");
    }
  }
}

TEST(Graphemes, EndWhereUnicodeSays) {
  const auto first = [](std::string_view text) { return cluster_end(text, 0); };
  EXPECT_EQ(first("ab"), 1u);
  EXPECT_EQ(first("\r\n"), 2u);
  EXPECT_EQ(first("\n\u0301"), 1u);
  EXPECT_EQ(first("e\u0301\u0301x"), 5u);
  EXPECT_EQ(first("\u00a0\u200d"), 5u);
  EXPECT_EQ(first("\u1100\u1161\u11a8\u1100"), 9u);
  EXPECT_EQ(first("각ᆨ"), 6u);
  EXPECT_EQ(first("🇩🇪🇫🇷"), 8u);
  EXPECT_EQ(first("👩\u200d👩a"), 11u);
  EXPECT_EQ(first("\u0600a"), 3u);
  EXPECT_EQ(first("a\u0903"), 4u);
}

}  // namespace
}  // namespace assay::tokenizer
