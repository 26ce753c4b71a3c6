// SPDX-License-Identifier: Apache-2.0
#include "sparse/bm25.h"

#include <fmt/format.h>

#include <cmath>
#include <unordered_map>
#include <utility>
#include <vector>

#include "assay/error.h"
#include "base/unicode.h"
#include "sparse/murmur_hash.h"
#include "sparse/stop_words.h"
#include "sparse/words.h"

namespace assay::sparse {
namespace {

double in_range(const char* name, double value, bool fine, const char* expected) {
  if (!fine) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{}: expected {}, got {}", name, expected, value));
  }
  return value;
}

void check_utf8(std::string_view text) {
  if (const auto at = unicode::invalid_utf8(text)) {
    throw Error(ErrorCode::kInvalidArgument, fmt::format("text: invalid UTF-8 at byte {}", *at));
  }
}

std::vector<std::string> lower_case(const std::vector<std::string>& words) {
  std::vector<std::string> result;
  for (const std::string& word : words) {
    check_utf8(word);
    if (word.find("İ") != std::string::npos) continue;  // becomes two words, so it matches none
    for_each_word(word, [&](std::string_view part, std::size_t length) {
      if (length == length_of(word)) result.emplace_back(part);  // else there is more than a word
    });
  }
  return result;
}

}  // namespace

double term_weight(double count, double length, double k, double b, double average_length) {
  return count * (k + 1) / (count + k * (1 - b + b * length / average_length));
}

Bm25::Bm25(const SparseOptions& options)
    : k_(in_range("k", options.k, std::isfinite(options.k) && options.k >= 0,
                  "a number from 0 up")),
      b_(in_range("b", options.b, options.b >= 0 && options.b <= 1, "0 to 1")),
      average_length_(options.avg_len.value_or(256.0)),
      longest_word_(options.token_max_length) {
  in_range("avg_len", average_length_, std::isfinite(average_length_) && average_length_ > 0,
           "a number above 0");
  if (options.stop_words) {
    stop_words_ = WordSet(lower_case(*options.stop_words));
  } else if (!options.disable_stemmer) {
    stop_words_ = WordSet(stop_words(options.language));
  }
  if (!options.disable_stemmer) stemmers_.emplace(options.language);
}

// take(stem) for every word that counts.
template <class Take>
void Bm25::for_each_stem(std::string_view text, std::size_t* words, const Take& take) const {
  check_utf8(text);
  std::optional<StemmerPool::Handle> stemmer;
  if (stemmers_) stemmer.emplace(*stemmers_);
  std::size_t count = 0;
  for_each_word(text, [&](std::string_view word, std::size_t length) {
    ++count;
    if (word == "_" || length > longest_word_ || stop_words_.contains(word)) return;
    const std::string_view stem = stemmer ? (*stemmer)->stem(word) : word;
    if (!stem.empty()) take(stem);
  });
  if (words != nullptr) *words = count;
}

SparseVector Bm25::document(std::string_view text, std::size_t* words) const {
  std::unordered_map<std::string, std::size_t> positions;
  std::vector<std::pair<std::uint32_t, std::size_t>> terms;  // index, count
  std::size_t length = 0;
  std::string key;
  for_each_stem(text, words, [&](std::string_view stem) {
    ++length;
    key.assign(stem);
    const auto [found, is_new] = positions.try_emplace(key, terms.size());
    if (is_new) terms.emplace_back(term_index(stem), 0);
    ++terms[found->second].second;
  });
  SparseVector vector;
  std::unordered_map<std::uint32_t, std::size_t> places;
  for (const auto& [index, count] : terms) {
    const auto weight = static_cast<float>(term_weight(
        static_cast<double>(count), static_cast<double>(length), k_, b_, average_length_));
    const auto [found, is_new] = places.try_emplace(index, vector.indices.size());
    if (is_new) {
      vector.indices.push_back(index);
      vector.values.push_back(weight);
    } else {
      vector.values[found->second] = weight;
    }
  }
  return vector;
}

SparseVector Bm25::query(std::string_view text, std::size_t* words) const {
  SparseVector vector;
  std::unordered_set<std::uint32_t> seen;
  for_each_stem(text, words, [&](std::string_view stem) {
    const std::uint32_t index = term_index(stem);
    if (!seen.insert(index).second) return;
    vector.indices.push_back(index);
    vector.values.push_back(1.0f);
  });
  return vector;
}

std::size_t Bm25::token_count(std::string_view text) const {
  check_utf8(text);
  std::size_t count = 0;
  for_each_word(text, [&](std::string_view, std::size_t) { ++count; });
  return count;
}

}  // namespace assay::sparse
