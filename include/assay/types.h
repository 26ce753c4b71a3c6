// SPDX-License-Identifier: Apache-2.0
// Values shared by every part of the API: JSON, texts to embed, model options, dense rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "assay/export.h"

namespace assay {

/// A JSON value: null, boolean, integer, float, string, array or object.
///
/// Integers keep all 64 bits (unsigned ones above 2^63-1 too); an integer never equals a float, as
/// in Qdrant's filters. Object keys are unique and sorted by bytes. Plain value semantics; not
/// synchronised.
class ASSAY_EXPORT Value {
 public:
  using Array = std::vector<Value>;
  using Object = std::map<std::string, Value, std::less<>>;

  Value() = default;
  Value(std::nullptr_t) {}
  Value(bool value) : data_(value) {}
  template <typename T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) Value(T value) {
    if constexpr (std::is_unsigned_v<T>) {
      const auto wide = static_cast<std::uint64_t>(value);
      if (wide > static_cast<std::uint64_t>(INT64_MAX)) {
        data_ = wide;
        return;
      }
    }
    data_ = static_cast<std::int64_t>(value);
  }
  Value(double value) : data_(value) {}
  Value(const char* value) : data_(std::string(value)) {}
  Value(std::string_view value) : data_(std::string(value)) {}
  Value(std::string value) : data_(std::move(value)) {}
  Value(Array value) : data_(std::move(value)) {}
  Value(Object value) : data_(std::move(value)) {}

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(data_); }

  /// The value as T (bool, std::int64_t, std::uint64_t, double, std::string, Array, Object), or
  /// null when it holds another type. A std::uint64_t is held only above 2^63-1. The pointer lives
  /// as long as *this is unchanged.
  template <typename T>
  [[nodiscard]] const T* get_if() const {
    return std::get_if<T>(&data_);
  }
  template <typename T>
  [[nodiscard]] T* get_if() {
    return std::get_if<T>(&data_);
  }

  /// Member `key` of an object; null when this is no object or has no such member.
  [[nodiscard]] const Value* find(std::string_view key) const;

  /// Compact JSON text. Floats print the shortest digits that read back the same; NaN and
  /// infinities print as null.
  [[nodiscard]] std::string to_json() const;
  /// Parses one JSON text. Throws kInvalidArgument with the byte offset of the fault.
  static Value from_json(std::string_view json);

  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Array,
               Object>
      data_;
};

/// A payload is a JSON object.
using Payload = Value::Object;

/// A text to be embedded by a model where a vector is expected.
struct Document {
  std::string text;   ///< UTF-8
  std::string model;  ///< catalogue id, hub repository id or folder
  /// How the model is made, by FastEmbed's names: "k", "b", "avg_len", "language",
  /// "token_max_length", "disable_stemmer", "stopwords", "alpha" of sparse models (SparseOptions),
  /// "dim" of dense ones. What says how to run it ("threads", "cuda", "cache_dir", …) is accepted
  /// and left to ClientOptions.
  Value::Object options = {};
  friend bool operator==(const Document&, const Document&) = default;
};

/// What a text is for; models with prompts or two encoders treat them differently.
enum class TextKind {
  kPlain,    ///< as it is (the model's default prompt, when it names one)
  kQuery,    ///< with the model's query prompt
  kPassage,  ///< with the model's document prompt
};

/// Arithmetic of the engine's linear layers.
enum class Precision {
  kFp32,  ///< the exact scores
  kInt8,  ///< 8-bit weights (per output) and activations (per token), quantised at load: faster,
          ///< close
};

/// How a model is found, loaded and run. Every model class takes these.
struct ModelOptions {
  /// Threads a call may use; 0 = all cores. More threads than texts help only long texts.
  std::size_t threads = 0;
  /// Where models are kept; empty = ASSAY_CACHE_DIR, else HF_HUB_CACHE, else HF_HOME/hub, else
  /// ~/.cache/huggingface/hub.
  std::filesystem::path cache_dir = {};
  /// Never touch the network, as HF_HUB_OFFLINE=1 does.
  bool local_files_only = false;
  Precision precision = Precision::kFp32;
  /// Tokens a text or pair may have, special ones counted; unset = the model's own limit
  /// (max_seq_length, else a sane model_max_length, else what its position table holds). Longer
  /// ones are cut and reported.
  std::optional<std::size_t> max_length = {};
  /// Tokens computed at once. Memory grows with it, results do not depend on it.
  std::size_t batch_tokens = 8192;
  /// Draw a progress bar on stderr while downloading, when that is a terminal.
  bool show_progress = true;
  friend bool operator==(const ModelOptions&, const ModelOptions&) = default;
};

/// Dense vectors, one row a text, contiguous and row-major: [size(), dim()] float32.
///
/// Owns its numbers. Not synchronised.
class ASSAY_EXPORT Embeddings {
 public:
  Embeddings() = default;
  explicit Embeddings(std::size_t dim) : dim_(dim) {}

  [[nodiscard]] std::size_t size() const noexcept { return dim_ == 0 ? 0 : values_.size() / dim_; }
  [[nodiscard]] std::size_t dim() const noexcept { return dim_; }
  [[nodiscard]] bool empty() const noexcept { return values_.empty(); }
  /// Row `i`; valid until rows are added.
  [[nodiscard]] std::span<const float> operator[](std::size_t i) const {
    return std::span(values_).subspan(i * dim_, dim_);
  }
  /// All rows, end to end.
  [[nodiscard]] std::span<const float> values() const noexcept { return values_; }
  /// Positions of the texts that were longer than the limit and have been cut, ascending.
  [[nodiscard]] const std::vector<std::size_t>& truncated() const noexcept { return truncated_; }

  /// Appends a row of dim() floats; `cut` says that its text was truncated.
  void append(std::span<const float> row, bool cut);

 private:
  std::size_t dim_ = 0;
  std::vector<float> values_;
  std::vector<std::size_t> truncated_;
};

/// Weights of terms: values[i] belongs to index indices[i], no index twice, no value 0.
struct SparseVector {
  std::vector<std::uint32_t> indices;
  std::vector<float> values;
  friend bool operator==(const SparseVector&, const SparseVector&) = default;
};

/// The vectors of one text's tokens, row-major: [size(), dim()] float32. Owns its numbers. Not
/// synchronised.
class TokenEmbeddings {
 public:
  TokenEmbeddings() = default;
  /// `values` holds whole rows of `dim` floats.
  TokenEmbeddings(std::size_t dim, std::vector<float> values)
      : dim_(dim), values_(std::move(values)) {}

  [[nodiscard]] std::size_t size() const noexcept { return dim_ == 0 ? 0 : values_.size() / dim_; }
  [[nodiscard]] std::size_t dim() const noexcept { return dim_; }
  [[nodiscard]] std::span<const float> operator[](std::size_t row) const {
    return std::span(values_).subspan(row * dim_, dim_);
  }
  /// All rows, end to end.
  [[nodiscard]] std::span<const float> values() const noexcept { return values_; }
  friend bool operator==(const TokenEmbeddings&, const TokenEmbeddings&) = default;

 private:
  std::size_t dim_ = 0;
  std::vector<float> values_;
};

}  // namespace assay
