// SPDX-License-Identifier: Apache-2.0
// Scores of documents against a query: a cross-encoder, and MaxSim over token vectors.
#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "assay/export.h"
#include "assay/hub.h"
#include "assay/text_embedding.h"
#include "assay/types.h"

namespace assay {

/// Scores in the order of the documents; behaves as a range of floats.
struct ASSAY_EXPORT RerankScores {
  std::vector<float> scores = {};           ///< scores[i] belongs to document i; higher is better
  std::vector<std::size_t> truncated = {};  ///< positions of the documents that were cut, ascending
  std::size_t token_count = 0;              ///< tokens computed, special tokens counted

  /// Document positions, best score first; equal scores keep the documents' order.
  [[nodiscard]] std::vector<std::size_t> order() const;

  [[nodiscard]] std::size_t size() const noexcept { return scores.size(); }
  [[nodiscard]] float operator[](std::size_t i) const { return scores[i]; }
  [[nodiscard]] auto begin() const noexcept { return scores.begin(); }
  [[nodiscard]] auto end() const noexcept { return scores.end(); }
};

/// A query and a document.
struct TextPair {
  std::string query;
  std::string document;
};

/// One score of a stream.
struct ScoredPair {
  std::size_t index;
  float score;
  std::size_t token_count;
  bool truncated;
};

using PairSource = std::function<std::optional<TextPair>()>;
using ScoreSink = std::function<void(const ScoredPair&)>;

/// Logistic function: a logit to 0..1.
ASSAY_EXPORT float sigmoid(float logit) noexcept;

/// What every reranker does.
///
/// Ownership: texts are read during the call and not kept.
/// Order:     scores[i] belongs to documents[i]; nothing is sorted.
/// Errors:    kInvalidArgument for invalid UTF-8 (an empty text is valid).
/// Threads:   may be called from many threads at once; a score does not depend on its company.
class ASSAY_EXPORT Reranker {
 public:
  virtual ~Reranker();

  [[nodiscard]] RerankScores rerank(std::string_view query,
                                    std::span<const std::string> documents) const;
  [[nodiscard]] RerankScores rerank(std::string_view query,
                                    std::initializer_list<std::string_view> documents) const;
  [[nodiscard]] RerankScores rerank_pairs(std::span<const TextPair> pairs) const;
  /// Scores a stream of pairs in the memory of one batch, results in stream order.
  void rerank_pairs(const PairSource& source, const ScoreSink& sink) const;

  /// Model id as given to the constructor.
  [[nodiscard]] virtual const std::string& model() const noexcept = 0;

 protected:
  struct PairView;  // a pair whose texts live elsewhere
  using PairViewSource = std::function<std::optional<PairView>()>;
  virtual void score(const PairViewSource& source, const ScoreSink& sink) const = 0;

 private:
  [[nodiscard]] RerankScores collect(const PairViewSource& source) const;
};

/// Cross-encoder: query and document are read together, one raw logit comes out (unbounded, higher
/// is better; see sigmoid()).
///
/// Limits: pairs above max_length() tokens are cut, the longer side first, on the right.
/// Errors: construction as TextEmbedding; kUnsupported for a classifier of more than one label.
/// Cost:   one pass over the sum of pair lengths; padding is never computed; memory is one batch.
class ASSAY_EXPORT TextCrossEncoder : public Reranker {
 public:
  explicit TextCrossEncoder(std::string_view model, ModelOptions options = {});

  [[nodiscard]] const std::string& model() const noexcept override;
  [[nodiscard]] std::size_t max_length() const noexcept;
  /// Tokens of the pairs after truncation.
  [[nodiscard]] std::size_t token_count(std::span<const TextPair> pairs) const;

  [[nodiscard]] static std::vector<ModelInfo> list_supported_models();
  static void add_custom_model(ModelInfo info);

 protected:
  void score(const PairViewSource& source, const ScoreSink& sink) const override;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

/// MaxSim over the token vectors of an embedder: the mean over query tokens of the best cosine with
/// a document token (Khattab and Zaharia 2020, divided by the query's length), in -1..1.
///
/// A reranker for where no cross-encoder can be had: it needs no further weights. Special tokens
/// take part (see docs/reranking.md for the measurement). Query and documents are cut at the
/// embedder's max_length().
class ASSAY_EXPORT MaxSimReranker : public Reranker {
 public:
  /// Shares the embedder's weights.
  explicit MaxSimReranker(const TextEmbedding& embedder);

  [[nodiscard]] const std::string& model() const noexcept override;

 protected:
  void score(const PairViewSource& source, const ScoreSink& sink) const override;

 private:
  std::shared_ptr<const TextEmbedding::Impl> impl_;
};

}  // namespace assay
