// SPDX-License-Identifier: Apache-2.0
#include "tokenizer/bpe.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <functional>

#include "base/unicode.h"

namespace assay::tokenizer {
namespace {

constexpr std::uint32_t kNone = UINT32_MAX;
// Up to here looking through all pairs for the best one costs less than a heap.
constexpr std::size_t kShort = 24;

}  // namespace

Bpe::Bpe(const Vocabulary& vocabulary, const std::vector<Merge>& merges, const Options& options)
    : options_(options),
      rules_(std::bit_ceil(2 * merges.size() + 2), Rule{kNoPair, 0, 0}),
      trie_(vocabulary) {
  if (!options.unknown.empty()) unknown_ = vocabulary.id(options.unknown).value_or(-1);
  for (std::size_t rank = 0; rank < merges.size(); ++rank) {
    const Merge& merge = merges[rank];
    const_cast<Rule&>(*find(merge.left, merge.right)) = {
        pair_of(merge.left, merge.right), static_cast<std::uint32_t>(rank), merge.result};
  }
  byte_ids_.assign(256, -1);
  for (std::size_t byte = 0; byte < 256; ++byte)
    byte_ids_[byte] = vocabulary.id(fmt::format("<0x{:02X}>", byte)).value_or(-1);

  std::vector<bool> is_whole(vocabulary.tokens().size());
  Buffers buffers;
  for (std::size_t id = 0; id < is_whole.size(); ++id) {
    const std::string& token = vocabulary.tokens()[id];
    if (token.empty()) continue;
    if (!options.ignore_merges) {
      read_symbols(token, buffers);
      merge(buffers);
      // Its only symbol must be the token, and cover it.
      if (buffers.symbols.empty() || buffers.symbols[0].id != static_cast<std::int32_t>(id) ||
          buffers.symbols[0].bytes != token.size())
        continue;
    }
    is_whole[id] = vocabulary.id(token) == static_cast<std::int32_t>(id);
  }
  is_whole_ = std::move(is_whole);
}

std::int32_t Bpe::whole(std::string_view word) const {
  const std::uint32_t node = trie_.find(word);
  if (node == Trie::kNone) return -1;
  const std::int32_t id = trie_.value(node);
  return id >= 0 && is_whole_[static_cast<std::size_t>(id)] ? id : -1;
}

// The rule for a pair, or the free slot where it belongs.
const Bpe::Rule* Bpe::find(std::int32_t left, std::int32_t right) const {
  const std::uint64_t pair = pair_of(left, right);
  const std::size_t mask = rules_.size() - 1;
  std::size_t i = static_cast<std::size_t>((pair * 0x9e3779b97f4a7c15ull) >> 32) & mask;
  while (rules_[i].pair != kNoPair && rules_[i].pair != pair) i = (i + 1) & mask;
  return &rules_[i];
}

void Bpe::read_symbols(std::string_view word, Buffers& buffers) const {
  std::vector<Symbol>& symbols = buffers.symbols;
  symbols.clear();
  const auto add = [&](std::int32_t id, std::size_t bytes) {
    const auto at = static_cast<std::uint32_t>(symbols.size());
    symbols.push_back({id, static_cast<std::uint32_t>(bytes), at == 0 ? kNone : at - 1, at + 1});
  };
  std::size_t unknown_bytes = 0;  // of an unknown token not added yet
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t begin = at;
    unicode::decode(word, at);
    std::string_view character = word.substr(begin, at - begin);
    if ((begin > 0 && !options_.continuation_prefix.empty()) ||
        (at == word.size() && !options_.word_end_suffix.empty())) {
      buffers.character = begin > 0 ? options_.continuation_prefix : "";
      buffers.character += word.substr(begin, at - begin);
      if (at == word.size()) buffers.character += options_.word_end_suffix;
      character = buffers.character;
    }
    const std::uint32_t node = trie_.find(character);
    const std::int32_t id = node == Trie::kNone ? -1 : trie_.value(node);
    if (id >= 0) {
      if (unknown_bytes > 0) add(unknown_, unknown_bytes);
      unknown_bytes = 0;
      add(id, at - begin);
      continue;
    }
    if (options_.byte_fallback && std::all_of(character.begin(), character.end(), [&](char byte) {
          return byte_ids_[static_cast<unsigned char>(byte)] >= 0;
        })) {
      // An unknown token still waiting comes out behind these, as in the tokenizers library.
      for (const char byte : character) add(byte_ids_[static_cast<unsigned char>(byte)], 1);
      continue;
    }
    if (unknown_ < 0) continue;
    if (unknown_bytes > 0 && !options_.fuse_unknown) {
      add(unknown_, unknown_bytes);
      unknown_bytes = 0;
    }
    unknown_bytes += at - begin;
  }
  if (unknown_bytes > 0) add(unknown_, unknown_bytes);
  if (!symbols.empty()) symbols.back().next = kNone;
}

void Bpe::merge(Buffers& buffers) const {
  if (buffers.symbols.size() <= kShort) {
    merge_short(buffers.symbols);
  } else {
    merge_long(buffers);
  }
}

void Bpe::merge_short(std::vector<Symbol>& symbols) const {
  // ranks[i]: rank and result of symbols i and i + 1, of those still there.
  struct Candidate {
    std::uint32_t rank;
    std::int32_t result;
  };
  std::array<Candidate, kShort> candidates;
  std::size_t count = symbols.size();
  const auto update = [&](std::size_t i) {
    const Rule* rule = find(symbols[i].id, symbols[i + 1].id);
    candidates[i] =
        rule->pair == kNoPair ? Candidate{kNone, 0} : Candidate{rule->rank, rule->result};
  };
  for (std::size_t i = 0; i + 1 < count; ++i) update(i);
  while (count > 1) {
    std::size_t best = 0;
    for (std::size_t i = 1; i + 1 < count; ++i) {
      if (candidates[i].rank < candidates[best].rank) best = i;
    }
    if (candidates[best].rank == kNone) break;
    symbols[best].id = candidates[best].result;
    symbols[best].bytes += symbols[best + 1].bytes;
    for (std::size_t i = best + 1; i + 1 < count; ++i) {
      symbols[i] = symbols[i + 1];
      candidates[i] = candidates[std::min(i + 1, kShort - 1)];
    }
    --count;
    if (best > 0) update(best - 1);
    if (best + 1 < count) update(best);
  }
  symbols.resize(count);
}

void Bpe::merge_long(Buffers& buffers) const {
  std::vector<Symbol>& symbols = buffers.symbols;
  auto& heap = buffers.heap;
  heap.clear();
  // Ordered by rank, then by place.
  const auto candidate = [&](std::uint32_t at) -> bool {
    const std::uint32_t next = symbols[at].next;
    if (next == kNone) return false;
    const Rule* rule = find(symbols[at].id, symbols[next].id);
    if (rule->pair == kNoPair) return false;
    heap.emplace_back((static_cast<std::uint64_t>(rule->rank) << 32) | at,
                      static_cast<std::uint32_t>(rule->result));
    return true;
  };
  for (std::uint32_t at = 0; at + 1 < symbols.size(); ++at) candidate(at);
  std::make_heap(heap.begin(), heap.end(), std::greater<>());
  const auto push = [&](std::uint32_t at) {
    if (candidate(at)) std::push_heap(heap.begin(), heap.end(), std::greater<>());
  };
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), std::greater<>());
    const auto [order, result] = heap.back();
    heap.pop_back();
    const auto at = static_cast<std::uint32_t>(order);
    Symbol& left = symbols[at];
    if (left.bytes == 0 || left.next == kNone) continue;
    Symbol& right = symbols[left.next];
    const Rule* rule = find(left.id, right.id);
    if (rule->pair == kNoPair || rule->result != static_cast<std::int32_t>(result)) continue;
    left.id = rule->result;
    left.bytes += right.bytes;
    left.next = right.next;
    right.bytes = 0;
    if (left.next != kNone) symbols[left.next].previous = at;
    if (left.previous != kNone) push(left.previous);
    push(at);
  }
  std::erase_if(symbols, [](const Symbol& symbol) { return symbol.bytes == 0; });
}

}  // namespace assay::tokenizer
