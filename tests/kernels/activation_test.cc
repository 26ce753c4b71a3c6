// SPDX-License-Identifier: Apache-2.0
// Promise: every activation stays within its stated error of double precision, over the whole
// useful range.
#include "kernels/activation.h"

#include <cmath>

#include "kernels/targets.h"

namespace assay::kernels {
namespace {

class Activations : public EveryTarget {};
ASSAY_EVERY_TARGET(Activations);

TEST_P(Activations, StayWithinTheirError) {
  for (const Activation activation : {Activation::kNone, Activation::kGelu, Activation::kGeluTanh,
                                      Activation::kRelu, Activation::kSilu, Activation::kTanh}) {
    std::vector<float> x;
    for (int i = -60000; i <= 60000; ++i) x.push_back(static_cast<float>(i) * 0.00025f);
    for (float far : {-1e4f, -90.0f, -50.0f, 50.0f, 90.0f, 1e4f}) x.push_back(far);
    auto got = x, want = x;
    activate(activation, got);
    activate_reference(activation, want);
    for (std::size_t i = 0; i < x.size(); ++i) {
      ASSERT_NEAR(got[i], want[i], 1e-6 * (1 + std::abs(x[i])))
          << static_cast<int>(activation) << " at " << x[i];
    }
  }
}

TEST_P(Activations, TakeAnyLength) {
  for (std::size_t length = 0; length <= 35; ++length) {
    auto got = random(length + 1, 3.0f), want = got;
    activate(Activation::kGelu, std::span(got).first(length));
    activate_reference(Activation::kGelu, std::span(want).first(length));
    for (std::size_t i = 0; i <= length; ++i) ASSERT_NEAR(got[i], want[i], 4e-6);
  }
}

}  // namespace
}  // namespace assay::kernels
