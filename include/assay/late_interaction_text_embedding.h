// SPDX-License-Identifier: Apache-2.0
// Texts to token matrices: a vector for every token, compared by MaxSim.
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

/// Sum over the query's rows of the largest dot product with a row of the document (Khattab and
/// Zaharia 2020); 0 when either has no rows. kInvalidArgument for different dims.
ASSAY_EXPORT float max_sim(const TokenEmbeddings& query, const TokenEmbeddings& document);

/// One result of a stream; `rows` is valid during the call only.
struct LateInteractionText {
  std::size_t index;  ///< position of the text in the stream
  const TokenEmbeddings& rows;
  std::size_t token_count;  ///< of the sequence computed: marker and query expansion counted
  bool truncated;
};

/// Takes results in stream order. Called from one thread.
using LateInteractionSink = std::function<void(const LateInteractionText&)>;

/// Embeds texts with a late-interaction model (ColBERT).
///
/// Ownership: texts are read during the call and not kept. Copies share one set of weights.
/// Order:     matrix i belongs to text i; its rows are in the order of the tokens.
/// Rows:      of a document every token but the 32 ASCII punctuation characters; of a query all
///            tokens, short ones filled up to 32 rows with [MASK] where the model was trained so.
/// Scale:     each row has unit length; see max_sim().
/// Limits:    texts above max_length() tokens (marker included) are cut on the right and reported.
/// Errors:    as TextEmbedding.
/// Cost:      one pass over the real tokens; memory is bounded by options.batch_tokens.
/// Threads:   may be called from many threads at once. A row does not depend on what shared its
///            batch.
class ASSAY_EXPORT LateInteractionTextEmbedding {
 public:
  explicit LateInteractionTextEmbedding(std::string_view model, ModelOptions options = {});

  /// Texts as documents.
  [[nodiscard]] std::vector<TokenEmbeddings> embed(std::span<const std::string> texts) const;
  [[nodiscard]] std::vector<TokenEmbeddings> embed(
      std::initializer_list<std::string_view> texts) const;
  [[nodiscard]] TokenEmbeddings embed(std::string_view text) const;
  [[nodiscard]] std::vector<TokenEmbeddings> passage_embed(
      std::span<const std::string> texts) const;
  /// A text as a query.
  [[nodiscard]] TokenEmbeddings query_embed(std::string_view query) const;

  /// Embeds a stream in the memory of one batch; kPlain is a document. When `source` throws,
  /// results of the texts before are delivered first.
  void embed(const TextSource& source, const LateInteractionSink& sink) const;

  /// Tokens of the texts after truncation, special tokens counted; with `include_extension` also
  /// the marker and, of queries, the expansion.
  [[nodiscard]] std::size_t token_count(std::span<const std::string> texts,
                                        TextKind kind = TextKind::kPassage,
                                        bool include_extension = false) const;

  [[nodiscard]] const std::string& model() const noexcept;  ///< as given to the constructor
  [[nodiscard]] std::size_t dim() const noexcept;           ///< floats a row
  [[nodiscard]] std::size_t max_length() const noexcept;

  /// FastEmbed's late-interaction models, each with `supported`.
  [[nodiscard]] static std::vector<ModelInfo> list_supported_models();

  struct Impl;  ///< opaque

 private:
  std::shared_ptr<const Impl> impl_;
};

}  // namespace assay
