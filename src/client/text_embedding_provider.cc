// SPDX-License-Identifier: Apache-2.0
// Embedders of the library itself. Alone in this file, so that tests of the client with fake
// embedders do not link the engine.
#include <utility>

#include "assay/hub.h"
#include "assay/text_embedding.h"
#include "client/inference.h"

namespace assay::client {
namespace {

class TextEmbedder : public Embedder {
 public:
  TextEmbedder(const std::string& model, const ModelOptions& options) : model_(model, options) {}
  [[nodiscard]] Embeddings embed_passages(std::span<const std::string> texts) const override {
    return model_.passage_embed(texts);
  }
  [[nodiscard]] std::vector<float> embed_query(std::string_view text) const override {
    return model_.query_embed(text);
  }

 private:
  TextEmbedding model_;
};

class TextEmbeddingProvider : public EmbedderProvider {
 public:
  explicit TextEmbeddingProvider(ModelOptions options) : options_(std::move(options)) {}
  [[nodiscard]] std::string canonical_name(const std::string& model) const override {
    const auto info = find_model(model);
    return info ? info->model : model;
  }
  [[nodiscard]] std::unique_ptr<const Embedder> load(const std::string& model) const override {
    return std::make_unique<TextEmbedder>(model, options_);
  }
  [[nodiscard]] std::size_t embedding_size(std::string_view model) const override {
    return get_embedding_size(model, options_);
  }

 private:
  ModelOptions options_;
};

}  // namespace

std::unique_ptr<const EmbedderProvider> text_embedding_provider(const ModelOptions& options) {
  return std::make_unique<TextEmbeddingProvider>(options);
}

}  // namespace assay::client
