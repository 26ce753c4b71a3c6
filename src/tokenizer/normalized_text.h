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
  Span origin{0, 0};        ///< empty, where the original text begins

  void clear() {
    text.clear();
    spans.clear();
  }
  /// Adds a character that stands for `span`.
  void append(char32_t c, Span span) {
    if (c < 0x80) {
      text.push_back(static_cast<char>(c));
      spans.push_back(span);
    } else {
      unicode::append_utf8(text, c);
      spans.resize(text.size(), span);
    }
  }
  /// Adds bytes [begin, end) of another text.
  void append(const NormalizedText& from, std::size_t begin, std::size_t end) {
    text.append(from.text, begin, end - begin);
    spans.insert(spans.end(), from.spans.begin() + static_cast<std::ptrdiff_t>(begin),
                 from.spans.begin() + static_cast<std::ptrdiff_t>(end));
  }
  /// Original bytes behind [begin, end) of `text`, which is not empty.
  [[nodiscard]] Span original(std::size_t begin, std::size_t end) const {
    return {spans[begin].begin, spans[end - 1].end};
  }
};

/// Writes a new text character by character, each said to replace characters of the old one; their
/// spans follow from that, as in the tokenizers library.
class Rewriter {
 public:
  Rewriter(const NormalizedText& from, NormalizedText& to) : from_(from), to_(to) {}

  /// change 0: c replaces the next old character; -n: it replaces that and the n behind it;
  /// above 0: it is new and shares the span of what is before it.
  void put(char32_t c, int change) {
    if (change > 0) {
      to_.append(c, at_ == 0 ? from_.origin : from_.spans[at_ - 1]);
      return;
    }
    to_.append(c, at_ < from_.spans.size() ? from_.spans[at_] : from_.origin);
    for (; change <= 0 && at_ < from_.text.size(); ++change) unicode::decode(from_.text, at_);
  }

 private:
  const NormalizedText& from_;
  NormalizedText& to_;
  std::size_t at_ = 0;
};

}  // namespace assay::tokenizer
