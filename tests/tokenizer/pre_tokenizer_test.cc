// SPDX-License-Identifier: Apache-2.0
// Promise: pre-tokenizers cut where they say and lose nothing but the separators.
#include "tokenizer/pre_tokenizer.h"

#include <gmock/gmock.h>

#include <string>

namespace assay::tokenizer {
namespace {

std::vector<std::string> run(const PreTokenizer& rule, std::string_view text) {
  std::vector<Piece> pieces = {{0, text.size()}};
  std::vector<Piece> scratch;
  pre_tokenize(rule, text, pieces, scratch);
  std::vector<std::string> words;
  for (const Piece& piece : pieces)
    words.emplace_back(text.substr(piece.begin, piece.end - piece.begin));
  return words;
}

TEST(PreTokenizer, CutsAtSpaceAndPunctuation) {
  using testing::ElementsAre;
  EXPECT_THAT(run(BertPreTokenizer{}, " it's  ok$\u2014né "),
              ElementsAre("it", "'", "s", "ok", "$", "\u2014", "né"));
  EXPECT_THAT(run(WhitespaceSplit{}, " it's  ok\u3000x"), ElementsAre("it's", "ok", "x"));
  EXPECT_THAT(run(Punctuation{}, "a b,c"), ElementsAre("a b", ",", "c"));
  EXPECT_THAT(run(BertPreTokenizer{}, ""), ElementsAre());
  EXPECT_THAT(run(BertPreTokenizer{}, "  "), ElementsAre());
}

}  // namespace
}  // namespace assay::tokenizer
