// SPDX-License-Identifier: Apache-2.0
// Texts to dense vectors.
#pragma once

#include <cstddef>
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
#include "assay/types.h"

namespace assay {

/// What some models can be told beyond ModelOptions.
struct DenseOptions {
  /// Models with task adapters (jina-embeddings-v3): the one for embed(), such as "text-matching";
  /// empty = "retrieval.passage", FastEmbed's choice. query_embed() and passage_embed() take
  /// "retrieval.query" and "retrieval.passage" whatever stands here. Each task in use has weights
  /// of its own in memory, loaded when first asked for.
  std::string task = {};
  /// Keep the first so many numbers of each vector, normalised again where the model normalises;
  /// unset = all. For models trained for it (Matryoshka, Kusupati et al. 2022); on others quality
  /// is lost.
  std::optional<std::size_t> dim = {};
  friend bool operator==(const DenseOptions&, const DenseOptions&) = default;
};

/// One text of a stream.
struct TextInput {
  std::string text;
  TextKind kind = TextKind::kPlain;
};

/// One result of a stream; `vector` is valid during the call only.
struct EmbeddedText {
  std::size_t index;              ///< position of the text in the stream
  std::span<const float> vector;  ///< [dim]
  std::size_t token_count;        ///< after truncation, special tokens counted
  bool truncated;
};

/// Gives the next text, or nothing at the end. Called from one thread.
using TextSource = std::function<std::optional<TextInput>()>;
/// Takes results in stream order. Called from one thread.
using EmbeddingSink = std::function<void(const EmbeddedText&)>;

/// Embeds texts with a bi-encoder.
///
/// Ownership: texts are read during the call and not kept. Copies share one set of weights.
/// Order:     row i belongs to text i.
/// Scale:     as the model's folder says: L2-normalised where modules.json has a Normalize module.
/// Limits:    texts above max_length() tokens are cut on the right and reported as truncated.
/// Errors:    kInvalidArgument for invalid UTF-8 (an empty text is valid); construction as
/// resolve_model(),
///            kCorruption or kUnsupported for weights and configs that do not fit, and
///            kInvalidArgument for a task or dim that the model does not have.
/// Cost:      one pass over the real tokens; padding is never computed; memory is bounded by
///            options.batch_tokens, not by the number of texts.
/// Threads:   may be called from many threads at once. A vector does not depend on what shared its
/// batch.
class ASSAY_EXPORT TextEmbedding {
 public:
  explicit TextEmbedding(std::string_view model, ModelOptions options = {},
                         const DenseOptions& dense = {});

  [[nodiscard]] Embeddings embed(std::span<const std::string> texts) const;
  [[nodiscard]] Embeddings embed(std::initializer_list<std::string_view> texts) const;
  /// One text, one vector of dim() floats.
  [[nodiscard]] std::vector<float> embed(std::string_view text) const;
  /// With the model's query prompt and adapter, if it has one.
  [[nodiscard]] std::vector<float> query_embed(std::string_view query) const;
  /// With the model's document prompt and adapter, if it has one.
  [[nodiscard]] Embeddings passage_embed(std::span<const std::string> texts) const;

  /// Embeds a stream in the memory of one batch. When `source` throws, results of the texts before
  /// are delivered first.
  void embed(const TextSource& source, const EmbeddingSink& sink) const;

  /// Tokens of the texts after truncation, special tokens counted.
  [[nodiscard]] std::size_t token_count(std::span<const std::string> texts) const;

  [[nodiscard]] const std::string& model() const noexcept;  ///< as given to the constructor
  [[nodiscard]] std::size_t dim() const noexcept;
  [[nodiscard]] std::size_t max_length() const noexcept;
  /// Tasks that the model has adapters for; empty for most.
  [[nodiscard]] const std::vector<std::string>& tasks() const noexcept;

  /// FastEmbed's dense models, each with `supported`.
  [[nodiscard]] static std::vector<ModelInfo> list_supported_models();
  /// Adds a dense entry for this process; see assay::add_custom_model().
  static void add_custom_model(ModelInfo info);

  struct Impl;  ///< opaque

 private:
  friend class MaxSimReranker;
  std::shared_ptr<const Impl> impl_;
};

/// Vector size of a dense model, from the catalogue, else from the files of its folder, without
/// loading weights.
ASSAY_EXPORT std::size_t get_embedding_size(std::string_view model,
                                            const ModelOptions& options = {});

}  // namespace assay
