// SPDX-License-Identifier: Apache-2.0
// Counts the uses of each text first, so that a vector can leave memory after its last one.
#include "client/document_vectors.h"

#include <functional>
#include <map>
#include <string>
#include <variant>

#include "base/assert.h"

namespace assay::client {

std::size_t DocumentVectors::KeyHash::operator()(const Key& key) const noexcept {
  const std::hash<std::string_view> hash;
  return hash(key.text) * 31 + hash(key.model);
}

DocumentVectors::DocumentVectors(Inference& inference, std::span<const PointStruct> points)
    : inference_(inference) {
  for (const PointStruct& point : points) {
    for (const auto& [name, vector] : point.vector.by_name) {
      const auto* document = std::get_if<Document>(&vector);
      if (document != nullptr) ++entries_[{document->model, document->text}].uses_left;
    }
  }
}

void DocumentVectors::embed_missing(std::span<const PointStruct> part) {
  struct Batch {
    std::vector<std::string> texts;
    std::vector<Entry*> entries;
  };
  std::map<std::string_view, Batch> batches;  // by model
  for (const PointStruct& point : part) {
    for (const auto& [name, vector] : point.vector.by_name) {
      const auto* document = std::get_if<Document>(&vector);
      if (document == nullptr) continue;
      Entry& entry = entries_.at({document->model, document->text});
      if (!entry.vector.empty()) continue;
      entry.vector = {0.0f};  // marks it as taken; the batch replaces it
      Batch& batch = batches[document->model];
      batch.texts.push_back(document->text);
      batch.entries.push_back(&entry);  // unordered_map keeps its elements where they are
    }
  }
  for (auto& [model, batch] : batches) {
    const Embeddings rows = inference_.embedder(std::string(model)).embed_passages(batch.texts);
    ASSAY_ASSERT(rows.size() == batch.texts.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      batch.entries[i]->vector.assign(rows[i].begin(), rows[i].end());
    }
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
        const Key key{document->model, document->text};
        Entry& entry = entries_.at(key);
        view.vectors.push_back({name, entry.vector});
        if (--entry.uses_left == 0) spent_.push_back(key);
      } else {
        view.vectors.push_back({name, std::get<std::vector<float>>(vector)});
      }
    }
  }
  return views_;
}

}  // namespace assay::client
