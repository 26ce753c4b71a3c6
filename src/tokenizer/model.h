// SPDX-License-Identifier: Apache-2.0
// The model of a tokenizer: what splits a word into ids. Immutable.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "tokenizer/bpe.h"
#include "tokenizer/unigram.h"
#include "tokenizer/vocabulary.h"
#include "tokenizer/word_piece.h"

namespace assay::tokenizer {

/// A word is one token.
class WordLevel {
 public:
  WordLevel(const Vocabulary& vocabulary, std::int32_t unknown)
      : trie_(vocabulary), unknown_(unknown) {}

  struct Buffers {};
  template <class Emit>
  void split(std::string_view word, Buffers&, const Emit& emit) const {
    const std::uint32_t node = trie_.find(word);
    const std::int32_t id = node == Trie::kNone ? -1 : trie_.value(node);
    emit(id < 0 ? unknown_ : id, std::size_t{0}, word.size());
  }

 private:
  Trie trie_;
  std::int32_t unknown_;
};

/// Each has split(word, buffers, emit), which calls emit(id, begin, end) with byte ranges of a word
/// that is not empty.
using Model = std::variant<WordPiece, Bpe, Unigram, WordLevel>;

}  // namespace assay::tokenizer
