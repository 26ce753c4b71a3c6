// SPDX-License-Identifier: Apache-2.0
// Promise: added tokens are found leftmost, then longest, with the white space and word rules their
// flags state.
#include "tokenizer/added_tokens.h"

#include <gmock/gmock.h>

namespace assay::tokenizer {
namespace {

std::vector<std::pair<std::int32_t, std::string>> cut(const std::vector<AddedToken>& tokens,
                                                      std::string_view text) {
  std::vector<AddedTokens::Spelling> spellings;
  for (const AddedToken& token : tokens) spellings.emplace_back(token, token.content);
  const AddedTokens added(spellings);
  std::vector<Section> sections;
  added.cut(text, sections);
  std::vector<std::pair<std::int32_t, std::string>> result;
  for (const Section& section : sections)
    result.emplace_back(section.id, text.substr(section.begin, section.end - section.begin));
  return result;
}

using testing::ElementsAre;
using testing::Pair;

TEST(AddedTokens, AreFoundLeftmostThenLongest) {
  const std::vector<AddedToken> tokens = {
      {.content = "[A]", .id = 1}, {.content = "[A][B]", .id = 2}, {.content = "[B]", .id = 3}};
  EXPECT_THAT(cut(tokens, "x[A][B]y[B]"),
              ElementsAre(Pair(-1, "x"), Pair(2, "[A][B]"), Pair(-1, "y"), Pair(3, "[B]")));
  EXPECT_THAT(cut(tokens, "[A][A]"), ElementsAre(Pair(1, "[A]"), Pair(1, "[A]")));
  EXPECT_THAT(cut(tokens, "[A"), ElementsAre(Pair(-1, "[A")));
  EXPECT_THAT(cut(tokens, ""), ElementsAre());
}

TEST(AddedTokens, TakeWhiteSpaceAlong) {
  EXPECT_THAT(cut({{.content = "<m>", .id = 1, .lstrip = true, .rstrip = true}}, "a \u3000<m> \nb"),
              ElementsAre(Pair(-1, "a"), Pair(1, " \u3000<m> \n"), Pair(-1, "b")));
  EXPECT_THAT(cut({{.content = "<m>", .id = 1, .lstrip = true}}, "<m> <m>"),
              ElementsAre(Pair(1, "<m>"), Pair(1, " <m>")));
}

TEST(AddedTokens, StandAloneWhenTheyMust) {
  const std::vector<AddedToken> tokens = {{.content = "cat", .id = 1, .single_word = true}};
  EXPECT_THAT(cut(tokens, "cat concat cats é cat"),
              ElementsAre(Pair(1, "cat"), Pair(-1, " concat cats é "), Pair(1, "cat")));
}

}  // namespace
}  // namespace assay::tokenizer
