// SPDX-License-Identifier: Apache-2.0
#include "kernels/rotary.h"

namespace assay::kernels {

void rotate_reference(float* x, std::size_t heads, std::size_t dim, std::span<const float> cosines,
                      std::span<const float> sines) {
  const std::size_t half = dim / 2;
  for (std::size_t h = 0; h < heads; ++h, x += dim) {
    for (std::size_t i = 0; i < half; ++i) {
      const double a = x[i];
      const double b = x[i + half];
      x[i] = static_cast<float>(a * cosines[i] - b * sines[i]);
      x[i + half] = static_cast<float>(b * cosines[i] + a * sines[i]);
    }
  }
}

}  // namespace assay::kernels
