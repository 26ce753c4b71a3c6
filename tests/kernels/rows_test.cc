// SPDX-License-Identifier: Apache-2.0
// Promise: row kernels agree with their references on every target, length and misalignment.
#include "kernels/rows.h"

#include <algorithm>

#include "kernels/targets.h"

namespace assay::kernels {
namespace {

class RowKernels : public EveryTarget {};
ASSAY_EVERY_TARGET(RowKernels);

constexpr std::size_t kLongest = 35;  // two of the longest vectors and more

void expect_near(std::span<const float> got, std::span<const float> want, float tolerance) {
  ASSERT_EQ(got.size(), want.size());
  for (std::size_t i = 0; i < got.size(); ++i)
    ASSERT_NEAR(got[i], want[i], tolerance) << i << " of " << got.size();
}

TEST_P(RowKernels, LayerNorm) {
  for (std::size_t width = 1; width <= kLongest; ++width) {
    for (std::size_t shift = 0; shift < 4; ++shift) {
      auto got = random(shift + 3 * width, 3.0f);
      for (float& x : got) x += 10.0f;  // a mean far from zero
      auto want = got;
      const auto gamma = random(width), beta = random(width);
      layer_norm(std::span(got).subspan(shift), gamma, beta, 1e-12f);
      layer_norm_reference(std::span(want).subspan(shift), gamma, beta, 1e-12f);
      expect_near(got, want, 1e-4f);
    }
  }
}

TEST_P(RowKernels, RmsNorm) {
  for (std::size_t width = 1; width <= kLongest; ++width) {
    for (std::size_t shift = 0; shift < 4; ++shift) {
      auto got = random(shift + 3 * width, 3.0f);
      auto want = got;
      const auto gamma = random(width);
      rms_norm(std::span(got).subspan(shift), gamma, 1e-6f);
      rms_norm_reference(std::span(want).subspan(shift), gamma, 1e-6f);
      expect_near(got, want, 1e-5f);
    }
  }
}

TEST_P(RowKernels, GatedUnits) {
  constexpr std::size_t kRows = 3;
  for (std::size_t width = 1; width <= kLongest; ++width) {
    for (const bool gate_first : {true, false}) {
      for (const Activation f : {Activation::kGelu, Activation::kGeluTanh, Activation::kSilu}) {
        const std::size_t stride = 2 * width + 3;
        auto got = random(kRows * stride, 3.0f);
        auto want = got;
        gate(f, gate_first, {got.data(), stride}, kRows, width);
        gate_reference(f, gate_first, {want.data(), stride}, kRows, width);
        for (std::size_t r = 0; r < kRows; ++r) {
          const auto row = [&](std::vector<float>& v) { return std::span(v).subspan(r * stride); };
          expect_near(row(got).first(width), row(want).first(width), 1e-5f);
          expect_near(row(got).subspan(2 * width, 3), row(want).subspan(2 * width, 3), 0.0f);
        }
      }
    }
  }
}

TEST_P(RowKernels, SumsMaximaAndUnitLength) {
  for (std::size_t width = 0; width <= kLongest; ++width) {
    for (std::size_t shift = 0; shift < 4; ++shift) {
      const auto a = random(width + shift), b = random(width + shift), c = random(width + shift);
      const auto part = [&](const std::vector<float>& v) { return std::span(v).subspan(shift); };
      std::vector<float> got(width), want(width);
      std::ranges::copy(part(c), got.begin());
      want = got;
      accumulate(part(a), got);
      accumulate_reference(part(a), want);
      expect_near(got, want, 1e-6f);
      maximum(part(b), got);
      maximum_reference(part(b), want);
      EXPECT_EQ(got, want);
      for (const std::size_t rows : {0u, 2u, 5u}) {
        const auto several = random(rows * width);
        maximum(several, got);
        for (std::size_t i = 0; i < several.size(); ++i)
          want[i % width] = std::max(want[i % width], several[i]);
        EXPECT_EQ(got, want);
      }
      normalize(got);
      normalize_reference(want);
      expect_near(got, want, 1e-6f);
    }
  }
}

TEST_P(RowKernels, AZeroRowStaysZero) {
  std::vector<float> row(20, 0.0f);
  normalize(row);
  for (float x : row) EXPECT_EQ(x, 0.0f);
}

}  // namespace
}  // namespace assay::kernels
