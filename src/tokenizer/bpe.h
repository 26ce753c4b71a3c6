// SPDX-License-Identifier: Apache-2.0
// Byte pair encoding: a word's characters are merged pair by pair, the best known pair first
// (Sennrich et al. 2016, section 3.2).
//
// Used for byte-level vocabularies (GPT-2, RoBERTa, Qwen) and SentencePiece ones with byte
// fallback. Immutable after construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tokenizer/trie.h"
#include "tokenizer/vocabulary.h"

namespace assay::tokenizer {

class Bpe {
 public:
  struct Options {
    std::string unknown = {};              ///< token, or empty: unknown characters are dropped
    std::string continuation_prefix = {};  ///< of symbols that do not begin a word
    std::string word_end_suffix = {};      ///< of symbols that end one
    bool fuse_unknown = false;             ///< a run of unknown characters is one token
    bool byte_fallback = false;  ///< unknown characters become tokens "<0xE2>" if there are such
    bool ignore_merges = false;  ///< a word of the vocabulary is one token
  };
  struct Merge {
    std::int32_t left;
    std::int32_t right;
    std::int32_t result;
  };
  /// `merges` in order of rank; of equal pairs the last counts. `unknown` must be in the
  /// vocabulary.
  Bpe(const Vocabulary& vocabulary, const std::vector<Merge>& merges, const Options& options);

  /// A piece of a word under way.
  struct Symbol {
    std::int32_t id;
    std::uint32_t bytes;  ///< 0 once merged into the one before
    std::uint32_t previous;
    std::uint32_t next;
  };
  struct Buffers {
    std::vector<Symbol> symbols;
    std::vector<std::pair<std::uint64_t, std::uint32_t>> heap;
    std::string character;
  };

  /// Calls emit(id, begin, end) with byte ranges of `word`. Linear, up to a logarithm.
  template <class Emit>
  void split(std::string_view word, Buffers& buffers, const Emit& emit) const {
    if (const std::int32_t id = whole(word); id >= 0) return emit(id, std::size_t{0}, word.size());
    read_symbols(word, buffers);
    merge(buffers);
    std::size_t begin = 0;
    for (const Symbol& symbol : buffers.symbols) {
      if (symbol.bytes == 0) continue;
      const std::size_t end = begin + symbol.bytes;
      emit(symbol.id, std::min(begin, word.size()), std::min(end, word.size()));
      begin = end;
    }
  }

 private:
  struct Rule {
    std::uint64_t pair;
    std::uint32_t rank;
    std::int32_t result;
  };
  static constexpr std::uint64_t kNoPair = UINT64_MAX;
  static std::uint64_t pair_of(std::int32_t left, std::int32_t right) {
    return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32) |
           static_cast<std::uint32_t>(right);
  }

  /// Id of a word that is one token whatever its merges, or -1.
  [[nodiscard]] std::int32_t whole(std::string_view word) const;
  [[nodiscard]] const Rule* find(std::int32_t left, std::int32_t right) const;
  void read_symbols(std::string_view word, Buffers& buffers) const;
  void merge(Buffers& buffers) const;
  void merge_short(std::vector<Symbol>& symbols) const;
  void merge_long(Buffers& buffers) const;

  Options options_;
  std::int32_t unknown_ = -1;
  std::vector<Rule> rules_;  // open addressing by pair
  Trie trie_;
  std::vector<bool> is_whole_;          // by id: the merges of this token's string give it back
  std::vector<std::int32_t> byte_ids_;  // of "<0x00>" to "<0xFF>", or -1
};

}  // namespace assay::tokenizer
