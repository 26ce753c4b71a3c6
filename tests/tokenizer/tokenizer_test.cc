// SPDX-License-Identifier: Apache-2.0
// Promise: the public class encodes, cuts and reports as its header says; every documented error
// has its code and words.
#include "assay/tokenizer.h"

#include <gmock/gmock.h>

#include "support.h"

namespace assay {
namespace {

using test::golden;
using test::message_of;
using testing::ElementsAre;
using testing::HasSubstr;

class TokenizerTest : public testing::Test {
 protected:
  const Tokenizer tokenizer_{golden("tokenizers/minilm")};
};

TEST_F(TokenizerTest, EncodesWithOffsetsAndSpecials) {
  const Encoding encoding = tokenizer_.encode("Hello embeddings");
  std::vector<std::string> tokens;
  for (const auto id : encoding.ids) tokens.emplace_back(tokenizer_.token(id));
  EXPECT_THAT(tokens, ElementsAre("[CLS]", "hello", "em", "##bed", "##ding", "##s", "[SEP]"));
  EXPECT_THAT(encoding.special, ElementsAre(1, 0, 0, 0, 0, 0, 1));
  EXPECT_EQ(encoding.offsets[1], (std::pair<std::uint32_t, std::uint32_t>(0, 5)));
  EXPECT_EQ(encoding.offsets[3], (std::pair<std::uint32_t, std::uint32_t>(8, 11)));
  EXPECT_FALSE(encoding.truncated());
}

TEST_F(TokenizerTest, CutsAndSaysSo) {
  const Encoding encoding = tokenizer_.encode("one two three four", 4);
  EXPECT_EQ(encoding.ids.size(), 4u);
  EXPECT_EQ(encoding.full_length, 6u);
  EXPECT_TRUE(encoding.truncated());
  EXPECT_EQ(tokenizer_.encode("one two", 0).ids.size(), 4u);  // 0 = no limit
  EXPECT_EQ(tokenizer_.encode("one two", 2).ids.size(), 2u);  // special tokens only
  EXPECT_EQ(message_of(ErrorCode::kInvalidArgument, [&] { (void)tokenizer_.encode("a", 1); }),
            "max_length 1 is below the 2 special tokens of this tokenizer");
  EXPECT_EQ(
      message_of(ErrorCode::kInvalidArgument, [&] { (void)tokenizer_.encode_pair("a", "b", 2); }),
      "max_length 2 is below the 3 special tokens of this tokenizer");
}

TEST_F(TokenizerTest, AssemblesWhatWasTokenizedOnce) {
  const TokenSequence query = tokenizer_.tokenize("how many");
  for (const char* text : {"", "people", "a somewhat longer document that is cut"}) {
    const Encoding once = tokenizer_.assemble(query, tokenizer_.tokenize(text), 8);
    const Encoding direct = tokenizer_.encode_pair("how many", text, 8);
    EXPECT_EQ(once.ids, direct.ids);
    EXPECT_EQ(once.type_ids, direct.type_ids);
    EXPECT_EQ(once.offsets, direct.offsets);
  }
}

TEST_F(TokenizerTest, KnowsItsVocabulary) {
  EXPECT_EQ(tokenizer_.id("[SEP]"), 102);
  EXPECT_EQ(tokenizer_.id("no such token"), std::nullopt);
  EXPECT_EQ(tokenizer_.token(-1), "");
  EXPECT_EQ(tokenizer_.token(1 << 30), "");
  EXPECT_EQ(tokenizer_.vocabulary_size(), 30522u);
  EXPECT_EQ(tokenizer_.model_max_length(), 512u);
}

TEST_F(TokenizerTest, RefusesInvalidUtf8AtItsByte) {
  EXPECT_EQ(message_of(ErrorCode::kInvalidArgument, [&] { (void)tokenizer_.encode("abc\xffz"); }),
            "invalid UTF-8 at byte 3 of a text of 5 bytes");
}

TEST_F(TokenizerTest, TakesLongInputsOfEveryKind) {
  // A megabyte each; what is quadratic does not end.
  for (const std::string& unit :
       {std::string("a"), std::string("e\u0301"), std::string("\u0301"), std::string("中"),
        std::string("["), std::string("[CLS"), std::string("[CLS]"), std::string(" "),
        std::string("!"), std::string("\u0327\u0301")}) {
    std::string text;
    while (text.size() < 1000000) text += unit;
    const Encoding encoding = tokenizer_.encode(text);
    EXPECT_GE(encoding.ids.size(), 2u);
    for (const auto& [begin, end] : encoding.offsets) ASSERT_LE(begin, end);
    ASSERT_LE(encoding.offsets[encoding.offsets.size() - 2].second, text.size());
  }
}

TEST(TokenizerFolder, TruncatesOnTheSideItsConfigNames) {
  const test::ScratchFolder scratch;
  std::filesystem::copy(golden("tokenizers/minilm/vocab.txt"), scratch.path() / "vocab.txt");
  scratch.write("tokenizer_config.json", R"({"truncation_side":"left"})");
  const Tokenizer tokenizer(scratch.path());
  const Encoding encoding = tokenizer.encode("one two three", 3);
  EXPECT_EQ(tokenizer.token(encoding.ids[1]), "three");
}

TEST(TokenizerFolder, SaysWhatIsMissing) {
  const test::ScratchFolder scratch;
  EXPECT_THAT(message_of(ErrorCode::kNotFound, [&] { Tokenizer tokenizer(scratch.path()); }),
              HasSubstr("has none of tokenizer.json, vocab.txt"));
}

// A megabyte of each of these must not take more than a text of that size takes: with a quadratic
// step the test would not end.
TEST(LongTexts, AreCoveredToTheLastByte) {
  constexpr std::size_t kBytes = 1'000'000;
  for (const char* folder : {"tokenizers/minilm", "tokenizers/unigram-8k", "tokenizers/bbpe-8k"}) {
    const Tokenizer tokenizer(golden(folder));
    for (const std::string part : {"a", "ab", "1", "!", "<", "e\u0301", "\u0301", "中", "x\n"}) {
      std::string text;
      while (text.size() < kBytes) text += part;
      const TokenSequence tokens = tokenizer.tokenize(text);
      ASSERT_EQ(tokens.ids.size(), tokens.offsets.size());
      if (tokens.ids.empty()) continue;  // nothing but marks that are stripped
      EXPECT_GE(tokens.offsets.back().second + 4, text.size()) << folder << ' ' << part;
    }
  }
}

}  // namespace
}  // namespace assay
