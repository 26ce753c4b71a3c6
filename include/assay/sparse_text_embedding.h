// SPDX-License-Identifier: Apache-2.0
// Texts to sparse vectors: weights of terms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assay/export.h"
#include "assay/hub.h"
#include "assay/text_embedding.h"
#include "assay/types.h"

namespace assay {

/// What the models without learnt term weights can be told. Names and defaults are FastEmbed's.
struct SparseOptions {
  /// BM25, miniCOIL: how soon more occurrences of a term stop to count; from 0 up.
  double k = 1.2;
  /// BM25, miniCOIL: how much long documents are held back; 0 (not at all) to 1.
  double b = 0.75;
  /// BM25, miniCOIL: words in an average document of the collection; unset = 256 for BM25, 150 for
  /// miniCOIL. Measure it: sum of token_count() over the number of documents.
  std::optional<double> avg_len = {};
  /// BM25: stemmer and stop words, such as "german"; all 18 are named in docs/sparse.md.
  std::string language = "english";
  /// BM25: words of more code points are left out.
  std::size_t token_max_length = 40;
  /// BM25: words as they are; without `stop_words` none is left out.
  bool disable_stemmer = false;
  /// BM25: left out instead of the language's own list; empty = none. Case does not matter.
  std::optional<std::vector<std::string>> stop_words = {};
  /// BM42: weights are raised to this power; from 0 up.
  double alpha = 0.5;
};

/// One result of a stream; `vector` is valid during the call only.
struct SparseText {
  std::size_t index;  ///< position of the text in the stream
  const SparseVector& vector;
  std::size_t token_count;  ///< tokens after truncation; words for BM25
  bool truncated;
};

/// Takes results in stream order. Called from one thread.
using SparseSink = std::function<void(const SparseText&)>;

/// Embeds texts as weights of terms: BM25, SPLADE++, and the models between.
///
/// Ownership: texts are read during the call and not kept. Copies share one set of weights.
/// Order:     vector i belongs to text i. Entries: ascending indices for models with a vocabulary
///            (SPLADE++), order of first appearance for those that hash words (BM25, BM42).
/// Scale:     compared by dot product. Where requires_idf(), the search engine multiplies by the
///            inverse document frequency of each index.
/// Limits:    texts above max_length() tokens are cut on the right and reported as truncated; BM25
///            has no limit.
/// Errors:    kInvalidArgument for invalid UTF-8 and for options outside their range (an empty text
///            is valid); construction as resolve_model(), and kCorruption or kUnsupported for
///            weights and configs that do not fit. Qdrant/bm25 needs no files.
/// Cost:      one pass over the real tokens; memory is bounded by options.batch_tokens, and logits
///            of the whole vocabulary are never held for all tokens.
/// Threads:   may be called from many threads at once. A vector does not depend on what shared its
///            batch.
class ASSAY_EXPORT SparseTextEmbedding {
 public:
  explicit SparseTextEmbedding(std::string_view model, ModelOptions options = {},
                               const SparseOptions& sparse = {});

  /// Texts as documents.
  [[nodiscard]] std::vector<SparseVector> embed(std::span<const std::string> texts) const;
  [[nodiscard]] std::vector<SparseVector> embed(
      std::initializer_list<std::string_view> texts) const;
  [[nodiscard]] SparseVector embed(std::string_view text) const;
  [[nodiscard]] std::vector<SparseVector> passage_embed(std::span<const std::string> texts) const;
  /// A text as a query: the same for SPLADE++, without a network pass for BM25, BM42 and
  /// inference-free models.
  [[nodiscard]] SparseVector query_embed(std::string_view query) const;

  /// Embeds a stream in the memory of one batch; kPlain is a document. When `source` throws,
  /// results of the texts before are delivered first.
  void embed(const TextSource& source, const SparseSink& sink) const;

  /// Tokens of the texts after truncation, special tokens counted; words for BM25.
  [[nodiscard]] std::size_t token_count(std::span<const std::string> texts) const;

  [[nodiscard]] const std::string& model() const noexcept;  ///< as given to the constructor
  /// Whether the engine has to apply IDF (Qdrant: modifier "idf").
  [[nodiscard]] bool requires_idf() const noexcept;
  [[nodiscard]] std::optional<std::size_t> max_length() const noexcept;  ///< none for BM25

  /// FastEmbed's sparse models, each with `supported`.
  [[nodiscard]] static std::vector<ModelInfo> list_supported_models();

  struct Impl;  ///< opaque

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace assay
