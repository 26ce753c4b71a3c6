// SPDX-License-Identifier: Apache-2.0
// Promise: pre-tokenizers cut where they say and lose nothing but the separators.
#include "tokenizer/pre_tokenizer.h"

#include <gmock/gmock.h>

#include <string>

namespace assay::tokenizer {
namespace {

using testing::ElementsAre;

std::vector<std::string> run(const PreTokenizer& rule, std::string_view text) {
  CutText cut;
  cut.text.text = text;
  for (std::uint32_t i = 0; i < text.size(); ++i) cut.text.spans.push_back({i, i + 1});
  if (!text.empty()) cut.pieces = {{0, text.size()}};
  pre_tokenize(rule, cut);
  EXPECT_EQ(cut.text.text.size(), cut.text.spans.size());
  std::vector<std::string> words;
  for (const Piece& piece : cut.pieces)
    words.push_back(cut.text.text.substr(piece.begin, piece.end - piece.begin));
  return words;
}

TEST(PreTokenizer, CutsAtSpaceAndPunctuation) {
  EXPECT_THAT(run(BertPreTokenizer{}, " it's  ok$\u2014né "),
              ElementsAre("it", "'", "s", "ok", "$", "\u2014", "né"));
  EXPECT_THAT(run(WhitespaceSplit{}, " it's  ok\u3000x"), ElementsAre("it's", "ok", "x"));
  EXPECT_THAT(run(Punctuation{}, "a b,c"), ElementsAre("a b", ",", "c"));
  EXPECT_THAT(run(BertPreTokenizer{}, ""), ElementsAre());
  EXPECT_THAT(run(BertPreTokenizer{}, "  "), ElementsAre());
}

TEST(PreTokenizer, TreatsDelimitersAsTold) {
  const std::string_view text = "the-final--countdown";
  const auto split = [&](Delimiter delimiter) {
    return run(Split{.text = "-", .delimiter = delimiter}, text);
  };
  EXPECT_THAT(split(Delimiter::kRemoved), ElementsAre("the", "final", "countdown"));
  EXPECT_THAT(split(Delimiter::kIsolated), ElementsAre("the", "-", "final", "-", "-", "countdown"));
  EXPECT_THAT(split(Delimiter::kMergedWithPrevious),
              ElementsAre("the-", "final-", "-", "countdown"));
  EXPECT_THAT(split(Delimiter::kMergedWithNext), ElementsAre("the", "-final", "-", "-countdown"));
  EXPECT_THAT(split(Delimiter::kContiguous), ElementsAre("the", "-", "final", "--", "countdown"));
  EXPECT_THAT(run(Split{.text = "-", .delimiter = Delimiter::kRemoved, .inverted = true}, text),
              ElementsAre("-", "-", "-"));
  EXPECT_THAT(run(Split{.text = ""}, "ab"), ElementsAre("ab"));
}

TEST(PreTokenizer, SplitsWithAnExpression) {
  const auto regex = std::make_shared<const Regex>(
      R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)");
  EXPECT_THAT(run(Split{.regex = regex}, "It'S 12345  times!\n\n x"),
              ElementsAre("It", "'S", " ", "123", "45", " ", " times", "!\n\n", " x"));
}

TEST(PreTokenizer, KeepsWordsOfTheRegexKind) {
  EXPECT_THAT(run(Whitespace{}, "it's_ok!? é　中"),
              ElementsAre("it", "'", "s_ok", "!?", "é", "中"));
  EXPECT_THAT(run(Digits{}, "a12b½3"), ElementsAre("a", "12", "b", "½3"));
  EXPECT_THAT(run(Digits{.individual = true}, "a12"), ElementsAre("a", "1", "2"));
  EXPECT_THAT(run(CharDelimiterSplit{U'|'}, "|a||b"), ElementsAre("a", "b"));
  EXPECT_THAT(run(FixedLength{2}, "aéb"), ElementsAre("aé", "b"));
  EXPECT_THAT(run(Punctuation{Delimiter::kMergedWithPrevious}, "a,b"), ElementsAre("a,", "b"));
}

TEST(Metaspace, BeginsWordsWithItsMark) {
  EXPECT_THAT(run(Metaspace{}, "a b  c"), ElementsAre("▁a", "▁b", "▁", "▁c"));
  EXPECT_THAT(run(Metaspace{}, " a"), ElementsAre("▁a"));
  EXPECT_THAT(run(Metaspace{.prepend = Metaspace::Prepend::kNever}, "a b"), ElementsAre("a", "▁b"));
  EXPECT_THAT(run(Metaspace{.split = false}, "a b"), ElementsAre("▁a▁b"));
}

TEST(ByteLevelWords, AreThoseOfGpt2) {
  const ByteLevel plain{.add_prefix_space = false, .use_regex = true};
  EXPECT_THAT(run(plain, "I'll  say 42, 'tis é"),
              ElementsAre("I", "'ll", "Ġ", "Ġsay", "Ġ42", ",", "Ġ'", "tis", "ĠÃ©"));
  EXPECT_THAT(run(plain, "a \n\n b  "), ElementsAre("a", "ĠĊĊ", "Ġb", "ĠĠ"));
  EXPECT_THAT(run(ByteLevel{}, "ab"), ElementsAre("Ġab"));
  EXPECT_THAT(run(ByteLevel{}, " ab"), ElementsAre("Ġab"));
  EXPECT_THAT(run(ByteLevel{.add_prefix_space = true, .use_regex = false}, "a b"),
              ElementsAre("ĠaĠb"));
}

// The hand-written cutter against the expression it stands for.
TEST(ByteLevelWords, AgreeWithTheExpression) {
  const auto regex = std::make_shared<const Regex>(
      R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)");
  const std::vector<std::string> parts = {"a", "'", "s",  "ll", " ",   "  ", "\n", "　", "1",
                                          "½", "é", "中", "!",  "‍", "re", "\t", "é"};
  std::uint32_t random = 12345;
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (int k = 0; k < 12; ++k) {
      random = random * 1664525u + 1013904223u;
      text += parts[(random >> 16) % parts.size()];
    }
    const ByteLevel bytes_only{.add_prefix_space = false, .use_regex = false};
    std::vector<std::string> expected;
    for (const std::string& word : run(Split{.regex = regex}, text))
      expected.push_back(run(bytes_only, word).front());
    ASSERT_EQ(run(ByteLevel{.add_prefix_space = false, .use_regex = true}, text), expected) << text;
  }
}

}  // namespace
}  // namespace assay::tokenizer
