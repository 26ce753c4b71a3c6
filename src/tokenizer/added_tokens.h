// SPDX-License-Identifier: Apache-2.0
// Added tokens: strings that are found in the text itself and become one token each, before the
// model sees the rest.
//
// Follows the "added_tokens" of tokenizer.json as the tokenizers library reads them: leftmost, then
// longest match; tokens with normalized = false are looked for in the raw text, the others in the
// normalized one. Immutable after construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tokenizer/trie.h"

namespace assay::tokenizer {

struct AddedToken {
  std::string content;
  std::int32_t id = 0;
  bool special = false;
  bool single_word = false;  ///< only where no word character touches it
  bool lstrip = false;       ///< takes the white space before it along
  bool rstrip = false;       ///< and after it
  bool normalized = false;
};

/// A part of a text: an added token, or (id < 0) text between them.
struct Section {
  std::size_t begin;
  std::size_t end;
  std::int32_t id;
};

class AddedTokens {
 public:
  /// A token and how it is spelled in the text searched.
  using Spelling = std::pair<AddedToken, std::string>;

  AddedTokens() = default;
  explicit AddedTokens(const std::vector<Spelling>& spellings);

  /// Cuts `text` into sections, in order, covering all of it; empty text between tokens is left
  /// out. A token that takes white space along may overlap the one behind it, as in the tokenizers
  /// library. Linear in the text for tokens of bounded length.
  void cut(std::string_view text, std::vector<Section>& sections) const;

 private:
  std::vector<AddedToken> tokens_;
  Trie trie_;              // values index tokens_
  bool starts_[256] = {};  // bytes some token begins with
};

}  // namespace assay::tokenizer
