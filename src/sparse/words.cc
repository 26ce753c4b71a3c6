// SPDX-License-Identifier: Apache-2.0
#include "sparse/words.h"

#include <algorithm>
#include <string>

#include "base/unicode.h"

namespace assay::sparse {
namespace {

bool in_word(char32_t c) {
  if (c < 0x80) {
    return (c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9') || c == U'_' ||
           (c >= U'A' && c <= U'Z');
  }
  return unicode::is_alphanumeric(c);
}

constexpr char32_t kCapitalSigma = 0x3a3;
constexpr char32_t kSigma = 0x3c3;
constexpr char32_t kFinalSigma = 0x3c2;

// Whether the first letter of `text` that has a case follows; modifier letters are looked through.
bool cased_letter_follows(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const char32_t c = unicode::decode(text, at);
    if (unicode::is_cased_letter(c)) return true;
    if (!unicode::is_modifier_letter(c)) return false;
  }
  return false;
}

}  // namespace

void for_each_word(
    std::string_view text,
    const std::function<void(std::string_view word, std::size_t code_points)>& take) {
  std::string word;
  std::size_t points = 0;
  bool after_cased = false;  // a cased letter of this word stands before, modifier letters aside
  const auto end_word = [&] {
    if (points > 0) take(word, points);
    word.clear();
    points = 0;
    after_cased = false;
  };
  std::size_t at = 0;
  while (at < text.size()) {
    const char32_t c = unicode::decode(text, at);
    if (!in_word(c)) {
      end_word();
    } else if (c < 0x80) {
      word.push_back(static_cast<char>(c >= U'A' && c <= U'Z' ? c + 32 : c));
      ++points;
      after_cased = (c | 32u) >= U'a' && (c | 32u) <= U'z';
    } else if (c == kCapitalSigma) {
      const bool last = after_cased && !cased_letter_follows(text, at);
      unicode::append_utf8(word, last ? kFinalSigma : kSigma);
      ++points;
      after_cased = true;
    } else {
      if (!unicode::is_modifier_letter(c)) after_cased = unicode::is_cased_letter(c);
      const unicode::Mapped lower = unicode::lower(c);
      for (std::size_t i = 0; i < lower.count; ++i) {
        if (!in_word(lower.c[i])) {
          end_word();
          continue;
        }
        unicode::append_utf8(word, lower.c[i]);
        ++points;
      }
    }
  }
  end_word();
}

std::size_t length_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

}  // namespace assay::sparse
