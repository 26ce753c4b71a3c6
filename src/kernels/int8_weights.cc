// SPDX-License-Identifier: Apache-2.0
// Weights to 8-bit integers, a group of an output at a time.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "base/assert.h"
#include "kernels/gemm_int8.h"
#include "kernels/round.h"

namespace assay::kernels {
namespace {

constexpr float kLargestWeight = 64;
// Weights that meet in a 16-bit sum of the kernels: those of inputs 0, 1, 4, 5 and 2, 3, 6, 7 of
// each eight. With activations up to 255 the sum fits when the positive ones and the negative ones
// stay within 128 each; rounding adds at most half a step to each of four.
constexpr float kLargestSum = 126;

using Group = std::array<float, kInt8Group>;

// Sum of squares of what a step of `scale` loses.
float loss(const Group& weights, float scale) {
  constexpr std::size_t kPartial = 8;
  const float inverse = 1.0f / scale;
  std::array<float, kPartial> sums = {};
  for (std::size_t i = 0; i < kInt8Group; i += kPartial) {
    for (std::size_t j = 0; j < kPartial; ++j) {
      const float rest = weights[i + j] - scale * rounded(weights[i + j] * inverse);
      sums[j] += rest * rest;
    }
  }
  float sum = 0;
  for (const float part : sums) sum += part;
  return sum;
}

// The least step that keeps every weight and every sum within its bounds.
float least_scale(const Group& weights) {
  float largest = 0, largest_sum = 0;
  for (std::size_t eight = 0; eight < kInt8Group; eight += 8) {
    for (const std::size_t first : {eight, eight + 2}) {
      float positive = 0, negative = 0;
      for (const std::size_t i : {first, first + 1, first + 4, first + 5}) {
        positive += std::max(weights[i], 0.0f);
        negative -= std::min(weights[i], 0.0f);
        largest = std::max(largest, std::abs(weights[i]));
      }
      largest_sum = std::max({largest_sum, positive, negative});
    }
  }
  return std::max(largest / kLargestWeight, largest_sum / kLargestSum);
}

}  // namespace

float quantize_weights(std::span<const float> weights, std::span<std::int8_t> out) {
  ASSAY_ASSERT(weights.size() <= kInt8Group && out.size() == weights.size());
  Group group = {};
  std::copy(weights.begin(), weights.end(), group.begin());
  const float least = least_scale(group);
  if (!(least > 0)) {
    std::fill(out.begin(), out.end(), std::int8_t{0});
    return 0;
  }
  // A step that is a little longer may fall better on these few weights: the best of eight loses
  // about a tenth less than the shortest (int8_weights_test.cc).
  float best = least, best_loss = loss(group, least);
  for (int i = 1; i < 8; ++i) {
    const float scale = least * (1.0f + 0.01f * static_cast<float>(i));
    const float lost = loss(group, scale);
    if (lost < best_loss) {
      best = scale;
      best_loss = lost;
    }
  }
  const float inverse = 1.0f / best;
  for (std::size_t i = 0; i < weights.size(); ++i)
    out[i] = static_cast<std::int8_t>(rounded(group[i] * inverse));
  return best;
}

PackedInt8Matrix::PackedInt8Matrix(std::span<const float> weights, std::size_t outputs,
                                   std::size_t inputs)
    : outputs_(outputs), inputs_(inputs), width_(panel_width()) {
  ASSAY_ASSERT(weights.size() == outputs * inputs);
  const std::size_t bytes = panels() * width_ * quads() * 4;
  std::memset(data_.get(bytes).data(), 0, bytes);
  const std::span<float> scales = scales_.get(panels() * width_ * groups());
  const std::span<float> sums = sums_.get(panels() * width_ * groups());
  std::fill(scales.begin(), scales.end(), 0.0f);
  std::fill(sums.begin(), sums.end(), 0.0f);
  std::array<std::int8_t, kInt8Group> group;
  for (std::size_t o = 0; o < outputs; ++o) {
    const std::size_t p = o / width_;
    const std::size_t column = o % width_;
    std::int8_t* to = data_.data() + p * width_ * quads() * 4 + column * 4;
    for (std::size_t g = 0; g < groups(); ++g) {
      const std::size_t begin = g * kInt8Group;
      const std::size_t count = std::min(kInt8Group, inputs - begin);
      const float scale = quantize_weights(weights.subspan(o * inputs + begin, count),
                                           std::span(group).first(count));
      std::int32_t sum = 0;
      for (std::size_t i = 0; i < count; ++i) {
        to[(begin + i) / 4 * width_ * 4 + i % 4] = group[i];
        sum += group[i];
      }
      scales[(p * groups() + g) * width_ + column] = scale;
      sums[(p * groups() + g) * width_ + column] = static_cast<float>(sum) * scale;
    }
  }
}

}  // namespace assay::kernels
