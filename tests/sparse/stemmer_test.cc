// SPDX-License-Identifier: Apache-2.0
// Promise: stems are those of FastEmbed's stemmer in every language, also where Snowball has
// changed since.
#include "sparse/stemmer.h"

#include <gmock/gmock.h>

#include "support.h"

namespace assay::sparse {
namespace {

TEST(Stemmer, AgreesWithFastEmbedInEveryLanguage) {
  const auto file = test::read_json(test::golden("bm25/stems.json"));
  ASSERT_EQ(file.size(), languages().size());
  for (const std::string_view language : languages()) {
    Stemmer stemmer(language);
    const auto& pairs = file.at(std::string(language));
    ASSERT_GE(pairs.size(), 190u);
    for (const auto& pair : pairs) {
      const auto word = pair[0].get<std::string>();
      EXPECT_EQ(stemmer.stem(word), pair[1].get<std::string>()) << language << " " << word;
      EXPECT_EQ(stemmer.stem(word), pair[1].get<std::string>()) << "asked again: " << word;
    }
  }
}

TEST(Stemmer, RemembersABoundedNumberOfWords) {
  Stemmer stemmer("english");
  for (int i = 0; i < 200000; ++i) ASSERT_EQ(stemmer.stem(std::to_string(i)), std::to_string(i));
  EXPECT_EQ(stemmer.stem("running"), "run");
}

TEST(Stemmer, TakesWordsOfNothingButForeignLetters) {
  const std::string many = "ñéíóúàèìòùâêîôûãõçëïüÿ";
  EXPECT_FALSE(Stemmer("finnish").stem(many + many).empty());
  EXPECT_EQ(Stemmer("finnish").stem(""), "");
}

TEST(Stemmer, NamesTheLanguagesItKnows) {
  EXPECT_THAT(
      test::message_of(ErrorCode::kInvalidArgument, [] { Stemmer("latin"); }),
      testing::AllOf(testing::HasSubstr("\"latin\""), testing::HasSubstr("arabic, danish")));
}

TEST(StemmerPool, LendsAStemmerToEachUser) {
  const StemmerPool pool("english");
  const StemmerPool::Handle first(pool);
  const StemmerPool::Handle second(pool);
  const std::string_view stem = first->stem("running");
  EXPECT_EQ(second->stem("forests"), "forest");
  EXPECT_EQ(stem, "run");
}

}  // namespace
}  // namespace assay::sparse
