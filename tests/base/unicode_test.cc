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

TEST(Properties, AreThoseOfUnicode) {
  for (const char32_t c : {U' ', U'\t', U'\x85', U'\xa0', U'\x2003', U'\x2028', U'\x3000'})
    EXPECT_TRUE(is_white_space(c)) << static_cast<unsigned>(c);
  for (const char32_t c : {U'a', U'\x200b', U'\xfeff', U'\x1f'})
    EXPECT_FALSE(is_white_space(c)) << static_cast<unsigned>(c);
  EXPECT_TRUE(is_punctuation(U'¿'));
  EXPECT_FALSE(is_punctuation(U'€'));
  EXPECT_TRUE(is_other(U'\x200b'));  // format
  EXPECT_TRUE(is_other(U'\xe000'));  // private use
  EXPECT_FALSE(is_other(U'\x378'));  // unassigned
  EXPECT_TRUE(is_nonspacing_mark(U'\x301'));
  EXPECT_FALSE(is_nonspacing_mark(U'\x302e'));  // a spacing mark with a combining class
  EXPECT_TRUE(is_word(U'é'));
  EXPECT_TRUE(is_word(U'_'));
  EXPECT_FALSE(is_word(U'-'));
  EXPECT_EQ(columns(U'a'), 1);
  EXPECT_EQ(columns(U'中'), 2);
  EXPECT_EQ(columns(U'\x301'), 0);
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
  EXPECT_EQ(combining_class(U'\x301'), 230);
  EXPECT_EQ(combining_class(U'a'), 0);
}

}  // namespace
}  // namespace assay::unicode
