// SPDX-License-Identifier: Apache-2.0
// Embedders of the library itself. Alone in this file, so that tests of the client with fake
// embedders do not link the engine.
#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "assay/error.h"
#include "assay/hub.h"
#include "assay/late_interaction_text_embedding.h"
#include "assay/sparse_text_embedding.h"
#include "assay/text_embedding.h"
#include "client/inference.h"
#include "embed/model_kind.h"

namespace assay::client {
namespace {

// Arguments of FastEmbed's models that say how to run them.
constexpr std::string_view kRunOptions[] = {
    "cache_dir",        "cuda",     "device_ids", "lazy_load",
    "local_files_only", "parallel", "providers",  "threads"};

// The options of a document, read with errors that name the model.
class Options {
 public:
  Options(std::string_view model, const Value::Object& options)
      : model_(model), options_(options) {}

  /// Throws for an option that is none of these nor of kRunOptions.
  void allow(std::initializer_list<std::string_view> known) const {
    for (const auto& [key, value] : options_) {
      if (std::ranges::find(known, key) == known.end() &&
          std::ranges::find(kRunOptions, key) == std::end(kRunOptions))
        refuse(fmt::format("unknown option \"{}\"", key));
    }
  }
  template <class T>
  void read(std::string_view key, T& to) const {
    const auto found = options_.find(key);
    if (found == options_.end() || found->second.is_null()) return;
    if (!take(found->second, to)) {
      refuse(fmt::format("option \"{}\" has a value of the wrong type: {}", key,
                         found->second.to_json()));
    }
  }

 private:
  static bool take(const Value& value, double& to) {
    const auto* whole = value.get_if<std::int64_t>();
    if (whole == nullptr) return copy(value, to);
    to = static_cast<double>(*whole);
    return true;
  }
  static bool take(const Value& value, std::size_t& to) {
    const auto* whole = value.get_if<std::int64_t>();
    if (whole == nullptr || *whole < 0) return false;
    to = static_cast<std::size_t>(*whole);
    return true;
  }
  template <class T>
  static bool take(const Value& value, std::optional<T>& to) {
    return take(value, to.emplace());
  }
  static bool take(const Value& value, bool& to) { return copy(value, to); }
  static bool take(const Value& value, std::string& to) { return copy(value, to); }
  static bool take(const Value& value, std::vector<std::string>& to) {
    const auto* array = value.get_if<Value::Array>();
    if (array == nullptr) return false;
    return std::ranges::all_of(*array,
                               [&](const Value& item) { return take(item, to.emplace_back()); });
  }
  template <class T>
  static bool copy(const Value& value, T& to) {
    const T* found = value.get_if<T>();
    if (found != nullptr) to = *found;
    return found != nullptr;
  }
  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(ErrorCode::kInvalidArgument, fmt::format("model {}: {}", model_, what));
  }

  std::string_view model_;
  const Value::Object& options_;
};

DenseOptions dense_options(const Options& given) {
  given.allow({"dim"});
  DenseOptions options;
  given.read("dim", options.dim);
  return options;
}

SparseOptions sparse_options(const Options& given) {
  given.allow({"k", "b", "avg_len", "language", "token_max_length", "disable_stemmer", "stopwords",
               "alpha"});
  SparseOptions options;
  given.read("k", options.k);
  given.read("b", options.b);
  given.read("avg_len", options.avg_len);
  given.read("language", options.language);
  given.read("token_max_length", options.token_max_length);
  given.read("disable_stemmer", options.disable_stemmer);
  given.read("stopwords", options.stop_words);
  given.read("alpha", options.alpha);
  return options;
}

StoredVector copy_of(std::span<const float> row) {
  return std::vector<float>(row.begin(), row.end());
}

class DenseEmbedder : public Embedder {
 public:
  DenseEmbedder(const std::string& model, const ModelOptions& options, const DenseOptions& dense)
      : model_(model, options, dense) {}
  [[nodiscard]] std::vector<StoredVector> embed_passages(
      std::span<const std::string> texts) const override {
    const Embeddings rows = model_.passage_embed(texts);
    std::vector<StoredVector> vectors;
    for (std::size_t i = 0; i < rows.size(); ++i) vectors.push_back(copy_of(rows[i]));
    return vectors;
  }
  [[nodiscard]] StoredVector embed_query(std::string_view text) const override {
    return model_.query_embed(text);
  }

 private:
  TextEmbedding model_;
};

// Sparse and late-interaction models.
template <class Model>
class OtherEmbedder : public Embedder {
 public:
  explicit OtherEmbedder(Model model) : model_(std::move(model)) {}
  [[nodiscard]] std::vector<StoredVector> embed_passages(
      std::span<const std::string> texts) const override {
    auto embedded = model_.passage_embed(texts);
    std::vector<StoredVector> vectors;
    for (auto& vector : embedded) vectors.emplace_back(std::move(vector));
    return vectors;
  }
  [[nodiscard]] StoredVector embed_query(std::string_view text) const override {
    return model_.query_embed(text);
  }

 private:
  Model model_;
};

class TextEmbeddingProvider : public EmbedderProvider {
 public:
  explicit TextEmbeddingProvider(ModelOptions options) : options_(std::move(options)) {}
  [[nodiscard]] std::string canonical_name(const std::string& model) const override {
    const auto info = find_model(model);
    return info ? info->model : model;
  }
  [[nodiscard]] std::unique_ptr<const Embedder> load(const std::string& model,
                                                     const Value::Object& options) const override {
    const Options given(model, options);
    switch (embed::kind_of(model, options_)) {
      case ModelKind::kSparse:
        return std::make_unique<OtherEmbedder<SparseTextEmbedding>>(
            SparseTextEmbedding(model, options_, sparse_options(given)));
      case ModelKind::kLateInteraction:
        given.allow({});
        return std::make_unique<OtherEmbedder<LateInteractionTextEmbedding>>(
            LateInteractionTextEmbedding(model, options_));
      case ModelKind::kDense:
      case ModelKind::kRerank:  // says itself that it is a reranker
        break;
    }
    return std::make_unique<DenseEmbedder>(model, options_, dense_options(given));
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
