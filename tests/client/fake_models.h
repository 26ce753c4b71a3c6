// SPDX-License-Identifier: Apache-2.0
// Models that need no weights: vectors made from the bytes of a text, with a log of what was asked.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "assay/error.h"
#include "client/inference.h"

namespace assay::test {

/// What the fakes were asked; shared with the test. Thread-safe.
struct FakeLog {
  std::mutex mutex;
  std::map<std::string, int> loads;               // by model
  std::vector<std::vector<std::string>> batches;  // one a call of embed_passages()
  std::vector<std::string> queries;
};

/// Size 3: length, first byte, and 1 for passages or 2 for queries.
inline std::vector<float> fake_vector(std::string_view text, bool query) {
  const auto first = text.empty() ? 0.0f : static_cast<float>(static_cast<unsigned char>(text[0]));
  return {static_cast<float>(text.size()), first, query ? 2.0f : 1.0f};
}

class FakeEmbedder : public client::Embedder {
 public:
  FakeEmbedder(FakeLog& log, std::string model) : log_(log), model_(std::move(model)) {}
  [[nodiscard]] std::vector<StoredVector> embed_passages(
      std::span<const std::string> texts) const override {
    const std::scoped_lock lock(log_.mutex);
    log_.batches.emplace_back(texts.begin(), texts.end());
    std::vector<StoredVector> vectors;
    for (const auto& text : texts) vectors.emplace_back(vector(text, false));
    return vectors;
  }
  [[nodiscard]] StoredVector embed_query(std::string_view text) const override {
    const std::scoped_lock lock(log_.mutex);
    log_.queries.emplace_back(text);
    return vector(text, true);
  }

 private:
  [[nodiscard]] StoredVector vector(std::string_view text, bool query) const {
    const auto values = fake_vector(text, query);
    if (model_ == "fake/sparse") return SparseVector{{7, 3, 1}, values};
    if (model_ == "fake/late") return MultiVector(1, values);
    return values;
  }

  FakeLog& log_;
  std::string model_;
};

/// Knows "fake/a", "fake/b", "fake/sparse" and "fake/late" in any case; everything else is
/// kNotFound.
class FakeProvider : public client::EmbedderProvider {
 public:
  explicit FakeProvider(FakeLog& log) : log_(log) {}
  [[nodiscard]] std::string canonical_name(const std::string& model) const override {
    std::string name = model;
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return name;
  }
  [[nodiscard]] std::unique_ptr<const client::Embedder> load(
      const std::string& model, const Value::Object& options) const override {
    const std::scoped_lock lock(log_.mutex);
    ++log_.loads[options.empty() ? model : model + Value(options).to_json()];
    if (model != "fake/a" && model != "fake/b" && model != "fake/sparse" && model != "fake/late") {
      throw Error(ErrorCode::kNotFound, "no model " + model);
    }
    return std::make_unique<FakeEmbedder>(log_, model);
  }
  [[nodiscard]] std::size_t embedding_size(std::string_view) const override { return 3; }

 private:
  FakeLog& log_;
};

}  // namespace assay::test
