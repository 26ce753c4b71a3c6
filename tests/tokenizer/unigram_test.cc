// SPDX-License-Identifier: Apache-2.0
// Promise: the best segmentation, the earliest of equal ones; unknown characters fuse or fall back.
#include "tokenizer/unigram.h"

#include <gmock/gmock.h>

namespace assay::tokenizer {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::vector<std::pair<std::int32_t, std::string>> split(
    const std::vector<std::pair<std::string, double>>& pieces, std::string_view word,
    bool byte_fallback = false) {
  Vocabulary vocabulary;
  std::vector<double> scores;
  for (const auto& [text, score] : pieces) {
    vocabulary.set(text, static_cast<std::int32_t>(scores.size()));
    scores.push_back(score);
  }
  const Unigram model(vocabulary, scores, 0, byte_fallback);
  Unigram::Buffers buffers;
  std::vector<std::pair<std::int32_t, std::string>> result;
  model.split(word, buffers, [&](std::int32_t id, std::size_t begin, std::size_t end) {
    result.emplace_back(id, word.substr(begin, end - begin));
  });
  return result;
}

const std::vector<std::pair<std::string, double>> kPieces = {
    {"<unk>", 0}, {"a", 0},   {"b", 0},     {"c", 0},      {"d", 0},     {"cd", 1},
    {"ab", 2},    {"abc", 5}, {"abcd", 10}, {"<0xC3>", 0}, {"<0xA9>", 0}};

TEST(Unigram, FindsTheBestSegmentation) {
  EXPECT_THAT(split(kPieces, "abcdacdxx"),
              ElementsAre(Pair(8, "abcd"), Pair(1, "a"), Pair(5, "cd"), Pair(0, "xx")));
  EXPECT_THAT(split({{"<unk>", 0}, {"a", -1}, {"b", -1}, {"ab", -2}}, "ab"),
              ElementsAre(Pair(3, "ab")));  // equal scores: found first, from the earlier begin
  EXPECT_THAT(split(kPieces, ""), ElementsAre());
}

TEST(Unigram, FusesUnknownCharactersOrFallsBackToBytes) {
  EXPECT_THAT(split(kPieces, "xéa"), ElementsAre(Pair(0, "xé"), Pair(1, "a")));
  EXPECT_THAT(split(kPieces, "aéa", true),
              ElementsAre(Pair(1, "a"), Pair(9, "é"), Pair(10, "é"), Pair(1, "a")));
  EXPECT_THAT(split(kPieces, "é中", true), ElementsAre(Pair(0, "é中")));  // not all bytes known
  EXPECT_THAT(split(kPieces, "a<unk>x"), ElementsAre(Pair(1, "a"), Pair(0, "<unk>x")));
}

}  // namespace
}  // namespace assay::tokenizer
