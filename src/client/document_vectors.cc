// SPDX-License-Identifier: Apache-2.0
// Counts the uses of each text first, so that a vector can leave memory after its last one.
#include "client/document_vectors.h"

#include <functional>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/assert.h"

namespace assay::client {

std::optional<store::VectorView> ready_vector(const Vector& vector) {
  return std::visit(
      [](const auto& kind) -> std::optional<store::VectorView> {
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(kind)>, Document>) {
          return std::nullopt;
        } else {
          return store::view_of(kind);
        }
      },
      vector);
}

std::size_t DocumentVectors::KeyHash::operator()(const Key& key) const noexcept {
  const std::hash<std::string_view> hash;
  return (hash(key.text) * 31 + hash(key.model)) * 31 + hash(key.options);
}

DocumentVectors::Key DocumentVectors::key_of(const Document& document) {
  return {document.model, document.options.empty() ? "" : Value(document.options).to_json(),
          document.text};
}

DocumentVectors::DocumentVectors(Inference& inference, std::span<const PointStruct> points)
    : inference_(inference) {
  for (const PointStruct& point : points) {
    for (const auto& [name, vector] : point.vector.by_name) {
      const auto* document = std::get_if<Document>(&vector);
      if (document != nullptr) ++entries_[key_of(*document)].uses_left;
    }
  }
}

void DocumentVectors::embed_missing(std::span<const PointStruct> part) {
  struct Batch {
    const Document* model = nullptr;  // and its options
    std::vector<std::string> texts = {};
    std::vector<Entry*> entries = {};
  };
  std::map<std::pair<std::string_view, std::string>, Batch> batches;  // by model and options
  for (const PointStruct& point : part) {
    for (const auto& [name, vector] : point.vector.by_name) {
      const auto* document = std::get_if<Document>(&vector);
      if (document == nullptr) continue;
      const Key key = key_of(*document);
      Entry& entry = entries_.at(key);
      if (entry.vector) continue;
      entry.vector.emplace();  // marks it as taken; the batch replaces it
      Batch& batch = batches[{key.model, key.options}];
      batch.model = document;
      batch.texts.push_back(document->text);
      batch.entries.push_back(&entry);  // unordered_map keeps its elements where they are
    }
  }
  for (auto& [key, batch] : batches) {
    auto vectors =
        inference_.embedder(batch.model->model, batch.model->options).embed_passages(batch.texts);
    ASSAY_ASSERT(vectors.size() == batch.texts.size());
    for (std::size_t i = 0; i < vectors.size(); ++i)
      batch.entries[i]->vector = std::move(vectors[i]);
  }
}

std::span<const store::PointView> DocumentVectors::resolve(std::span<const PointStruct> part) {
  views_.clear();
  for (const Key& key : spent_) entries_.erase(key);
  spent_.clear();
  embed_missing(part);

  views_.reserve(part.size());
  for (const PointStruct& point : part) {
    store::PointView& view = views_.emplace_back();
    view.id = point.id;
    view.payload = &point.payload;
    for (const auto& [name, vector] : point.vector.by_name) {
      if (const auto* document = std::get_if<Document>(&vector)) {
        const Key key = key_of(*document);
        Entry& entry = entries_.at(key);
        view.vectors.push_back({name, store::view_of(*entry.vector)});
        if (--entry.uses_left == 0) spent_.push_back(key);
      } else {
        view.vectors.push_back({name, *ready_vector(vector)});
      }
    }
  }
  return views_;
}

}  // namespace assay::client
