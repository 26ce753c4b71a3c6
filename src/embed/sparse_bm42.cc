// SPDX-License-Identifier: Apache-2.0
// BM42 (Qdrant 2024): words weighted by the attention they get from the first token; IDF by the
// engine.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <utility>

#include "assay/error.h"
#include "base/file.h"
#include "embed/limits.h"
#include "embed/loaded.h"
#include "embed/sparse_model.h"
#include "embed/sparse_words.h"
#include "sparse/bm25.h"
#include "sparse/murmur_hash.h"
#include "sparse/stop_words.h"

namespace assay::embed {
namespace {

class Bm42 : public SparseModel {
 public:
  Bm42(std::string_view id, const ModelOptions& options, double alpha)
      : loaded_(load_first_token_attention(id, options)),
        max_length_(effective_max_length(loaded_->folder, options.max_length,
                                         loaded_->network.encoder().max_positions())),
        alpha_(alpha),
        special_(special_ids(loaded_->folder, loaded_->tokenizer)),
        left_out_(stop_words_of(loaded_->folder)),
        stemmers_("english") {
    if (!std::isfinite(alpha) || alpha < 0) {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("alpha: expected a number from 0 up, got {}", alpha));
    }
  }

  Encoding encode(std::string_view text, TextKind kind, SparseSlot& slot) const override {
    Encoding encoding = loaded_->tokenizer.encode(text, max_length_);
    slot.token_count = encoding.ids.size();
    slot.truncated = encoding.truncated();
    if (kind != TextKind::kQuery) return encoding;
    std::unordered_map<std::uint32_t, std::size_t> places;
    for_each_stem(encoding.ids, [&](std::string_view stem, const PieceWord&) {
      put(sparse::term_index(stem), 1.0f, places, slot.vector);
    });
    return {};
  }

  void infer(const model::PackedBatch& batch, model::Workspace& workspace, std::size_t threads,
             std::span<SparseSlot* const> slots) const override {
    std::vector<float> attention(batch.tokens());
    loaded_->network.weights(batch, workspace, threads, attention);
    for (std::size_t s = 0; s < slots.size(); ++s) {
      const std::size_t begin = batch.offsets[s];
      const auto ids = batch.ids.subspan(begin, batch.offsets[s + 1] - begin);
      // A word's pieces add up; of equal stems the largest counts.
      std::vector<std::pair<std::string, double>> stems;
      std::unordered_map<std::string, std::size_t> known;
      for_each_stem(ids, [&](std::string_view stem, const PieceWord& word) {
        double weight = 0;
        for (const std::size_t position : word.positions) weight += attention[begin + position];
        const auto [found, is_new] = known.try_emplace(std::string(stem), stems.size());
        if (is_new) stems.emplace_back(stem, 0.0);
        double& largest = stems[found->second].second;
        largest = std::max(largest, weight);
      });
      std::unordered_map<std::uint32_t, std::size_t> places;
      for (const auto& [stem, weight] : stems) {
        put(sparse::term_index(stem), static_cast<float>(std::pow(std::log1p(weight), alpha_)),
            places, slots[s]->vector);
      }
    }
  }

  [[nodiscard]] bool requires_idf() const override { return true; }
  [[nodiscard]] std::optional<std::size_t> max_length() const override { return max_length_; }

 private:
  // The folder's stopwords.txt, one word a line, else those of BM25.
  static sparse::WordSet stop_words_of(const std::filesystem::path& folder) {
    const auto file = folder / "stopwords.txt";
    if (!file_exists(file)) return sparse::WordSet(sparse::stop_words("english"));
    return sparse::WordSet(lines_of(read_file(file, std::size_t{1} << 20)));
  }

  template <class Take>
  void for_each_stem(std::span<const std::int32_t> ids, const Take& take) const {
    const sparse::StemmerPool::Handle stemmer(stemmers_);
    for (const PieceWord& word : join_pieces(loaded_->tokenizer, ids, special_)) {
      if (left_out_.contains(word.text) || is_ascii_punctuation(word.text)) continue;
      take(stemmer->stem(word.text), word);
    }
  }

  // The later of two stems with one index wins, in the place of the first.
  static void put(std::uint32_t index, float value,
                  std::unordered_map<std::uint32_t, std::size_t>& places, SparseVector& vector) {
    const auto [found, is_new] = places.try_emplace(index, vector.indices.size());
    if (is_new) {
      vector.indices.push_back(index);
      vector.values.push_back(value);
    } else {
      vector.values[found->second] = value;
    }
  }

  std::shared_ptr<const Loaded<model::FirstTokenAttention>> loaded_;
  std::size_t max_length_;
  double alpha_;
  std::unordered_set<std::int32_t> special_;
  sparse::WordSet left_out_;
  sparse::StemmerPool stemmers_;
};

}  // namespace

std::unique_ptr<SparseModel> make_sparse_bm42(std::string_view id, const ModelOptions& options,
                                              const SparseOptions& sparse) {
  return std::make_unique<Bm42>(id, options, sparse.alpha);
}

}  // namespace assay::embed
