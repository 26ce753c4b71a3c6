// SPDX-License-Identifier: Apache-2.0
// Promise: words are cut and lowered as Python's re and str.lower do it, in linear time.
#include "sparse/words.h"

#include <gmock/gmock.h>

#include <string>

namespace assay::sparse {
namespace {

using testing::ElementsAre;

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for_each_word(text, [&](std::string_view word, std::size_t length) {
    EXPECT_EQ(length, length_of(word));
    words.emplace_back(word);
  });
  return words;
}

TEST(Words, SeparateAtWhatIsNoLetterNumberOrUnderscore) {
  EXPECT_THAT(words_of("snake_case C++ don't 3.14"),
              ElementsAre("snake_case", "c", "don", "t", "3", "14"));
  EXPECT_THAT(words_of("İstanbul ½ ² தமிழ் e\u0301té ﬁn ẞ"),
              ElementsAre("i", "stanbul", "½", "²", "தம", "ழ", "e", "té", "ﬁn", "ß"));
  EXPECT_THAT(words_of(""), ElementsAre());
  EXPECT_THAT(words_of("._."), ElementsAre("_"));
}

TEST(Words, EndGreekWordsWithTheFinalSigma) {
  EXPECT_THAT(words_of("ΟΔΥΣΣΕΥΣ Σ ΑΣ1 ΑΣʰ ΑΣʰΑ"),
              ElementsAre("οδυσσευς", "σ", "ας1", "αςʰ", "ασʰα"));
}

TEST(Words, TakeLinearTime) {
  std::string text = "ΑΣ";
  for (int i = 0; i < 300000; ++i) text += i % 2 == 0 ? "ʰ" : "Σ";
  std::size_t length = 0;
  for_each_word(text, [&](std::string_view, std::size_t points) { length += points; });
  EXPECT_EQ(length, 300002u);
}

}  // namespace
}  // namespace assay::sparse
