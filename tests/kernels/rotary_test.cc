// SPDX-License-Identifier: Apache-2.0
// Promise: rotate() agrees with its definition on every target and size, and touches nothing else.
#include "kernels/rotary.h"

#include <cmath>

#include "kernels/targets.h"

namespace assay::kernels {
namespace {

class Rotary : public EveryTarget {};
ASSAY_EVERY_TARGET(Rotary);

TEST_P(Rotary, AgreesWithTheDefinition) {
  for (std::size_t dim = 2; dim <= 70; dim += 2) {
    for (const std::size_t heads : {0u, 1u, 3u}) {
      const auto angles = random(dim / 2, 9.0f);
      std::vector<float> cosines, sines;
      for (const float angle : angles) {
        cosines.push_back(std::cos(angle));
        sines.push_back(std::sin(angle));
      }
      auto got = random(heads * dim + 4, 3.0f);
      auto want = got;
      rotate(got.data() + 1, heads, dim, cosines, sines);
      rotate_reference(want.data() + 1, heads, dim, cosines, sines);
      for (std::size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], want[i], 2e-6) << dim;
      EXPECT_EQ(got.front(), want.front());
      EXPECT_EQ(got.back(), want.back());
    }
  }
}

TEST_P(Rotary, TurnsAQuarter) {
  std::vector<float> x = {1, 2, 3, 4};
  rotate(x.data(), 1, 4, std::vector<float>{0, 1}, std::vector<float>{1, 0});
  EXPECT_EQ(x, (std::vector<float>{-3, 2, 1, 4}));
}

}  // namespace
}  // namespace assay::kernels
