// SPDX-License-Identifier: Apache-2.0
#include "tokenizer/word_piece.h"

#include <utility>
#include <vector>

namespace assay::tokenizer {
WordPiece::WordPiece(const Vocabulary& vocabulary, std::int32_t unknown, const std::string& prefix,
                     std::size_t max_characters)
    : trie_(vocabulary),
      continuation_(trie_.find(prefix)),
      unknown_(unknown),
      max_characters_(max_characters) {}

bool WordPiece::find_pieces(std::string_view word, Buffers& pieces) const {
  pieces.clear();
  if (word.size() > max_characters_) {  // only then can there be more characters than that
    std::size_t characters = 0;
    for (const char byte : word) characters += (static_cast<unsigned char>(byte) & 0xc0u) != 0x80u;
    if (characters > max_characters_) return false;
  }
  std::size_t begin = 0;
  while (begin < word.size()) {
    std::uint32_t node = begin == 0 ? Trie::kRoot : continuation_;
    std::int32_t best = -1;
    std::size_t best_end = begin;
    for (std::size_t at = begin; node != Trie::kNone && at < word.size(); ++at) {
      node = trie_.step(node, word[at]);
      if (node == Trie::kNone) break;
      if (const std::int32_t id = trie_.value(node); id >= 0) {
        best = id;
        best_end = at + 1;
      }
    }
    if (best < 0) return false;
    pieces.emplace_back(best, best_end);
    begin = best_end;
  }
  return true;
}

}  // namespace assay::tokenizer
