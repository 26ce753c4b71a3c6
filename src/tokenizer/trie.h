// SPDX-License-Identifier: Apache-2.0
// Byte trie over a vocabulary: the longest entry that begins at a place, in one walk.
//
// Edges live in one open-addressing table keyed by (node, byte). Built once, then immutable.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace assay::tokenizer {

class Trie {
 public:
  static constexpr std::uint32_t kRoot = 0;
  static constexpr std::uint32_t kNone = UINT32_MAX;

  /// `bytes`: the sum of all entries' lengths, an upper bound of the edges.
  explicit Trie(std::size_t bytes = 0) : table_(std::bit_ceil(2 * bytes + 2)), values_(1, -1) {}

  /// Adds an entry with a value >= 0; the last value of an entry wins.
  void insert(std::string_view entry, std::int32_t value) {
    std::uint32_t node = kRoot;
    for (const char byte : entry) {
      if (2 * (values_.size() + 1) > table_.size()) grow();
      Edge& edge = slot(key(node, byte));
      if (edge.key == kEmpty) {
        edge = {key(node, byte), static_cast<std::uint32_t>(values_.size())};
        values_.push_back(-1);
      }
      node = edge.child;
    }
    values_[node] = value;
  }

  /// Child of `node`, or kNone.
  [[nodiscard]] std::uint32_t step(std::uint32_t node, char byte) const {
    const Edge& edge = const_cast<Trie*>(this)->slot(key(node, byte));
    return edge.key == kEmpty ? kNone : edge.child;
  }
  /// Value of the entry that ends at `node`, or -1.
  [[nodiscard]] std::int32_t value(std::uint32_t node) const { return values_[node]; }

  /// Node at the end of `prefix`, or kNone.
  [[nodiscard]] std::uint32_t find(std::string_view prefix) const {
    std::uint32_t node = kRoot;
    for (const char byte : prefix) {
      if (node = step(node, byte); node == kNone) break;
    }
    return node;
  }

 private:
  static constexpr std::uint64_t kEmpty = UINT64_MAX;
  struct Edge {
    std::uint64_t key = kEmpty;
    std::uint32_t child = 0;
  };

  static std::uint64_t key(std::uint32_t node, char byte) {
    return (static_cast<std::uint64_t>(node) << 8) | static_cast<unsigned char>(byte);
  }
  Edge& slot(std::uint64_t wanted) {
    const std::size_t mask = table_.size() - 1;
    // Fibonacci hashing: the product's upper half spreads consecutive keys.
    std::size_t i = static_cast<std::size_t>((wanted * 0x9e3779b97f4a7c15ull) >> 32) & mask;
    while (table_[i].key != kEmpty && table_[i].key != wanted) i = (i + 1) & mask;
    return table_[i];
  }
  void grow() {
    std::vector<Edge> old(table_.size() * 2);
    old.swap(table_);
    for (const Edge& edge : old) {
      if (edge.key != kEmpty) slot(edge.key) = edge;
    }
  }

  std::vector<Edge> table_;
  std::vector<std::int32_t> values_;  // by node
};

}  // namespace assay::tokenizer
