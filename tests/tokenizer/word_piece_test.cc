// SPDX-License-Identifier: Apache-2.0
// Promise: the longest known piece first, then continuations; a word that cannot be split is one
// unknown token.
#include "tokenizer/word_piece.h"

#include <gmock/gmock.h>

namespace assay::tokenizer {
namespace {

using testing::ElementsAre;
using testing::Pair;

class WordPieceTest : public testing::Test {
 protected:
  WordPieceTest() {
    std::int32_t id = 0;
    for (const char* token :
         {"[UNK]", "em", "embed", "##bed", "##ding", "##d", "##é", "a", "##a", ""})
      vocabulary_.set(token, id++);
  }
  std::vector<std::pair<std::int32_t, std::string>> split(std::string_view word,
                                                          std::size_t most = 100) {
    const WordPiece model(vocabulary_, 0, "##", most);
    std::vector<std::pair<std::int32_t, std::size_t>> scratch;
    std::vector<std::pair<std::int32_t, std::string>> result;
    model.split(word, scratch, [&](std::int32_t id, std::size_t begin, std::size_t end) {
      result.emplace_back(id, word.substr(begin, end - begin));
    });
    return result;
  }
  Vocabulary vocabulary_;
};

TEST_F(WordPieceTest, TakesTheLongestPieces) {
  EXPECT_THAT(split("embedding"), ElementsAre(Pair(2, "embed"), Pair(4, "ding")));
  EXPECT_THAT(split("embedé"), ElementsAre(Pair(2, "embed"), Pair(6, "é")));
  EXPECT_THAT(split("aa"), ElementsAre(Pair(7, "a"), Pair(8, "a")));
}

TEST_F(WordPieceTest, GivesUpOnTheWholeWord) {
  EXPECT_THAT(split("embedx"), ElementsAre(Pair(0, "embedx")));
  EXPECT_THAT(split("zebra"), ElementsAre(Pair(0, "zebra")));
  // As in the tokenizers library: an entry that is spelled with the prefix matches that very text.
  EXPECT_THAT(split("##ding"), ElementsAre(Pair(4, "##ding")));
}

TEST_F(WordPieceTest, LimitsCharactersNotBytes) {
  EXPECT_THAT(split("aaa", 3), testing::SizeIs(3));
  EXPECT_THAT(split("aaaa", 3), ElementsAre(Pair(0, "aaaa")));
  EXPECT_THAT(split("aéé", 3), ElementsAre(Pair(7, "a"), Pair(6, "é"), Pair(6, "é")));
}

}  // namespace
}  // namespace assay::tokenizer
