// SPDX-License-Identifier: Apache-2.0
#include "tokenizer/grapheme.h"

#include "base/unicode.h"

namespace assay::tokenizer {
namespace {

constexpr char32_t kJoiner = 0x200d;

// Hangul syllable types (UAX 29, table 2).
bool is_leading(char32_t c) { return (c >= 0x1100 && c <= 0x115f) || (c >= 0xa960 && c <= 0xa97c); }
bool is_vowel(char32_t c) { return (c >= 0x1160 && c <= 0x11a7) || (c >= 0xd7b0 && c <= 0xd7c6); }
bool is_trailing(char32_t c) {
  return (c >= 0x11a8 && c <= 0x11ff) || (c >= 0xd7cb && c <= 0xd7fb);
}
bool is_syllable(char32_t c) { return c >= 0xac00 && c <= 0xd7a3; }
bool is_open_syllable(char32_t c) { return is_syllable(c) && (c - 0xac00) % 28 == 0; }

bool joins_hangul(char32_t left, char32_t right) {
  if (is_leading(left)) return is_leading(right) || is_vowel(right) || is_syllable(right);
  if (is_vowel(left) || is_open_syllable(left)) return is_vowel(right) || is_trailing(right);
  return (is_trailing(left) || is_syllable(left)) && is_trailing(right);
}

bool is_regional(char32_t c) { return c >= 0x1f1e6 && c <= 0x1f1ff; }

}  // namespace

std::size_t cluster_end(std::string_view text, std::size_t at) {
  char32_t left = unicode::decode(text, at);
  auto left_is = unicode::properties(left);
  bool picture = left_is.pictographic();  // a pictograph and extenders lie directly before
  bool odd_flag = is_regional(left);
  while (at < text.size()) {
    std::size_t next = at;
    const char32_t right = unicode::decode(text, next);
    const auto right_is = unicode::properties(right);
    bool joined = false;
    if (left == '\r') {
      joined = right == '\n';
    } else if (left_is.ends_cluster() || right_is.ends_cluster()) {
      joined = false;
    } else {
      joined = right_is.extends_cluster() || left_is.prepends_cluster() ||
               joins_hangul(left, right) ||
               (picture && left == kJoiner && right_is.pictographic()) ||
               (odd_flag && is_regional(left) && is_regional(right));
    }
    if (!joined) break;
    odd_flag = is_regional(right) && !(odd_flag && is_regional(left));
    picture = right_is.pictographic() || (picture && right_is.extends_cluster());
    at = next;
    left = right;
    left_is = right_is;
  }
  return at;
}

}  // namespace assay::tokenizer
