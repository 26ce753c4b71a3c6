// SPDX-License-Identifier: Apache-2.0
// UTF-8, and Unicode as the tokenizers library sees it.
//
// Used by tokenizer/ and wire/. The library's parts follow several versions of Unicode, and token
// ids follow the library: unicode_tables.inc holds what it was seen to do with every code point;
// utf8proc, included by unicode.cc alone, has the mappings that agree. Plain functions,
// thread-safe. Functions on code points take any value below 0x110000.
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

/// What decode() does for a code point of more than one byte.
char32_t decode_long(std::string_view text, std::size_t& at);
/// The code point that begins at text[at] of well-formed UTF-8; moves `at` behind it.
inline char32_t decode(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead >= 0x80) return decode_long(text, at);
  ++at;
  return lead;
}
void append_utf8(std::string& text, char32_t c);

/// General categories, in the order of unicode_tables.inc.
enum class Category : std::uint8_t {
  kCn,
  kLu,
  kLl,
  kLt,
  kLm,
  kLo,
  kMn,
  kMc,
  kMe,
  kNd,
  kNl,
  kNo,
  kPc,
  kPd,
  kPs,
  kPe,
  kPi,
  kPf,
  kPo,
  kSm,
  kSc,
  kSk,
  kSo,
  kZs,
  kZl,
  kZp,
  kCc,
  kCf,
  kCs,
  kCo
};

/// What is known of a code point, one bit each beside the category.
class Properties {
 public:
  constexpr explicit Properties(std::uint32_t bits) : bits_(bits) {}
  [[nodiscard]] constexpr Category category() const { return static_cast<Category>(bits_ & 31); }
  [[nodiscard]] constexpr bool white_space() const { return has(5); }  ///< White_Space
  [[nodiscard]] constexpr bool word() const { return has(6); }         ///< \w, UTS 18 annex C
  [[nodiscard]] constexpr bool punctuation() const { return has(7); }  ///< P*, or ASCII symbol
  /// Control, format, private use; not white space. What BERT's cleaning drops.
  [[nodiscard]] constexpr bool other() const { return has(8); }
  [[nodiscard]] constexpr bool nonspacing_mark() const { return has(9); }  ///< Mn
  [[nodiscard]] constexpr bool mark() const { return has(10); }            ///< M*
  [[nodiscard]] constexpr bool numeric() const { return has(11); }         ///< Nd, Nl, No
  // Grapheme clusters (UAX 29).
  [[nodiscard]] constexpr bool extends_cluster() const {
    return has(12);
  }  ///< joins what is before
  [[nodiscard]] constexpr bool prepends_cluster() const { return has(13); }
  [[nodiscard]] constexpr bool ends_cluster() const { return has(14); }  ///< controls: alone
  [[nodiscard]] constexpr bool pictographic() const { return has(15); }
  [[nodiscard]] constexpr bool reorders() const { return has(16); }  ///< combining class not 0

 private:
  [[nodiscard]] constexpr bool has(int bit) const { return ((bits_ >> bit) & 1u) != 0; }
  std::uint32_t bits_;
};

Properties properties(char32_t c);

inline bool is_white_space(char32_t c) {
  if (c < 0x80) return c == ' ' || (c >= 9 && c <= 13);
  return properties(c).white_space();
}

inline bool is_word(char32_t c) { return properties(c).word(); }

/// Code points that one code point becomes.
struct Mapped {
  std::array<char32_t, 18> c;  ///< no decomposition in Unicode is longer
  std::size_t count;
};
Mapped lower(char32_t c);                 ///< full lower-case mapping without context
Mapped decompose(char32_t c);             ///< full canonical decomposition
Mapped decompose_compatible(char32_t c);  ///< full compatibility decomposition
/// The primary composite of two characters, or 0.
char32_t compose(char32_t first, char32_t second);

/// The first `bytes` of somebody else's words and "…", or all of them: cut between characters, on
/// one line.
std::string shortened(std::string_view text, std::size_t bytes);

/// Columns of a terminal that a character takes: 0, 1 or 2.
int columns(char32_t c);

/// Canonical combining class; 0 for starters.
int combining_class(char32_t c);

bool is_alphanumeric(char32_t c);     ///< categories L* and N*, Python's str.isalnum
bool is_cased_letter(char32_t c);     ///< categories Lu, Ll, Lt
bool is_modifier_letter(char32_t c);  ///< category Lm

}  // namespace assay::unicode
