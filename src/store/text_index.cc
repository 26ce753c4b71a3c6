// SPDX-License-Identifier: Apache-2.0
#include "store/text_index.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>
#include <utility>

#include "store/payload_values.h"
#include "store/refuse.h"

namespace assay::store {
namespace {

// As the server keeps lengths: their 13 leading bits.
std::uint64_t rounded(std::uint64_t length) {
  constexpr int kBits = 13;
  const int lost = std::max(0, static_cast<int>(std::bit_width(length)) - kBits);
  return length >> lost << lost;
}

}  // namespace

TextIndex::TextIndex(std::string_view field) : path_(path_of(field)) {}

void TextIndex::clear(Slot slot) {
  if (slot >= documents_.size()) return;
  Document& document = documents_[slot];
  if (document.entries.empty()) return;
  for (const auto [word, place] : document.entries) {
    auto& postings = postings_[word];
    if (place + 1 != postings.size()) {  // the last posting moves into the gap
      postings[place] = postings.back();
      auto& entries = documents_[postings[place].slot].entries;
      std::ranges::lower_bound(entries, word, {}, &Entry::word)->place = place;
    }
    postings.pop_back();
  }
  --document_count_;
  total_length_ -= document.length;
  document = {};
}

TextIndex::Words TextIndex::words(const Payload& payload) const {
  Words result;
  for (const Value* value : values_at(payload, path_, Arrays::kUnwrapped)) {
    const auto* text = value->get_if<std::string>();
    if (text == nullptr) continue;
    for (std::string& word : words_of(*text)) {
      ++result.counts[std::move(word)];
      ++result.length;
    }
  }
  return result;
}

void TextIndex::set(Slot slot, Words words) {
  clear(slot);
  if (words.length == 0) return;
  if (slot >= documents_.size()) documents_.resize(slot + 1);
  Document& document = documents_[slot];
  document.length = rounded(words.length);
  for (const auto& [word, count] : words.counts) {
    const auto [known, is_new] =
        words_.try_emplace(word, static_cast<std::uint32_t>(postings_.size()));
    if (is_new) postings_.emplace_back();
    auto& postings = postings_[known->second];
    document.entries.push_back({known->second, static_cast<std::uint32_t>(postings.size())});
    postings.push_back({slot, count});
  }
  std::ranges::sort(document.entries, {}, &Entry::word);
  ++document_count_;
  total_length_ += document.length;
}

std::vector<Hit> TextIndex::search(const TextQuery& query, std::size_t limit,
                                   std::span<const std::uint8_t> allowed) const {
  const auto words = words_of(query.text);
  const auto corpus = static_cast<double>(document_count_);
  const double average = static_cast<double>(total_length_) / corpus;
  std::unordered_map<Slot, double> sums;
  for (const std::string& word : std::set<std::string>(words.begin(), words.end())) {
    const auto known = words_.find(word);
    if (known == words_.end()) continue;
    const auto& postings = postings_[known->second];
    const auto frequency = static_cast<double>(postings.size());
    const double idf = std::log((corpus - frequency + 0.5) / (frequency + 0.5) + 1.0);
    for (const auto [slot, count] : postings) {
      if (!allowed.empty() && allowed[slot] == 0) continue;
      const auto length = static_cast<double>(documents_[slot].length);
      const double norm = query.k * (1.0 - query.b + query.b * length / average);
      const auto tf = static_cast<double>(count);
      sums[slot] += idf * tf * (query.k + 1.0) / (tf + norm);
    }
  }
  // Ordered by the exact sums, as Qdrant's client orders them, and rounded afterwards.
  std::vector<std::pair<double, Slot>> found;
  for (const auto& [slot, sum] : sums) {
    if (sum > 0) found.emplace_back(sum, slot);
  }
  const auto is_better = [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  };
  const std::size_t count = std::min(limit, found.size());
  std::ranges::partial_sort(found, found.begin() + static_cast<std::ptrdiff_t>(count), is_better);
  std::vector<Hit> hits;
  for (const auto& [sum, slot] : std::span(found).first(count))
    hits.push_back({static_cast<float>(sum), slot});
  return hits;
}

}  // namespace assay::store
