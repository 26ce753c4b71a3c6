// SPDX-License-Identifier: Apache-2.0
// Promise: expressions match as Oniguruma's do, in bounded time; what is not done is refused by
// name.
#include "tokenizer/regex.h"

#include <gmock/gmock.h>

#include "assay/error.h"

namespace assay::tokenizer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> matches(std::string_view pattern, std::string_view text) {
  std::vector<Regex::Match> found;
  Regex(pattern).find_all(text, found);
  std::vector<std::string> result;
  for (const auto& match : found)
    result.emplace_back(text.substr(match.begin, match.end - match.begin));
  return result;
}

std::string fault_of(std::string_view pattern, bool unsupported) {
  try {
    const Regex regex(pattern);
  } catch (const RegexFault& fault) {
    EXPECT_EQ(fault.unsupported, unsupported) << fault.what();
    return fault.what();
  }
  ADD_FAILURE() << pattern << " was accepted";
  return "";
}

TEST(Regex, RepeatsAndGivesBack) {
  EXPECT_THAT(matches("a*b", "aab b ac"), ElementsAre("aab", "b"));
  EXPECT_THAT(matches("a+?b?", "aab"), ElementsAre("a", "ab"));
  EXPECT_THAT(matches("a.*c", "abcbc\nac"), ElementsAre("abcbc", "ac"));
  EXPECT_THAT(matches("a*+a", "aaa"), ElementsAre());
  EXPECT_THAT(matches("\\d{1,3}", "12345"), ElementsAre("123", "45"));
  EXPECT_THAT(matches("(?:ab|c){2}", "abcab"), ElementsAre("abc"));
  EXPECT_THAT(matches("(ab)+c|a", "ababcab"), ElementsAre("ababc", "a"));
  EXPECT_THAT(matches("(?>a+)a|b", "aab"), ElementsAre("b"));
  EXPECT_THAT(matches("a|ab|abc", "abc"), ElementsAre("a"));
  EXPECT_THAT(matches("x*", "ax"), ElementsAre("", "x"));
  EXPECT_THAT(matches("a{,2}b", "aaab"), ElementsAre("aab"));
  EXPECT_THAT(matches("a{b", "a{b"), ElementsAre("a{b"));
}

TEST(Regex, LooksAround) {
  EXPECT_THAT(matches("\\s+(?!\\S)|\\s+", "a   b "), ElementsAre("  ", " ", " "));
  EXPECT_THAT(matches("a(?=b)", "abac"), ElementsAre("a"));
  EXPECT_THAT(matches("(?<=é)a", "éa a"), ElementsAre("a"));
  EXPECT_THAT(matches("(?<!\\S)a", "a ba a"), ElementsAre("a", "a"));
  EXPECT_THAT(matches("^a$", "a\nba\na"), ElementsAre("a", "a"));
  EXPECT_THAT(matches("\\Aa|a\\z", "aaa"), ElementsAre("a", "a"));
  EXPECT_THAT(matches("\\bc", "c ac"), ElementsAre("c"));
}

TEST(Regex, KnowsSetsAndProperties) {
  EXPECT_THAT(matches("\\p{L}+", "aé中1"), ElementsAre("aé中"));
  EXPECT_THAT(matches("\\p{Lu}\\p{Ll}*", "AbC"), ElementsAre("Ab", "C"));
  EXPECT_THAT(matches("\\P{L}|\\p{^N}", "a1"), ElementsAre("a", "1"));
  EXPECT_THAT(matches("[^\\s\\p{L}\\p{N}]+", "a!? 1"), ElementsAre("!?"));
  EXPECT_THAT(matches("[a-c&&[^b]]", "abc"), ElementsAre("a", "c"));
  EXPECT_THAT(matches("[\\x{4e00}-\\u9fff]+", "a中文"), ElementsAre("中文"));
  EXPECT_THAT(matches("[]a-]", "]-b"), ElementsAre("]", "-"));
  EXPECT_THAT(matches("(?i:'S|k)", "'s'\u017f\u212a"), ElementsAre("'s", "'\u017f", "\u212a"));
  EXPECT_THAT(matches("(?i)a(?-i)b", "AbAB"), ElementsAre("Ab"));
  EXPECT_THAT(matches("\\h+", "x0Fg"), ElementsAre("0F"));
}

TEST(Regex, RefusesByName) {
  EXPECT_THAT(fault_of("(a)\\1", true), HasSubstr("\\1"));
  EXPECT_THAT(fault_of("\\p{Han}", true), HasSubstr("\"Han\""));
  EXPECT_THAT(fault_of("(?<n>a)", true), HasSubstr("a named group"));
  EXPECT_THAT(fault_of("(a*)*", true), HasSubstr("what may be empty"));
  EXPECT_THAT(fault_of("(?<=a+)b", true), HasSubstr("look-behind of varying length"));
  EXPECT_THAT(fault_of("[[:alpha:]]", true), HasSubstr("POSIX"));
  EXPECT_THAT(fault_of("((?:ab){1000}){1000}", true), HasSubstr("as long as this"));
  EXPECT_THAT(fault_of(std::string(5000, '('), true), HasSubstr("nesting"));
  for (const char* broken : {"(", ")", "[", "a)", "*", "a{3,2}", "[z-a]", "\\", "\\p{L", "(?:a"})
    fault_of(broken, false);
}

TEST(Regex, GivesUpInsteadOfHanging) {
  std::vector<Regex::Match> found;
  const Regex bad("(a|aa)+b");
  EXPECT_THROW(bad.find_all(std::string(1000, 'a'), found), Error);
  const Regex possessive("a*+b");  // quadratic, though it never backtracks
  EXPECT_THROW(possessive.find_all(std::string(100'000, 'a'), found), Error);
  EXPECT_EQ(matches("\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+", std::string(100'000, ' ') + "a").size(), 2u);
}

}  // namespace
}  // namespace assay::tokenizer
