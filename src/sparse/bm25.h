// SPDX-License-Identifier: Apache-2.0
// BM25 term weights (Robertson and Zaragoza 2009, equation 3.15, without the IDF factor, which the
// search engine applies), with FastEmbed's words, stems and indices.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "assay/sparse_text_embedding.h"
#include "sparse/stemmer.h"

namespace assay::sparse {

/// f (k + 1) / (f + k (1 - b + b length / average)).
double term_weight(double count, double length, double k, double b, double average_length);

/// A set of words that can be asked by view.
class WordSet {
 public:
  WordSet() = default;
  template <class Words>
  explicit WordSet(const Words& words) {
    for (const auto& word : words) words_.emplace(word);
  }
  [[nodiscard]] bool contains(std::string_view word) const {
    return words_.find(word) != words_.end();
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view word) const {
      return std::hash<std::string_view>{}(word);
    }
  };
  std::unordered_set<std::string, Hash, std::equal_to<>> words_;
};

/// Immutable; may be shared by threads.
class Bm25 {
 public:
  /// kInvalidArgument naming the option for an unknown language without disable_stemmer and for
  /// numbers outside their range.
  explicit Bm25(const SparseOptions& options);

  /// Weights of the terms in order of first appearance. Of two terms with one index the later one's
  /// weight stays, as FastEmbed has it. kInvalidArgument for invalid UTF-8. `words`, if given, gets
  /// token_count().
  [[nodiscard]] SparseVector document(std::string_view text, std::size_t* words = nullptr) const;
  /// The terms, each once with weight 1, in order of first appearance.
  [[nodiscard]] SparseVector query(std::string_view text, std::size_t* words = nullptr) const;
  /// Words before any is left out.
  [[nodiscard]] std::size_t token_count(std::string_view text) const;

 private:
  template <class Take>
  void for_each_stem(std::string_view text, std::size_t* words, const Take& take) const;

  double k_;
  double b_;
  double average_length_;
  std::size_t longest_word_;
  WordSet stop_words_;
  std::optional<StemmerPool> stemmers_;
};

}  // namespace assay::sparse
