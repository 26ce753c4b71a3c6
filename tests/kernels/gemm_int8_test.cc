// SPDX-License-Identifier: Apache-2.0
// Promise: 8-bit products are the same integers on every target, close to the fp32 product, and a
// row's result does not depend on what it shares the call with, to the last bit.
#include "kernels/gemm_int8.h"

#include <cmath>
#include <cstring>

#include "kernels/targets.h"

namespace assay::kernels {
namespace {

class GemmInt8 : public EveryTarget {
 protected:
  struct Rows8 {
    std::vector<std::uint8_t> bytes;
    std::vector<GroupScale> scales;
    std::size_t stride;
    std::size_t groups;
    [[nodiscard]] Int8Rows view(std::size_t row = 0) const {
      return {bytes.data() + row * stride, stride, scales.data() + row * groups};
    }
  };
  static Rows8 quantized(const std::vector<float>& x, std::size_t rows, std::size_t inputs) {
    const std::size_t groups = (inputs + kInt8Group - 1) / kInt8Group;
    Rows8 q{{}, std::vector<GroupScale>(rows * groups), (inputs + 3) / 4 * 4, groups};
    q.bytes.resize(rows * q.stride);
    quantize_rows({x.data(), inputs}, rows, inputs, q.bytes.data(), q.stride, q.scales.data());
    return q;
  }
};
ASSAY_EVERY_TARGET(GemmInt8);

TEST_P(GemmInt8, QuantizesAsTheDefinition) {
  for (const std::size_t inputs : {1u, 3u, 8u, 17u, 64u, 100u, 192u}) {
    const std::size_t rows = 5, stride = (inputs + 3) / 4 * 4;
    const std::size_t groups = (inputs + kInt8Group - 1) / kInt8Group;
    auto x = random(rows * inputs, 3.0f);
    std::fill_n(x.begin(), inputs, 0.0f);                           // a row of zeros
    for (std::size_t i = 0; i < inputs; ++i) x[inputs + i] = 0.5f;  // a row of one value
    std::vector<std::uint8_t> a(rows * stride, 1), b(rows * stride, 2);
    std::vector<GroupScale> sa(rows * groups), sb(rows * groups);
    quantize_rows({x.data(), inputs}, rows, inputs, a.data(), stride, sa.data());
    quantize_rows_reference({x.data(), inputs}, rows, inputs, b.data(), stride, sb.data());
    EXPECT_EQ(a, b) << inputs;
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t g = 0; g < groups; ++g) {
        const GroupScale of = sa[r * groups + g];
        EXPECT_EQ(of.scale, sb[r * groups + g].scale) << inputs;
        EXPECT_EQ(of.low, sb[r * groups + g].low) << inputs;
        const auto row = x.begin() + static_cast<long>(r * inputs);
        const auto [least, most] =
            std::minmax_element(row + static_cast<long>(g * kInt8Group),
                                row + static_cast<long>(std::min((g + 1) * kInt8Group, inputs)));
        EXPECT_EQ(of.low, *least);
        EXPECT_FLOAT_EQ(of.low + 255 * of.scale, *most);
      }
    }
    EXPECT_EQ(sa[0].scale, 0.0f);
    EXPECT_EQ(sa[groups].low, 0.5f);
  }
}

// One group, rows scaled by one: y is the integer sum times the weights' scale, rounded once.
TEST_P(GemmInt8, AddsTheSameIntegersAsTheDefinition) {
  for (const std::size_t rows : {1u, 2u, 5u, 6u, 7u, 12u, 13u, 97u}) {
    for (const std::size_t outputs : {1u, 7u, 16u, 33u, 65u}) {
      for (const std::size_t inputs : {1u, 4u, 30u, 64u}) {
        const auto x = random(rows * inputs);
        const PackedInt8Matrix w(random(outputs * inputs), outputs, inputs);
        Rows8 q = quantized(x, rows, inputs);
        std::fill(q.scales.begin(), q.scales.end(), GroupScale{1.0f, 0.0f});
        std::vector<float> y(rows * outputs, std::nanf("")), want(rows * outputs);
        gemm_int8(q.view(), rows, w, 0, w.panels(), {}, {y.data(), outputs});
        gemm_int8_reference(q.view(), rows, w, 0, w.panels(), {}, {want.data(), outputs});
        ASSERT_EQ(y, want) << rows << 'x' << outputs << 'x' << inputs;
      }
    }
  }
}

// The largest values there are: 16-bit pairs must not saturate.
TEST_P(GemmInt8, DoesNotSaturate) {
  const std::size_t outputs = 20, inputs = 4096;
  std::vector<float> x(inputs, 2.0f);
  x[0] = 0;
  const std::vector<float> weights(outputs * inputs, -3.0f);
  const PackedInt8Matrix w(weights, outputs, inputs);
  const Rows8 q = quantized(x, 1, inputs);
  std::vector<float> y(outputs);
  gemm_int8(q.view(), 1, w, 0, w.panels(), {}, {y.data(), outputs});
  for (const float value : y) EXPECT_NEAR(value, -6.0f * (inputs - 1), 0.1);
}

TEST_P(GemmInt8, IsCloseToTheProductAndAppliesTheEpilogue) {
  const std::size_t rows = 23, outputs = 50, inputs = 384;
  const auto x = random(rows * inputs), weights = random(outputs * inputs), bias = random(outputs);
  const auto residual = random(rows * outputs);
  const PackedInt8Matrix w(weights, outputs, inputs);
  const PackedMatrix exact(weights, outputs, inputs);
  const Rows8 q = quantized(x, rows, inputs);
  for (const Activation activation : {Activation::kNone, Activation::kGelu}) {
    const Epilogue epilogue{bias.data(), activation, residual.data(), outputs};
    std::vector<float> y(rows * outputs), want(rows * outputs);
    gemm_int8(q.view(), rows, w, 0, w.panels(), epilogue, {y.data(), outputs});
    gemm({x.data(), inputs}, rows, exact, 0, exact.panels(), epilogue, {want.data(), outputs});
    double error = 0, size = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      error += std::pow(y[i] - want[i], 2);
      size += std::pow(want[i], 2);
    }
    EXPECT_LT(std::sqrt(error / size), 0.01);
    EXPECT_GT(error, 0);
  }
}

TEST_P(GemmInt8, GivesARowTheSameBitsInAnyCompanyAndTouchesOnlyItsPanels) {
  const std::size_t rows = 101, outputs = 70, inputs = 100;
  const PackedInt8Matrix w(random(outputs * inputs), outputs, inputs);
  const Rows8 q = quantized(random(rows * inputs), rows, inputs);
  std::vector<float> together(rows * outputs);
  gemm_int8(q.view(), rows, w, 0, w.panels(), {}, {together.data(), outputs});
  ASSERT_GE(w.panels(), 2u);
  for (std::size_t r = 0; r < rows; ++r) {
    std::vector<float> apart(outputs, 42.0f);
    gemm_int8(q.view(r), 1, w, 1, 2, {}, {apart.data(), outputs});
    for (std::size_t o = 0; o < outputs; ++o) {
      const bool inside = o >= w.width() && o < 2 * w.width();
      ASSERT_EQ(apart[o], inside ? together[r * outputs + o] : 42.0f) << r << ' ' << o;
    }
  }
}

}  // namespace
}  // namespace assay::kernels
