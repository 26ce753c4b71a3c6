// SPDX-License-Identifier: Apache-2.0
#include "tokenizer/trie.h"

#include <algorithm>

namespace assay::tokenizer {
namespace {

constexpr std::size_t kBlock = 256;
constexpr std::size_t kOpenBlocks = 16;  // searched for room; the ones before count as full
constexpr std::size_t kTries = 256;      // free cells tried before a block is added
constexpr std::uint32_t kNobody = UINT32_MAX - 1;  // parent of the root

}  // namespace

Trie::Trie(std::vector<Entry> entries) {
  std::erase_if(entries, [](const Entry& entry) { return entry.first.empty(); });
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.first < b.first; });
  cells_.resize(kBlock);
  cells_[kRoot].parent = kNobody;
  // Entries [begin, end) share their first `depth` bytes, which lead to `node`.
  struct Range {
    std::uint32_t node;
    std::size_t begin;
    std::size_t end;
    std::size_t depth;
  };
  std::vector<Range> todo;
  if (!entries.empty()) todo.push_back({kRoot, 0, entries.size(), 0});
  std::vector<unsigned char> labels;
  while (!todo.empty()) {
    Range range = todo.back();
    todo.pop_back();
    while (range.begin < range.end && entries[range.begin].first.size() == range.depth)
      cells_[range.node].value = entries[range.begin++].second;
    const auto label = [&](std::size_t i) {
      return static_cast<unsigned char>(entries[i].first[range.depth]);
    };
    labels.clear();
    for (std::size_t i = range.begin; i < range.end; ++i) {
      if (labels.empty() || labels.back() != label(i)) labels.push_back(label(i));
    }
    if (labels.empty()) continue;
    const std::uint32_t base = place(labels);
    cells_[range.node].base = base;
    for (std::size_t i = range.begin; i < range.end;) {
      const std::size_t first = i;
      const unsigned char byte = label(i);
      while (i < range.end && label(i) == byte) ++i;
      cells_[base ^ byte].parent = range.node;
      todo.push_back({base ^ byte, first, i, range.depth + 1});
    }
  }
}

// A base at which the cells of all labels are free.
std::uint32_t Trie::place(const std::vector<unsigned char>& labels) {
  if (cells_.size() > kOpenBlocks * kBlock)
    first_free_ = std::max(first_free_, cells_.size() - kOpenBlocks * kBlock);
  while (first_free_ < cells_.size() && cells_[first_free_].parent != kNone) ++first_free_;
  std::size_t tries = 0;
  for (std::size_t at = first_free_; at < cells_.size() && tries < kTries; ++at) {
    if (cells_[at].parent != kNone) continue;
    const auto base = static_cast<std::uint32_t>(at) ^ labels.front();
    if (std::all_of(labels.begin(), labels.end(),
                    [&](unsigned char label) { return cells_[base ^ label].parent == kNone; }))
      return base;
    ++tries;
  }
  const auto base = static_cast<std::uint32_t>(cells_.size());
  cells_.resize(cells_.size() + kBlock);
  return base;
}

std::vector<Trie::Entry> Trie::entries_of(const Vocabulary& vocabulary) {
  std::vector<Entry> entries;
  entries.reserve(vocabulary.tokens().size());
  for (std::size_t id = 0; id < vocabulary.tokens().size(); ++id) {
    const std::string& token = vocabulary.tokens()[id];
    // A string that was given twice belongs to its last id.
    if (!token.empty() && vocabulary.id(token) == static_cast<std::int32_t>(id))
      entries.emplace_back(token, static_cast<std::int32_t>(id));
  }
  return entries;
}

}  // namespace assay::tokenizer
