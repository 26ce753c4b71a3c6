// SPDX-License-Identifier: Apache-2.0
// Unicode properties and UTF-8, from utf8proc's tables; the only file that includes it.
//
// Used by tokenizer/ and wire/. Plain functions, no state. Functions on code points take any value
// below 0x110000.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::unicode {

/// Offset of the first byte that is not part of well-formed UTF-8 (RFC 3629), if there is one.
std::optional<std::size_t> invalid_utf8(std::string_view text);

/// The code point that begins at text[at] of well-formed UTF-8; moves `at` behind it.
char32_t decode(std::string_view text, std::size_t& at);
void append_utf8(std::string& text, char32_t c);

bool is_white_space(char32_t c);  ///< property White_Space
bool is_punctuation(char32_t c);  ///< category P*
bool is_other(
    char32_t c);  ///< categories Cc, Cf, Cs, Co; not the unassigned Cn, which tokenizers keep
bool is_nonspacing_mark(char32_t c);  ///< category Mn
bool is_word(char32_t c);  ///< letter, mark, decimal number or connector punctuation, as \w has it

/// Code points that one code point becomes.
struct Mapped {
  std::array<char32_t, 18> c;  ///< no decomposition in Unicode is longer
  std::size_t count;
};
Mapped lower(char32_t c);      ///< full lower-case mapping without context
Mapped decompose(char32_t c);  ///< full canonical decomposition

/// Columns of a terminal that a character takes: 0, 1 or 2.
int columns(char32_t c);

/// Canonical combining class; 0 for starters.
int combining_class(char32_t c);

bool is_alphanumeric(char32_t c);     ///< categories L* and N*, Python's str.isalnum
bool is_cased_letter(char32_t c);     ///< categories Lu, Ll, Lt
bool is_modifier_letter(char32_t c);  ///< category Lm

}  // namespace assay::unicode
