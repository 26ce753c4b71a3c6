// SPDX-License-Identifier: Apache-2.0
// Unigram tokenizer: the best segmentation of a word under per-piece log probabilities.
//
// Viterbi over byte offsets (Kudo 2018, section 3.2), ties and unknown characters as in the
// tokenizers library. Immutable after construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tokenizer/trie.h"
#include "tokenizer/vocabulary.h"

namespace assay::tokenizer {

class Unigram {
 public:
  /// `scores` by id of the vocabulary; `unknown` is a valid id.
  Unigram(const Vocabulary& vocabulary, std::vector<double> scores, std::int32_t unknown,
          bool byte_fallback);

  struct Node {
    double score;
    std::uint32_t begin;  ///< of the piece that ends here
    std::int32_t id;
  };
  struct Piece {
    std::uint32_t begin;
    std::uint32_t end;
    std::int32_t id;
  };
  struct Buffers {
    std::vector<Node> nodes;    // by end
    std::vector<Piece> pieces;  // the last one first
  };

  /// Calls emit(id, begin, end) with byte ranges of `word`. Linear for a vocabulary of bounded
  /// entries. A run of unknown characters is one token, or the tokens of its bytes, which then all
  /// have the run's range.
  template <class Emit>
  void split(std::string_view word, Buffers& buffers, const Emit& emit) const {
    find_pieces(word, buffers);
    for (auto piece = buffers.pieces.rbegin(); piece != buffers.pieces.rend(); ++piece) {
      const auto [begin, end, id] = *piece;
      if (id != unknown_) {
        emit(id, begin, end);
        continue;
      }
      const std::string_view text = word.substr(begin, end - begin);
      const std::uint32_t node = trie_.find(text);
      const std::int32_t known = node == Trie::kNone ? -1 : trie_.value(node);
      if (known < 0 && falls_back(text)) {
        for (const char byte : text) emit(byte_ids_[static_cast<unsigned char>(byte)], begin, end);
      } else {
        emit(known < 0 ? unknown_ : known, begin, end);
      }
    }
  }

 private:
  void find_pieces(std::string_view word, Buffers& buffers) const;
  [[nodiscard]] bool falls_back(std::string_view text) const;

  Trie trie_;
  std::vector<double> scores_;
  double unknown_score_;
  std::int32_t unknown_;
  bool byte_fallback_;
  std::vector<std::int32_t> byte_ids_;  // of "<0x00>" to "<0xFF>", or -1
};

}  // namespace assay::tokenizer
