// SPDX-License-Identifier: Apache-2.0
// Promise: key paths are read as qdrant.md section 9.2 has them, and anything else is "Invalid
// path".
#include "store/key_path.h"

#include <gtest/gtest.h>

namespace assay::store {
namespace {

KeyPath path(std::string_view text) {
  auto result = parse_key_path(text);
  EXPECT_TRUE(result.ok()) << text;
  return result.ok() ? result.value() : KeyPath{};
}

TEST(KeyPathTest, ReadsSegments) {
  EXPECT_EQ(path("a"), (KeyPath{"a"}));
  EXPECT_EQ(path("a.b-c.d_1.2"), (KeyPath{"a", "b-c", "d_1", "2"}));
  EXPECT_EQ(path("größe.名前"), (KeyPath{"größe", "名前"}));
}

TEST(KeyPathTest, ReadsQuotedSegments) {
  EXPECT_EQ(path(R"("a.b")"), (KeyPath{"a.b"}));
  EXPECT_EQ(path(R"("a.b"[0]." [] ".c)"), (KeyPath{"a.b", std::uint64_t{0}, " [] ", "c"}));
  EXPECT_EQ(path(R"("")"), (KeyPath{""}));
}

TEST(KeyPathTest, ReadsBrackets) {
  EXPECT_EQ(path("a[]"), (KeyPath{"a", EveryElement{}}));
  EXPECT_EQ(path("a[3][].b"), (KeyPath{"a", std::uint64_t{3}, EveryElement{}, "b"}));
  EXPECT_EQ(path("a[007]"), (KeyPath{"a", std::uint64_t{7}}));
  EXPECT_EQ(path("a[18446744073709551615]"), (KeyPath{"a", UINT64_MAX}));
}

TEST(KeyPathTest, BareSegmentsAreLettersAndNumbersOfAnyScript) {
  EXPECT_EQ(path("m²"), (KeyPath{"m²"}));
  EXPECT_EQ(path("größe.½"), (KeyPath{"größe", "½"}));
  EXPECT_FALSE(parse_key_path("e\u0301").ok());  // a combining accent
}

TEST(KeyPathTest, IsOfLimitedDepth) {
  const auto deep = [](std::size_t steps) {
    std::string text = "a";
    for (std::size_t i = 1; i < steps; ++i) text += i % 2 == 0 ? ".a" : "[]";
    return parse_key_path(text).ok();
  };
  EXPECT_TRUE(deep(128));
  EXPECT_FALSE(deep(129));
  EXPECT_FALSE(deep(1'000'000));
}

TEST(KeyPathTest, RefusesMalformedPaths) {
  for (const std::string_view text :
       {"",      ".",     "a.",    ".a",     "a..b",   "a b",
        "a$",    "[0]",   "[]",    "a.[0]",  "a[",     "a]",
        "a[x]",  "a[-1]", "a[+1]", "a[ 1]",  "a[1.0]", "a[18446744073709551616]",
        "a[0]b", "a[0].", "\"a",   "\"a\"b", "a\"b\"", "\"",
        "a\xFF", "a\x80"}) {
    const auto result = parse_key_path(text);
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_EQ(result.failure().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(result.failure().message, "Invalid path");
  }
}

}  // namespace
}  // namespace assay::store
