// SPDX-License-Identifier: Apache-2.0
// Byte trie over strings with values: the entries that begin at a place, in one walk.
//
// A double array (Aoe 1989): the child of a node for a byte is cell base ^ byte, if that names the
// node as its parent. Built once, then immutable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "tokenizer/vocabulary.h"

namespace assay::tokenizer {

class Trie {
 public:
  using Entry = std::pair<std::string_view, std::int32_t>;
  static constexpr std::uint32_t kRoot = 0;
  static constexpr std::uint32_t kNone = UINT32_MAX;

  Trie() : Trie(std::vector<Entry>()) {}
  /// Values are not negative. Empty strings are left out; of equal ones the last counts.
  explicit Trie(std::vector<Entry> entries);
  /// All tokens with their ids.
  explicit Trie(const Vocabulary& vocabulary) : Trie(entries_of(vocabulary)) {}

  /// Child of `node`, or kNone.
  [[nodiscard]] std::uint32_t step(std::uint32_t node, char byte) const {
    const std::uint32_t child = cells_[node].base ^ static_cast<unsigned char>(byte);
    return cells_[child].parent == node ? child : kNone;
  }
  /// Value of the entry that ends at `node`, or -1.
  [[nodiscard]] std::int32_t value(std::uint32_t node) const { return cells_[node].value; }

  /// Node at the end of `prefix`, or kNone.
  [[nodiscard]] std::uint32_t find(std::string_view prefix) const {
    std::uint32_t node = kRoot;
    for (const char byte : prefix) {
      if (node = step(node, byte); node == kNone) break;
    }
    return node;
  }

 private:
  static std::vector<Entry> entries_of(const Vocabulary& vocabulary);

  struct Cell {
    std::uint32_t base = 0;
    std::uint32_t parent = kNone;  // kNone: free
    std::int32_t value = -1;
  };
  std::uint32_t place(const std::vector<unsigned char>& labels);

  std::vector<Cell> cells_;  // whole blocks of 256, so every step stays inside
  std::size_t first_free_ = 0;
};

}  // namespace assay::tokenizer
