// SPDX-License-Identifier: Apache-2.0
// Promise: each rule rewrites a text as its name says and keeps the original bytes behind every
// character.
#include "tokenizer/normalizer.h"

#include <gtest/gtest.h>

namespace assay::tokenizer {
namespace {

NormalizedText run(const Normalizer& rule, std::string_view text) {
  NormalizedText result;
  NormalizedText scratch;
  assign(result, text, 0);
  normalize(rule, result, scratch);
  EXPECT_EQ(result.text.size(), result.spans.size());
  return result;
}

TEST(BertNormalizer, CleansLowersStripsAndSpacesIdeographs) {
  EXPECT_EQ(run(BertNormalizer{}, "Hé\u0301\tLLo\x7f\u200b").text, "he llo");
  EXPECT_EQ(run(BertNormalizer{}, "a中b").text, "a 中 b");
  EXPECT_EQ(run(BertNormalizer{.handle_chinese_chars = false}, "a中b").text, "a中b");
  EXPECT_EQ(run(BertNormalizer{.strip_accents = false}, "É").text, "é");
  EXPECT_EQ(run(BertNormalizer{.lowercase = false}, "É").text, "E");
  EXPECT_EQ(run(BertNormalizer{.clean_text = false}, "a\tb").text, "a\tb");
  EXPECT_EQ(run(BertNormalizer{}, "İ").text, "i");
}

TEST(BertNormalizer, KeepsOffsetsWhenAccentsAreStripped) {
  const NormalizedText composed = run(BertNormalizer{}, "xÉy");
  EXPECT_EQ(composed.original(1, 2).begin, 1u);
  EXPECT_EQ(composed.original(1, 2).end, 3u);  // both bytes of É
  const NormalizedText apart = run(BertNormalizer{}, "e\u0301y");
  EXPECT_EQ(apart.text, "ey");
  EXPECT_EQ(apart.original(0, 1).end, 1u);  // the mark is behind no character
  EXPECT_EQ(apart.original(1, 2).begin, 3u);
}

TEST(UnicodeForms, OrderComposeAndDecompose) {
  EXPECT_EQ(run(UnicodeForm{}, "a\u0301\u0323").text, "a\u0323\u0301");
  EXPECT_EQ(run(UnicodeForm{}, "ế").text, "e\u0302\u0301");
  EXPECT_EQ(run(UnicodeForm{}, "각ﬁ").text, "\u1100\u1161\u11a8ﬁ");
  EXPECT_EQ(run(UnicodeForm{.compatible = true}, "ﬁ①").text, "fi1");
  EXPECT_EQ(run(UnicodeForm{.compose = true}, "e\u0301\u0323").text, "\u1eb9\u0301");
  EXPECT_EQ(run(UnicodeForm{.compose = true}, "\u1100\u1161\u11a8").text, "각");
  EXPECT_EQ(run(UnicodeForm{.compose = true}, "\u0344").text, "\u0308\u0301");  // never composed
  EXPECT_EQ(run((UnicodeForm{.compose = true, .compatible = true}), "ﬁe\u0301").text, "fié");
}

TEST(UnicodeForms, SpanAllPartsOfAComposite) {
  const NormalizedText text = run(UnicodeForm{.compose = true}, "xe\u0301y");
  EXPECT_EQ(text.text, "xéy");
  EXPECT_EQ(text.original(1, 3).begin, 1u);
  EXPECT_EQ(text.original(3, 4).begin, 4u);  // y is behind both bytes of the mark
}

TEST(SmallRules, DoOneThing) {
  EXPECT_EQ(run(Lowercase{}, "AÉİ").text, "aéi\u0307");
  EXPECT_EQ(run(StripAccents{}, "e\u0301É").text, "eÉ");
  EXPECT_EQ(run(Strip{}, " \u3000a b\n").text, "a b");
  EXPECT_EQ(run((Strip{.left = true, .right = false}), " a ").text, "a ");
  EXPECT_EQ(run(Strip{}, " \n").text, "");
}

TEST(SmallRules, ReplaceAndPrepend) {
  EXPECT_EQ(run(Prepend{"▁"}, "ab").text, "▁ab");
  EXPECT_EQ(run(Prepend{"▁"}, "").text, "");
  EXPECT_EQ(run(Replace{.from = " ", .regex = {}, .to = "▁"}, "a b ").text, "a▁b▁");
  EXPECT_EQ(run(Replace{.from = "", .regex = {}, .to = "x"}, "ab").text, "ab");
  const NormalizedText text =
      run(Replace{.from = "", .regex = std::make_shared<const Regex>(" {2,}"), .to = " "}, "a   b");
  EXPECT_EQ(text.text, "a b");
  EXPECT_EQ(text.original(1, 2).begin, 3u);  // stands for the last blank
  EXPECT_EQ(run(Nmt{}, "a\u200bb\x01\tc\x7f").text, "a b c");
  EXPECT_EQ(run(ByteCharacters{}, "a é").text, "aĠÃ©");
}

}  // namespace
}  // namespace assay::tokenizer
