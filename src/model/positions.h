// SPDX-License-Identifier: Apache-2.0
// What architectures know of positions beside learned vectors: rotary angles, biases by distance,
// buckets of distances.
//
// Tables are made once at load, for every position a model may use. Immutable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace assay::model {

/// No table is made for more positions than this, whatever a config.json claims.
inline constexpr std::size_t kMostPositions = std::size_t{1} << 17;

/// Cosines and sines of the angles position * frequency[i] (Su et al. 2021).
class RotaryTable {
 public:
  /// The published frequencies of heads of `dim` (even) components: base^(-2 i / dim).
  static std::vector<float> frequencies(std::size_t dim, double base);

  RotaryTable(std::span<const float> frequencies, std::size_t positions);

  [[nodiscard]] std::span<const float> cosines(std::size_t position) const {
    return std::span(cosines_).subspan(position * half_, half_);
  }
  [[nodiscard]] std::span<const float> sines(std::size_t position) const {
    return std::span(sines_).subspan(position * half_, half_);
  }

 private:
  std::size_t half_;  // dim / 2
  std::vector<float> cosines_;
  std::vector<float> sines_;
};

/// A value for every distance key - query from -(positions - 1) to positions - 1, of each head.
template <class T>
class DistanceTable {
 public:
  DistanceTable() = default;
  DistanceTable(std::size_t heads, std::size_t positions,
                const std::function<T(std::size_t head, std::ptrdiff_t distance)>& value)
      : reach_(static_cast<std::ptrdiff_t>(positions) - 1), width_(2 * positions - 1) {
    values_.reserve(heads * width_);
    for (std::size_t h = 0; h < heads; ++h) {
      for (std::ptrdiff_t d = -reach_; d <= reach_; ++d) values_.push_back(value(h, d));
    }
  }

  [[nodiscard]] bool empty() const { return values_.empty(); }
  /// The value at distance 0; index it by the distance.
  [[nodiscard]] const T* middle(std::size_t head) const {
    return values_.data() + head * width_ + reach_;
  }

 private:
  std::ptrdiff_t reach_ = 0;
  std::size_t width_ = 0;
  std::vector<T> values_;
};

/// Slopes of attention with linear biases (Press et al. 2022): 2^(-8 (h + 1) / heads) for a power
/// of two; else those of the next lower power and then every other one of the next higher.
std::vector<float> alibi_slopes(std::size_t heads);

/// Bucket of a distance key - query as in T5 (Raffel et al. 2020), both directions: the first half
/// of `buckets` for keys before the query; exact below a quarter of `buckets`, logarithmic up to
/// distance 128, one bucket from there on.
std::size_t t5_bucket(std::ptrdiff_t distance, std::size_t buckets);

/// DeBERTa-v2's signed bucket of a distance query - key: itself up to half of `buckets`,
/// logarithmic from there to `positions` - 1 (He et al. 2021; rounded up in float32 as the
/// published code does).
std::ptrdiff_t log_bucket(std::ptrdiff_t distance, std::size_t buckets, std::size_t positions);

}  // namespace assay::model
