// SPDX-License-Identifier: Apache-2.0
// SPLADE++ (Formal et al. 2022): ln(1 + max(logit, 0)), the largest over the tokens, for queries
// and documents alike. Inference-free SPLADE (Geng et al. 2024): documents ln(1 + ln(1 + max(logit,
// 0))), special tokens left out; a query is its tokens with the weights of idf.json.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "assay/error.h"
#include "base/file.h"
#include "embed/limits.h"
#include "embed/loaded.h"
#include "embed/sparse_model.h"
#include "embed/sparse_words.h"
#include "model/config.h"

namespace assay::embed {
namespace {

using Network = std::shared_ptr<const Loaded<model::MaskedLm>>;

class Splade : public SparseModel {
 public:
  Splade(Network loaded, const ModelOptions& options)
      : loaded_(std::move(loaded)),
        max_length_(effective_max_length(loaded_->folder, options.max_length,
                                         loaded_->network.encoder().max_positions())) {}

  Encoding encode(std::string_view text, TextKind, SparseSlot& slot) const override {
    Encoding encoding = loaded_->tokenizer.encode(text, max_length_);
    slot.token_count = encoding.ids.size();
    slot.truncated = encoding.truncated();
    return encoding;
  }
  void infer(const model::PackedBatch& batch, model::Workspace& workspace, std::size_t threads,
             std::span<SparseSlot* const> slots) const override {
    std::vector<SparseVector> vectors(slots.size());
    loaded_->network.largest_logits(batch, workspace, threads, vectors);
    for (std::size_t i = 0; i < slots.size(); ++i) {
      slots[i]->vector = std::move(vectors[i]);
      activate(slots[i]->vector);
    }
  }
  [[nodiscard]] bool requires_idf() const override { return false; }
  [[nodiscard]] std::optional<std::size_t> max_length() const override { return max_length_; }

 protected:
  [[nodiscard]] const Tokenizer& tokenizer() const { return loaded_->tokenizer; }
  virtual void activate(SparseVector& vector) const {
    for (float& value : vector.values) value = std::log1p(value);
  }

 private:
  Network loaded_;
  std::size_t max_length_;
};

class InferenceFree : public Splade {
 public:
  InferenceFree(Network loaded, const ModelOptions& options)
      : Splade(loaded, options), special_(special_ids(loaded->folder, loaded->tokenizer)) {
    const auto file = loaded->folder / "idf.json";
    for (const auto& [token, weight] : model::Config::read(file).numbers()) {
      const auto id = loaded->tokenizer.id(token);
      if (id && weight != 0) weights_.emplace(*id, static_cast<float>(weight));
    }
    if (weights_.empty()) {
      throw Error(ErrorCode::kCorruption,
                  fmt::format("model: {}: none of its tokens is in the tokenizer's vocabulary. Do "
                              "the files belong together?",
                              file.string()));
    }
  }

  Encoding encode(std::string_view text, TextKind kind, SparseSlot& slot) const override {
    Encoding encoding = Splade::encode(text, kind, slot);
    if (kind != TextKind::kQuery) return encoding;
    for (const std::int32_t id : std::set(encoding.ids.begin(), encoding.ids.end())) {
      const auto weight = weights_.find(id);
      if (weight == weights_.end() || special_.contains(id)) continue;
      slot.vector.indices.push_back(static_cast<std::uint32_t>(id));
      slot.vector.values.push_back(weight->second);
    }
    return {};
  }

 private:
  void activate(SparseVector& vector) const override {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < vector.indices.size(); ++i) {
      if (special_.contains(static_cast<std::int32_t>(vector.indices[i]))) continue;
      vector.indices[kept] = vector.indices[i];
      vector.values[kept++] = std::log1p(std::log1p(vector.values[i]));
    }
    vector.indices.resize(kept);
    vector.values.resize(kept);
  }

  std::unordered_set<std::int32_t> special_;
  std::unordered_map<std::int32_t, float> weights_;
};

}  // namespace

std::unique_ptr<SparseModel> make_sparse_splade(std::string_view id, const ModelOptions& options) {
  Network loaded = load_masked_lm(id, options);
  if (file_exists(loaded->folder / "idf.json"))
    return std::make_unique<InferenceFree>(std::move(loaded), options);
  return std::make_unique<Splade>(std::move(loaded), options);
}

}  // namespace assay::embed
