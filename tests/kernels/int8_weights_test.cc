// SPDX-License-Identifier: Apache-2.0
// Promise: quantised weights keep the bounds under which no 16-bit sum of the kernels overflows,
// and lose no more than the shortest step that keeps them.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "kernels/gemm_int8.h"

namespace assay::kernels {
namespace {

double loss(const std::vector<float>& weights, const std::vector<std::int8_t>& steps,
            double scale) {
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i)
    sum += std::pow(double{weights[i]} - scale * static_cast<double>(steps[i]), 2);
  return sum;
}

TEST(QuantizeWeights, NoSumOfTheKernelsOverflows) {
  std::mt19937 engine(7);
  std::normal_distribution<float> normal;
  std::uniform_real_distribution<float> same(0.9f, 1.0f);  // every sum is at its bound
  for (int trial = 0; trial < 2000; ++trial) {
    std::vector<float> weights(trial % 3 == 0 ? 1 + static_cast<std::size_t>(trial) % 32 : 32);
    for (float& w : weights)
      w = trial % 2 == 0 ? normal(engine) : (trial % 4 == 1 ? -1.0f : 1.0f) * same(engine);
    std::vector<std::int8_t> steps(weights.size(), 99);
    const float scale = quantize_weights(weights, steps);
    std::vector<int> whole(kInt8Group);
    std::copy(steps.begin(), steps.end(), whole.begin());
    for (std::size_t eight = 0; eight < kInt8Group; eight += 8) {
      for (const std::size_t first : {eight, eight + 2}) {
        int positive = 0, negative = 0;
        for (const std::size_t i : {first, first + 1, first + 4, first + 5}) {
          positive += std::max(whole[i], 0);
          negative += std::max(-whole[i], 0);
          ASSERT_LE(std::abs(whole[i]), 64);
        }
        ASSERT_LE(positive * 255, 32767) << trial;
        ASSERT_LE(negative * 255, 32768) << trial;
      }
    }
    for (std::size_t i = 0; i < weights.size(); ++i)
      ASSERT_LE(std::abs(weights[i] - scale * static_cast<float>(steps[i])), 0.501f * scale)
          << trial;
  }
}

TEST(QuantizeWeights, FindsABetterStepThanTheShortest) {
  std::mt19937 engine(8);
  std::normal_distribution<float> normal;
  double found = 0, shortest = 0;
  for (int trial = 0; trial < 500; ++trial) {
    std::vector<float> weights(kInt8Group);
    float largest = 0;
    for (float& w : weights) largest = std::max(largest, std::abs(w = normal(engine)));
    std::vector<std::int8_t> steps(kInt8Group);
    const float scale = quantize_weights(weights, steps);
    found += loss(weights, steps, double{scale});
    for (std::size_t i = 0; i < kInt8Group; ++i)
      steps[i] = static_cast<std::int8_t>(std::nearbyint(weights[i] / largest * 64));
    shortest += loss(weights, steps, double{largest} / 64);
  }
  RecordProperty("share", std::to_string(found / shortest));
  EXPECT_LT(found, 0.95 * shortest);
}

TEST(QuantizeWeights, ZerosHaveNoScale) {
  const std::vector<float> weights(5, 0.0f);
  std::vector<std::int8_t> steps(5, 1);
  EXPECT_EQ(quantize_weights(weights, steps), 0.0f);
  EXPECT_EQ(steps, std::vector<std::int8_t>(5, 0));
}

}  // namespace
}  // namespace assay::kernels
