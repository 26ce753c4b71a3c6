// SPDX-License-Identifier: Apache-2.0
// Promise: every language but Tamil has its list, of words that can occur.
#include "sparse/stop_words.h"

#include <gmock/gmock.h>

#include "sparse/stemmer.h"
#include "sparse/words.h"

namespace assay::sparse {
namespace {

TEST(StopWords, AreThereForEveryLanguageButTamil) {
  for (const std::string_view language : languages()) {
    const auto words = stop_words(language);
    EXPECT_EQ(words.empty(), language == "tamil") << language;
    for (const std::string_view word : words) {
      std::vector<std::string> found;
      for_each_word(word, [&](std::string_view part, std::size_t) { found.emplace_back(part); });
      EXPECT_THAT(found, testing::ElementsAre(std::string(word))) << language;
    }
  }
  EXPECT_EQ(stop_words("english").size(), 153u);
  EXPECT_THAT(stop_words("english"),
              testing::AllOf(testing::Contains("i"), testing::Contains("wouldn"),
                             testing::Not(testing::Contains("hello"))));
  EXPECT_THAT(stop_words("turkish"), testing::Contains("için"));
  EXPECT_TRUE(stop_words("klingon").empty());
}

}  // namespace
}  // namespace assay::sparse
