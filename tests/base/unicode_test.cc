// SPDX-License-Identifier: Apache-2.0
// Promise: UTF-8 is judged as RFC 3629 says, at the first bad byte, and properties are Unicode's.
#include "base/unicode.h"

#include <gtest/gtest.h>

namespace assay::unicode {
namespace {

TEST(Utf8, FindsTheFirstBadByte) {
  EXPECT_EQ(invalid_utf8(""), std::nullopt);
  EXPECT_EQ(invalid_utf8(std::string("a\0b", 3)), std::nullopt);
  EXPECT_EQ(invalid_utf8("aé中🎈"), std::nullopt);
  EXPECT_EQ(invalid_utf8("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf"),
            std::nullopt);                // around the surrogates, and the last one
  EXPECT_EQ(invalid_utf8("ab\x80"), 2u);  // a continuation alone
  EXPECT_EQ(invalid_utf8("a\xc3"), 1u);   // cut short
  EXPECT_EQ(invalid_utf8("\xe4\xb8"), 0u);
  EXPECT_EQ(invalid_utf8("\xf0\x9f\x8e"), 0u);
  EXPECT_EQ(invalid_utf8("\xc0\x80"), 0u);  // overlong
  EXPECT_EQ(invalid_utf8("\xe0\x9f\xbf"), 0u);
  EXPECT_EQ(invalid_utf8("\xf0\x8f\xbf\xbf"), 0u);
  EXPECT_EQ(invalid_utf8("x\xed\xa0\x80"), 1u);     // a surrogate
  EXPECT_EQ(invalid_utf8("\xf4\x90\x80\x80"), 0u);  // above U+10FFFF
  EXPECT_EQ(invalid_utf8("\xff"), 0u);
  EXPECT_EQ(invalid_utf8("\xc3("), 0u);
}

TEST(Utf8, DecodesAndEncodesEveryLength) {
  for (const char32_t c : {U'\0', U'a', U'\x7f', U'\x80', U'é', U'\x7ff', U'\x800', U'中',
                           U'\xffff', U'\x10000', U'\x10ffff'}) {
    std::string text;
    append_utf8(text, c);
    std::size_t at = 0;
    EXPECT_EQ(decode(text, at), c);
    EXPECT_EQ(at, text.size());
  }
}

TEST(Properties, AreThoseOfTheTokenizersLibrary) {
  for (const char32_t c : {U' ', U'\t', U'\x85', U'\xa0', U'\x2003', U'\x2028', U'\x3000'})
    EXPECT_TRUE(is_white_space(c)) << static_cast<unsigned>(c);
  for (const char32_t c : {U'a', U'\x200b', U'\xfeff', U'\x1f'})
    EXPECT_FALSE(is_white_space(c)) << static_cast<unsigned>(c);
  for (char32_t c = 0; c < 0x110000; ++c)
    ASSERT_EQ(is_white_space(c), properties(c).white_space()) << static_cast<unsigned>(c);
  EXPECT_TRUE(properties(U'¿').punctuation());
  EXPECT_TRUE(properties(U'$').punctuation());  // an ASCII symbol
  EXPECT_FALSE(properties(U'€').punctuation());
  EXPECT_FALSE(properties(U'\x2e4f').punctuation());  // came with Unicode 12
  EXPECT_TRUE(properties(U'\x200b').other());         // format
  EXPECT_TRUE(properties(U'\xe000').other());         // private use
  EXPECT_FALSE(properties(U'\x378').other());         // unassigned
  EXPECT_FALSE(properties(U'\n').other());
  EXPECT_TRUE(properties(U'\x301').nonspacing_mark());
  EXPECT_FALSE(properties(U'\x302e').nonspacing_mark());  // a spacing mark with a class
  EXPECT_TRUE(properties(U'\x302e').mark());
  EXPECT_TRUE(is_word(U'é'));
  EXPECT_TRUE(is_word(U'_'));
  EXPECT_FALSE(is_word(U'-'));
  EXPECT_TRUE(properties(U'½').numeric());
  EXPECT_EQ(properties(U'中').category(), Category::kLo);
  EXPECT_EQ(properties(U'ǅ').category(), Category::kLt);
  EXPECT_EQ(properties(U'\xd800').category(), Category::kCs);
  EXPECT_EQ(properties(U'\x10ffff').category(), Category::kCn);
  EXPECT_EQ(columns(U'a'), 1);
  EXPECT_EQ(columns(U'中'), 2);
  EXPECT_EQ(columns(U'\x301'), 0);
}

TEST(Properties, KnowClusters) {
  for (const char32_t c : {U'\x301', U'\x200d', U'\x200c', U'\x903', U'\xfe0f'})
    EXPECT_TRUE(properties(c).extends_cluster()) << static_cast<unsigned>(c);
  EXPECT_FALSE(properties(U'a').extends_cluster());
  EXPECT_TRUE(properties(U'\x600').prepends_cluster());
  for (const char32_t c : {U'\0', U'\n', U'\r', U'\x200b', U'\xe0001'})
    EXPECT_TRUE(properties(c).ends_cluster()) << static_cast<unsigned>(c);
  EXPECT_FALSE(properties(U'a').ends_cluster());
  EXPECT_TRUE(properties(U'©').pictographic());
  EXPECT_TRUE(properties(U'\x1f469').pictographic());
}

TEST(Mappings, AreFull) {
  EXPECT_EQ(lower(U'Ä').c[0], U'ä');
  const Mapped dotted = lower(U'İ');
  ASSERT_EQ(dotted.count, 2u);
  EXPECT_EQ(dotted.c[0], U'i');
  EXPECT_EQ(dotted.c[1], U'\x307');
  const Mapped parts = decompose(U'ế');
  ASSERT_EQ(parts.count, 3u);
  EXPECT_EQ(parts.c[0], U'e');
  EXPECT_EQ(decompose(U'각').count, 3u);  // Hangul, by rule
  EXPECT_EQ(decompose(U'ﬁ').count, 1u);   // compatibility only
  EXPECT_EQ(decompose_compatible(U'ﬁ').count, 2u);
  EXPECT_EQ(compose(U'e', U'\x301'), U'é');
  EXPECT_EQ(compose(U'\x1100', U'\x1161'), U'가');
  EXPECT_EQ(compose(U'가', U'\x11a8'), U'각');
  EXPECT_EQ(compose(U'가', U'\x11a7'), 0u);    // where trailing consonants begin, but none
  EXPECT_EQ(compose(U'\x308', U'\x301'), 0u);  // excluded from composition
  EXPECT_EQ(compose(U'a', U'b'), 0u);
  EXPECT_EQ(combining_class(U'\x301'), 230);
  EXPECT_EQ(combining_class(U'a'), 0);
}

}  // namespace
}  // namespace assay::unicode
