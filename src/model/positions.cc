// SPDX-License-Identifier: Apache-2.0
#include "model/positions.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace assay::model {

std::vector<float> RotaryTable::frequencies(std::size_t dim, double base) {
  std::vector<float> result(dim / 2);
  for (std::size_t i = 0; i < result.size(); ++i) {
    const double power = 2.0 * static_cast<double>(i) / static_cast<double>(dim);
    result[i] = static_cast<float>(1.0 / std::pow(base, power));
  }
  return result;
}

RotaryTable::RotaryTable(std::span<const float> frequencies, std::size_t positions)
    : half_(frequencies.size()), cosines_(positions * half_), sines_(positions * half_) {
  for (std::size_t p = 0; p < positions; ++p) {
    for (std::size_t i = 0; i < half_; ++i) {
      // The angle is rounded to float32 as in the published models, which were trained with it.
      const float angle = static_cast<float>(p) * frequencies[i];
      cosines_[p * half_ + i] = std::cos(angle);
      sines_[p * half_ + i] = std::sin(angle);
    }
  }
}

std::vector<float> alibi_slopes(std::size_t heads) {
  const auto powers = [](std::size_t count) {
    std::vector<float> slopes(count);
    for (std::size_t h = 0; h < count; ++h) {
      slopes[h] = static_cast<float>(
          std::exp2(-8.0 * static_cast<double>(h + 1) / static_cast<double>(count)));
    }
    return slopes;
  };
  const std::size_t lower = std::bit_floor(heads);
  std::vector<float> slopes = powers(lower);
  const std::vector<float> higher = powers(2 * lower);
  for (std::size_t i = 0; slopes.size() < heads; i += 2) slopes.push_back(higher[i]);
  return slopes;
}

std::size_t t5_bucket(std::ptrdiff_t distance, std::size_t buckets) {
  const std::size_t half = buckets / 2;
  const std::size_t exact = half / 2;
  const auto away = static_cast<std::size_t>(std::abs(distance));
  const std::size_t first = distance > 0 ? half : 0;
  if (away < exact) return first + away;
  const float fraction = std::log(static_cast<float>(away) / static_cast<float>(exact)) /
                         static_cast<float>(std::log(128.0 / static_cast<double>(exact)));
  const auto beyond = static_cast<std::size_t>(fraction * static_cast<float>(half - exact));
  return first + std::min(exact + beyond, half - 1);
}

std::ptrdiff_t log_bucket(std::ptrdiff_t distance, std::size_t buckets, std::size_t positions) {
  const auto mid = static_cast<std::ptrdiff_t>(buckets / 2);
  const std::ptrdiff_t away = std::abs(distance);
  if (away <= mid) return distance;
  const auto half = static_cast<float>(mid);
  const float fraction = std::log(static_cast<float>(away) / half) /
                         std::log(static_cast<float>(positions - 1) / half);
  const auto bucket = static_cast<std::ptrdiff_t>(std::ceil(fraction * (half - 1))) + mid;
  return distance < 0 ? -bucket : bucket;
}

}  // namespace assay::model
