// SPDX-License-Identifier: Apache-2.0
// WordPiece: a word becomes its longest known prefix, then the longest known continuation, and so
// on (Wu et al. 2016, section 4.1, as BERT uses it). Immutable after construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tokenizer/trie.h"
#include "tokenizer/vocabulary.h"

namespace assay::tokenizer {

class WordPiece {
 public:
  /// `unknown` is the id of the unknown token; continuations are spelled with `prefix` ("##") in
  /// the vocabulary.
  WordPiece(const Vocabulary& vocabulary, std::int32_t unknown, const std::string& prefix,
            std::size_t max_characters);

  /// Calls emit(id, begin, end) with byte ranges of `word` for its pieces; a word that cannot be
  /// split, or of more than max_characters code points, is one unknown token. `ids` is a buffer.
  using Buffers = std::vector<std::pair<std::int32_t, std::size_t>>;
  template <class Emit>
  void split(std::string_view word, Buffers& ids, const Emit& emit) const {
    if (!find_pieces(word, ids)) return emit(unknown_, std::size_t{0}, word.size());
    std::size_t begin = 0;
    for (const auto& [id, end] : ids) {
      emit(id, begin, end);
      begin = end;
    }
  }

 private:
  bool find_pieces(std::string_view word, Buffers& pieces) const;

  Trie trie_;
  std::uint32_t continuation_;  // node after the prefix
  std::int32_t unknown_;
  std::size_t max_characters_;
};

}  // namespace assay::tokenizer
