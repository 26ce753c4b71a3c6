// SPDX-License-Identifier: Apache-2.0
// A text under way through the normalizers, with the original bytes that each of its bytes came
// from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/unicode.h"

namespace assay::tokenizer {

/// Bytes [begin, end) of the original text.
struct Span {
  std::uint32_t begin;
  std::uint32_t end;
};

struct NormalizedText {
  std::string text;         ///< well-formed UTF-8
  std::vector<Span> spans;  ///< one a byte of `text`: the original character behind it

  void clear() {
    text.clear();
    spans.clear();
  }
  /// Adds a character that stands for `span`.
  void append(char32_t c, Span span) {
    if (c < 0x80) {
      text.push_back(static_cast<char>(c));
    } else {
      unicode::append_utf8(text, c);
    }
    spans.resize(text.size(), span);
  }
  /// Original bytes behind [begin, end) of `text`, which is not empty.
  [[nodiscard]] Span original(std::size_t begin, std::size_t end) const {
    return {spans[begin].begin, spans[end - 1].end};
  }
};

}  // namespace assay::tokenizer
