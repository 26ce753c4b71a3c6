// SPDX-License-Identifier: Apache-2.0
// Promise: gemm() is the product of its definition on every target, shape and epilogue, and a row's
// result does not depend on what it shares the call with, to the last bit.
#include "kernels/gemm.h"

#include <cmath>
#include <cstring>

#include "kernels/targets.h"

namespace assay::kernels {
namespace {

class Gemm : public EveryTarget {};
ASSAY_EVERY_TARGET(Gemm);

struct Problem {
  std::vector<float> x, w, bias, residual;
  std::size_t rows, outputs, inputs;
};

// The definition, in double precision, from the unpacked weights.
std::vector<float> expected(const Problem& p, Activation activation, bool with_bias,
                            bool with_residual) {
  std::vector<float> y(p.rows * p.outputs);
  for (std::size_t r = 0; r < p.rows; ++r) {
    for (std::size_t o = 0; o < p.outputs; ++o) {
      double sum = with_bias ? p.bias[o] : 0.0;
      for (std::size_t i = 0; i < p.inputs; ++i) {
        sum += static_cast<double>(p.x[r * p.inputs + i]) * p.w[o * p.inputs + i];
      }
      float value = static_cast<float>(sum);
      activate_reference(activation, {&value, 1});
      y[r * p.outputs + o] = value + (with_residual ? p.residual[r * p.outputs + o] : 0.0f);
    }
  }
  return y;
}

TEST_P(Gemm, AgreesWithTheDefinition) {
  for (std::size_t rows : {1u, 2u, 3u, 5u, 6u, 7u, 11u, 12u, 13u, 20u, 25u, 67u}) {
    for (std::size_t outputs : {1u, 7u, 8u, 16u, 17u, 31u, 48u, 65u}) {
      for (std::size_t inputs : {1u, 3u, 32u, 100u}) {
        Problem p{random(rows * inputs),
                  random(outputs * inputs),
                  random(outputs),
                  random(rows * outputs),
                  rows,
                  outputs,
                  inputs};
        const PackedMatrix w(p.w, outputs, inputs);
        for (const bool fused : {false, true}) {
          Epilogue epilogue;
          if (fused) epilogue = {p.bias.data(), Activation::kGelu, p.residual.data(), outputs};
          std::vector<float> y(rows * outputs, std::nanf(""));
          gemm({p.x.data(), inputs}, rows, w, 0, w.panels(), epilogue, {y.data(), outputs});
          const auto want = expected(p, epilogue.activation, fused, fused);
          for (std::size_t i = 0; i < y.size(); ++i) {
            ASSERT_NEAR(y[i], want[i], 2e-6 * (1 + static_cast<double>(inputs)))
                << rows << 'x' << outputs << 'x' << inputs << " at " << i;
          }
        }
      }
    }
  }
}

TEST_P(Gemm, AgreesWithTheDefinitionOnLongRowsInPlace) {
  for (const std::size_t inputs : {1024u, 1025u, 1536u, 3001u}) {
    const std::size_t rows = 100, outputs = 40;
    Problem p{random(rows * inputs),
              random(outputs * inputs),
              random(outputs),
              random(rows * outputs),
              rows,
              outputs,
              inputs};
    const PackedMatrix w(p.w, outputs, inputs);
    std::vector<float> y = p.residual;  // the residual is what y holds before
    gemm({p.x.data(), inputs}, rows, w, 0, w.panels(),
         {p.bias.data(), Activation::kGelu, y.data(), outputs}, {y.data(), outputs});
    const auto want = expected(p, Activation::kGelu, true, true);
    for (std::size_t i = 0; i < y.size(); ++i)
      ASSERT_NEAR(y[i], want[i], 1e-3) << inputs << ' ' << i;
    std::vector<float> alone(outputs);
    gemm({p.x.data() + 97 * inputs, inputs}, 1, w, 0, w.panels(),
         {p.bias.data(), Activation::kGelu, p.residual.data() + 97 * outputs, outputs},
         {alone.data(), outputs});
    EXPECT_EQ(std::memcmp(alone.data(), y.data() + 97 * outputs, outputs * sizeof(float)), 0);
  }
}

TEST_P(Gemm, TouchesOnlyItsPanelsAndRows) {
  const std::size_t rows = 9, outputs = 70, inputs = 12, stride = 80;
  const auto x = random(rows * inputs);
  const PackedMatrix w(random(outputs * inputs), outputs, inputs);
  ASSERT_GE(w.panels(), 3u);
  std::vector<float> y(rows * stride, 42.0f);
  gemm({x.data(), inputs}, rows - 1, w, 1, 2, {}, {y.data(), stride});
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < stride; ++c) {
      const bool inside = r + 1 < rows && c >= w.width() && c < 2 * w.width();
      EXPECT_EQ(y[r * stride + c] == 42.0f, !inside) << r << ' ' << c;
    }
  }
}

TEST_P(Gemm, GivesARowTheSameBitsInAnyCompany) {
  const std::size_t rows = 300, outputs = 40, inputs = 384;
  const auto x = random(rows * inputs);
  const auto bias = random(outputs);
  const PackedMatrix w(random(outputs * inputs), outputs, inputs);
  const Epilogue epilogue{bias.data(), Activation::kGelu};
  std::vector<float> together(rows * outputs);
  gemm({x.data(), inputs}, rows, w, 0, w.panels(), epilogue, {together.data(), outputs});
  for (std::size_t company : {1u, 4u, 5u, 17u}) {
    for (std::size_t r = 0; r + company <= rows; r += company) {
      std::vector<float> apart(company * outputs);
      gemm({x.data() + r * inputs, inputs}, company, w, 0, w.panels(), epilogue,
           {apart.data(), outputs});
      ASSERT_EQ(
          std::memcmp(apart.data(), together.data() + r * outputs, apart.size() * sizeof(float)), 0)
          << r;
    }
  }
}

TEST_P(Gemm, PacksTheSameWithMoreThreads) {
  const auto weights = random(77 * 33);
  const PackedMatrix one(weights, 77, 33, 1);
  const PackedMatrix many(weights, 77, 33, 4);
  EXPECT_EQ(
      std::memcmp(one.panel(0), many.panel(0), one.panels() * one.width() * 33 * sizeof(float)), 0);
}

}  // namespace
}  // namespace assay::kernels
