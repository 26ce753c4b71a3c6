// SPDX-License-Identifier: Apache-2.0
#include "tokenizer/pre_tokenizer.h"

#include <utility>

#include "base/unicode.h"

namespace assay::tokenizer {
namespace {

enum class Class { kWord, kSeparator, kAlone };

bool is_punctuation(char32_t c) {
  // All ASCII symbols count, also those that Unicode files under S*.
  if (c < 0x80)
    return (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) ||
           (c >= 123 && c <= 126);
  return unicode::is_punctuation(c);
}

Class class_of(const BertPreTokenizer&, char32_t c) {
  if (unicode::is_white_space(c)) return Class::kSeparator;
  return is_punctuation(c) ? Class::kAlone : Class::kWord;
}
Class class_of(const WhitespaceSplit&, char32_t c) {
  return unicode::is_white_space(c) ? Class::kSeparator : Class::kWord;
}
Class class_of(const Punctuation&, char32_t c) {
  return is_punctuation(c) ? Class::kAlone : Class::kWord;
}

}  // namespace

void pre_tokenize(const PreTokenizer& rule, std::string_view text, std::vector<Piece>& pieces,
                  std::vector<Piece>& scratch) {
  scratch.clear();
  std::visit(
      [&](const auto& each) {
        for (const Piece& piece : pieces) {
          std::size_t word = piece.begin;  // first byte of the word under way
          for (std::size_t at = piece.begin; at < piece.end;) {
            const std::size_t first = at;
            const Class kind = class_of(each, unicode::decode(text, at));
            if (kind == Class::kWord) continue;
            if (word < first) scratch.push_back({word, first});
            if (kind == Class::kAlone) scratch.push_back({first, at});
            word = at;
          }
          if (word < piece.end) scratch.push_back({word, piece.end});
        }
      },
      rule);
  std::swap(pieces, scratch);
}

}  // namespace assay::tokenizer
