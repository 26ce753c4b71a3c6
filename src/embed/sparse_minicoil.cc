// SPDX-License-Identifier: Apache-2.0
// miniCOIL (Qdrant 2025): BM25 whose terms carry four numbers of meaning, so that a bat that flies
// does not match one that hits.
//
// Word pieces are joined to words; a word of the vocabulary (or one that shares its stem) is
// represented by tanh(mean of its pieces' rows times the word's own matrix), at unit length, at
// indices 4 id to 4 id + 3. Other words are stemmed and hashed above those, as in BM25. A
// document's values are scaled by BM25's term weight; the engine applies IDF. FastEmbed's files:
// minicoil.triplet.model.npy [words + 1, hidden, 4], minicoil.triplet.model.vocab (JSON: "vocab",
// "stem_mapping"), stopwords.txt.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "assay/error.h"
#include "base/file.h"
#include "base/unicode.h"
#include "embed/limits.h"
#include "embed/loaded.h"
#include "embed/sparse_model.h"
#include "embed/sparse_words.h"
#include "hub/resolve.h"
#include "hub/settings.h"
#include "model/config.h"
#include "model/npy.h"
#include "sparse/bm25.h"
#include "sparse/murmur_hash.h"
#include "sparse/words.h"

namespace assay::embed {
namespace {

namespace fs = std::filesystem;

constexpr const char* kVocabulary = "minicoil.triplet.model.vocab";
constexpr std::size_t kLongestWord = 40;  // code points of a stem
constexpr std::uint32_t kGap = 32'000;    // hashed words start at a multiple of it
constexpr double kUsualLength = 150;      // words of an average document
constexpr std::array kSpecial = {"[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]"};

fs::path folder_of_vectors(std::string_view id, const fs::path& model,
                           const ModelOptions& options) {
  std::error_code ignored;
  if (fs::exists(model / kMiniCoilVectors, ignored)) return model;
  if (auto folder = hub::resolve_companion(id, hub::settings_from(options))) return *folder;
  throw Error(ErrorCode::kNotFound,
              fmt::format("model: {}: miniCOIL needs {}, {} and stopwords.txt beside the weights",
                          model.string(), kMiniCoilVectors, kVocabulary));
}

// Which word of the vocabulary a word of a text is; ids count from 1.
class WordIds {
 public:
  explicit WordIds(const fs::path& file) {
    const auto config = model::Config::read(file);
    for (const std::string& word : config.texts("vocab"))
      ids_.emplace(word, static_cast<std::uint32_t>(ids_.size() + 1));
    words_ = ids_.size();
    if (words_ == 0) {
      throw Error(ErrorCode::kCorruption,
                  fmt::format("model: {}: \"vocab\": expected a list of words", file.string()));
    }
    for (const auto& [stem, word] : config.text_map("stem_mapping")) {
      if (const auto known = ids_.find(word); known != ids_.end()) stems_[stem] = known->second;
    }
  }

  [[nodiscard]] std::size_t words() const { return words_; }
  [[nodiscard]] std::uint32_t of_word(const std::string& word) const { return in(ids_, word); }
  [[nodiscard]] std::uint32_t of_stem(const std::string& stem) const { return in(stems_, stem); }

 private:
  using Ids = std::unordered_map<std::string, std::uint32_t>;
  static std::uint32_t in(const Ids& ids, const std::string& key) {
    const auto found = ids.find(key);
    return found == ids.end() ? 0 : found->second;
  }
  Ids ids_;
  Ids stems_;
  std::size_t words_ = 0;
};

class MiniCoil : public SparseModel {
 public:
  MiniCoil(std::string_view id, const ModelOptions& options, const SparseOptions& sparse)
      : loaded_(load_bi_encoder(id, options, "")),
        max_length_(effective_max_length(loaded_->folder, options.max_length,
                                         loaded_->network.encoder().max_positions())),
        k_(sparse.k),
        b_(sparse.b),
        average_length_(sparse.avg_len.value_or(kUsualLength)),
        folder_(folder_of_vectors(id, loaded_->folder, options)),
        ids_(folder_ / kVocabulary),
        vectors_(model::NpyArray::open(folder_ / kMiniCoilVectors)),
        left_out_(lines_of(read_file(folder_ / "stopwords.txt", std::size_t{1} << 20))),
        stemmers_("english") {
    (void)sparse::Bm25(sparse);  // k, b and avg_len in their ranges
    const auto& shape = vectors_.shape();
    const std::size_t hidden = loaded_->network.encoder().hidden_size();
    if (shape.size() != 3 || shape[0] != ids_.words() + 1 || shape[1] != hidden || shape[2] == 0) {
      throw Error(
          ErrorCode::kCorruption,
          fmt::format("model: {}: expected shape [{}, {}, n], got [{}]. Do the files belong "
                      "together?",
                      (folder_ / kMiniCoilVectors).string(), ids_.words() + 1, hidden,
                      fmt::join(shape, ", ")));
    }
    values_ = shape[2];
    first_hashed_ = static_cast<std::uint32_t>((shape[0] * values_ / kGap + 2) * kGap);
  }

  Encoding encode(std::string_view text, TextKind kind, SparseSlot& slot) const override {
    Encoding encoding = loaded_->tokenizer.encode(text, max_length_);
    slot.token_count = encoding.ids.size();
    slot.truncated = encoding.truncated();
    slot.query = kind == TextKind::kQuery;
    return encoding;
  }

  void infer(const model::PackedBatch& batch, model::Workspace& workspace, std::size_t threads,
             std::span<SparseSlot* const> slots) const override {
    const std::size_t hidden = loaded_->network.encoder().hidden_size();
    const std::span<const float> rows = loaded_->network.token_rows(batch, workspace, threads);
    for (std::size_t s = 0; s < slots.size(); ++s) {
      const std::size_t begin = batch.offsets[s];
      const std::size_t length = batch.offsets[s + 1] - begin;
      slots[s]->vector = vector_of(batch.ids.subspan(begin, length),
                                   rows.subspan(begin * hidden, length * hidden), slots[s]->query);
    }
  }

  [[nodiscard]] bool requires_idf() const override { return true; }
  [[nodiscard]] std::optional<std::size_t> max_length() const override { return max_length_; }

 private:
  // A word of the vocabulary in a text.
  struct Known {
    std::size_t count = 0;
    std::size_t pieces = 0;
    std::vector<float> sum;  // of the pieces' rows
  };
  struct Hashed {
    std::string stem;
    std::size_t count;
  };

  SparseVector vector_of(std::span<const std::int32_t> tokens, std::span<const float> rows,
                         bool query) const {
    const sparse::StemmerPool::Handle stemmer(stemmers_);
    std::map<std::uint32_t, Known> known;  // by id
    std::vector<Hashed> others;            // in order of first appearance
    std::unordered_map<std::string, std::size_t> places;
    std::vector<std::string> unknown;
    for (const PieceWord& word : join_pieces(loaded_->tokenizer, tokens, {})) {
      const std::uint32_t id = id_of(word.text, stemmer);
      if (id == 0) {
        unknown.push_back(word.text);
        continue;
      }
      add(known[id], word, rows);
    }
    for (const std::string& word : unknown) {
      if (left_out(word)) continue;
      for_each_part(word, [&](std::string_view part) {
        const std::string stem(stemmer->stem(part));
        if (sparse::length_of(stem) > kLongestWord || left_out(stem)) return;
        // A part may be spelled like a word of the vocabulary.
        if (const auto found = known.find(ids_.of_word(stem)); found != known.end()) {
          ++found->second.count;
          return;
        }
        const auto [place, is_new] = places.try_emplace(stem, others.size());
        if (is_new) others.push_back({stem, 0});
        ++others[place->second].count;
      });
    }
    return weighted(known, others, query);
  }

  [[nodiscard]] std::uint32_t id_of(const std::string& word,
                                    const sparse::StemmerPool::Handle& stemmer) const {
    if (left_out_.contains(word)) return 0;
    if (const auto id = ids_.of_word(word)) return id;
    if (const auto id = ids_.of_stem(word)) return id;
    return ids_.of_stem(std::string(stemmer->stem(word)));
  }

  // `rows` are those of all tokens of the text.
  void add(Known& known, const PieceWord& word, std::span<const float> rows) const {
    const std::size_t hidden = vectors_.shape()[1];
    known.sum.resize(hidden);
    for (const std::size_t position : word.positions) {
      for (std::size_t i = 0; i < hidden; ++i) known.sum[i] += rows[position * hidden + i];
    }
    ++known.count;
    known.pieces += word.positions.size();
  }

  // The word's numbers of meaning at unit length.
  void represent(std::uint32_t id, const Known& word, std::span<float> out) const {
    const std::size_t hidden = vectors_.shape()[1];
    std::vector<float> matrix(hidden * out.size());
    vectors_.read(id * matrix.size(), matrix);
    double squares = 0;
    for (std::size_t v = 0; v < out.size(); ++v) {
      double sum = 0;
      for (std::size_t i = 0; i < hidden; ++i)
        sum += double{word.sum[i]} * double{matrix[i * out.size() + v]};
      const double value = std::tanh(sum / static_cast<double>(word.pieces));
      squares += value * value;
      out[v] = static_cast<float>(value);
    }
    const double norm = std::sqrt(squares);
    if (norm < 1e-8) return;
    for (float& value : out) value = static_cast<float>(value / norm);
  }

  // Words of the vocabulary by id, then the others.
  [[nodiscard]] SparseVector weighted(const std::map<std::uint32_t, Known>& known,
                                      std::span<const Hashed> others, bool query) const {
    std::size_t length = 0;
    for (const auto& [id, word] : known) length += word.count;
    for (const Hashed& word : others) length += word.count;
    const auto weight = [&](std::size_t count) {
      return query ? 1.0
                   : sparse::term_weight(static_cast<double>(count), static_cast<double>(length),
                                         k_, b_, average_length_);
    };
    SparseVector vector;
    std::vector<float> meaning(values_);
    for (const auto& [id, word] : known) {
      represent(id, word, meaning);
      for (std::size_t v = 0; v < values_; ++v) {
        if (meaning[v] == 0) continue;
        vector.indices.push_back(static_cast<std::uint32_t>(id * values_ + v));
        vector.values.push_back(static_cast<float>(double{meaning[v]} * weight(word.count)));
      }
    }
    // Two words may share an index; their weights add up, as they would in a dot product.
    std::unordered_map<std::uint32_t, std::size_t> places;
    constexpr std::uint32_t kEnd = std::numeric_limits<std::int32_t>::max();
    for (const Hashed& word : others) {
      const std::uint32_t index =
          first_hashed_ + sparse::term_index(word.stem) % (kEnd - first_hashed_);
      const auto [place, is_new] = places.try_emplace(index, vector.indices.size());
      if (is_new) {
        vector.indices.push_back(index);
        vector.values.push_back(0);
      }
      vector.values[place->second] += static_cast<float>(weight(word.count));
    }
    return vector;
  }

  [[nodiscard]] bool left_out(const std::string& word) const {
    return word == "_" || left_out_.contains(word) ||
           std::find(kSpecial.begin(), kSpecial.end(), word) != kSpecial.end();
  }

  // Runs of letters, numbers and underscores.
  template <class Take>
  static void for_each_part(std::string_view word, const Take& take) {
    std::size_t begin = 0;
    for (std::size_t at = 0; at < word.size();) {
      const std::size_t before = at;
      const char32_t c = unicode::decode(word, at);
      if (c == U'_' || unicode::is_alphanumeric(c)) continue;
      if (before > begin) take(word.substr(begin, before - begin));
      begin = at;
    }
    if (begin < word.size()) take(word.substr(begin));
  }

  std::shared_ptr<const Loaded<model::BiEncoder>> loaded_;
  std::size_t max_length_;
  double k_;
  double b_;
  double average_length_;
  fs::path folder_;
  WordIds ids_;
  model::NpyArray vectors_;
  std::size_t values_ = 0;          // numbers of meaning a word, 4
  std::uint32_t first_hashed_ = 0;  // above all indices of the vocabulary
  sparse::WordSet left_out_;
  sparse::StemmerPool stemmers_;
};

}  // namespace

std::unique_ptr<SparseModel> make_sparse_minicoil(std::string_view id, const ModelOptions& options,
                                                  const SparseOptions& sparse) {
  return std::make_unique<MiniCoil>(id, options, sparse);
}

}  // namespace assay::embed
