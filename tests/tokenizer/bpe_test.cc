// SPDX-License-Identifier: Apache-2.0
// Promise: pairs merge in order of rank, then of place; long words as short ones, in about linear
// time; unknown characters as the options say.
#include "tokenizer/bpe.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>

namespace assay::tokenizer {
namespace {

using testing::ElementsAre;

class BpeTest : public testing::Test {
 protected:
  BpeTest() {
    for (const char* token : {"<u>", "a", "b", "c", "ab", "bc", "abc", "aa", "<0xC3>", "<0xA9>",
                              "</w>", "c</w>", "bc</w>", "xyz"})
      vocabulary_.set(token, static_cast<std::int32_t>(vocabulary_.size()));
  }
  std::vector<std::string> split(const Bpe::Options& options, std::string_view word) const {
    std::vector<Bpe::Merge> merges;
    for (const auto& [left, right, both] : std::vector<std::array<const char*, 3>>{
             {"b", "c", "bc"}, {"a", "b", "ab"}, {"a", "a", "aa"}, {"b", "c</w>", "bc</w>"}})
      merges.push_back({*vocabulary_.id(left), *vocabulary_.id(right), *vocabulary_.id(both)});
    const Bpe model(vocabulary_, merges, options);
    Bpe::Buffers buffers;
    std::vector<std::string> tokens;
    std::size_t done = 0;
    model.split(word, buffers, [&](std::int32_t id, std::size_t begin, std::size_t end) {
      EXPECT_GE(begin, done);
      done = end;
      tokens.emplace_back(vocabulary_.token(id));
    });
    return tokens;
  }
  Vocabulary vocabulary_;
};

TEST_F(BpeTest, MergesTheBestPairFirst) {
  EXPECT_THAT(split({}, "abc"), ElementsAre("a", "bc"));
  EXPECT_THAT(split({}, "aab"), ElementsAre("a", "ab"));
  EXPECT_THAT(split({}, "aaa"), ElementsAre("aa", "a"));
  EXPECT_THAT(split({.ignore_merges = true}, "abc"), ElementsAre("abc"));
}

TEST_F(BpeTest, TreatsUnknownCharactersAsTold) {
  EXPECT_THAT(split({}, "aéc"), ElementsAre("a", "c"));
  EXPECT_THAT(split({}, "aéa"), ElementsAre("aa"));  // neighbours then, as in the library
  EXPECT_THAT(split({.unknown = "<u>"}, "aééb"), ElementsAre("a", "<u>", "<u>", "b"));
  EXPECT_THAT(split({.unknown = "<u>", .fuse_unknown = true}, "aééb"),
              ElementsAre("a", "<u>", "b"));
  EXPECT_THAT(split({.unknown = "<u>", .byte_fallback = true}, "aéñ"),
              ElementsAre("a", "<0xC3>", "<0xA9>", "<u>"));
  EXPECT_THAT(split({.unknown = "<u>", .word_end_suffix = "</w>"}, "bbc"),
              ElementsAre("b", "bc</w>"));
}

TEST_F(BpeTest, MergesLongWordsLikeShortOnes) {
  std::string text;
  std::vector<std::string> expected;
  for (int i = 0; i < 100; ++i) {
    text += "abcaab";
    for (const char* token : {"a", "bc", "a", "ab"}) expected.emplace_back(token);
  }
  // The "a" at the seams: "b" + "a" is no rule, so each part stands for itself.
  EXPECT_EQ(split({}, text), expected);
  const std::string run(1'000'000, 'a');
  const auto start = std::chrono::steady_clock::now();
  const auto tokens = split({}, run);
  EXPECT_EQ(tokens.size(), 500'000u);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

}  // namespace
}  // namespace assay::tokenizer
