// SPDX-License-Identifier: Apache-2.0
// Texts to vectors for a client: one embedder a model and its options, loaded when first wanted and
// kept.
//
// Used by client.cc and document_vectors.cc. Where embedders come from is behind EmbedderProvider:
// text_embedding_provider.cc in the library, fakes in tests. Thread-safe; models load side by side,
// one model only once.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "assay/point.h"
#include "assay/types.h"

namespace assay::client {

/// A loaded model, whose kind decides the form of its vectors. Thread-safe.
class Embedder {
 public:
  Embedder() = default;
  Embedder(const Embedder&) = delete;
  Embedder& operator=(const Embedder&) = delete;
  virtual ~Embedder() = default;
  /// Vector i belongs to text i.
  [[nodiscard]] virtual std::vector<StoredVector> embed_passages(
      std::span<const std::string> texts) const = 0;
  [[nodiscard]] virtual StoredVector embed_query(std::string_view text) const = 0;
};

/// Where models come from. Thread-safe.
class EmbedderProvider {
 public:
  EmbedderProvider() = default;
  EmbedderProvider(const EmbedderProvider&) = delete;
  EmbedderProvider& operator=(const EmbedderProvider&) = delete;
  virtual ~EmbedderProvider() = default;
  /// One name for all spellings of a model.
  [[nodiscard]] virtual std::string canonical_name(const std::string& model) const = 0;
  /// `options` are those of Document.
  [[nodiscard]] virtual std::unique_ptr<const Embedder> load(
      const std::string& model, const Value::Object& options) const = 0;
  /// Vector size, without loading weights.
  [[nodiscard]] virtual std::size_t embedding_size(std::string_view model) const = 0;
};

/// Models of the catalogue, the hub and folders: dense, sparse and late-interaction ones.
std::unique_ptr<const EmbedderProvider> text_embedding_provider(const ModelOptions& options);

class Inference {
 public:
  explicit Inference(std::unique_ptr<const EmbedderProvider> provider);

  /// The embedder of `model` with these options, which lives as long as this object. A load that
  /// fails is tried again by the next call.
  [[nodiscard]] const Embedder& embedder(const std::string& model,
                                         const Value::Object& options = {});
  [[nodiscard]] std::size_t embedding_size(std::string_view model) const {
    return provider_->embedding_size(model);
  }

 private:
  struct Entry {
    std::mutex loading;
    std::unique_ptr<const Embedder> embedder;  // guarded by `loading`; set once
  };

  const std::unique_ptr<const EmbedderProvider> provider_;
  std::mutex mutex_;
  // Guarded by mutex_; by canonical name and the options' JSON.
  std::map<std::pair<std::string, std::string>, std::unique_ptr<Entry>> entries_;
};

}  // namespace assay::client
