// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "kernels/activation.h"

namespace assay::kernels {

void activate_reference(Activation activation, std::span<float> values) {
  for (float& value : values) {
    const double x = value;
    switch (activation) {
      case Activation::kNone:
        break;
      case Activation::kGelu:
        value = static_cast<float>(x / 2 * (1 + std::erf(x / std::sqrt(2.0))));
        break;
      case Activation::kGeluTanh:
        value = static_cast<float>(
            x / 2 *
            (1 + std::tanh(std::sqrt(2 / 3.14159265358979323846) * (x + 0.044715 * x * x * x))));
        break;
      case Activation::kRelu:
        value = value > 0 ? value : 0;
        break;
      case Activation::kSilu:
        value = static_cast<float>(x / (1 + std::exp(-x)));
        break;
      case Activation::kTanh:
        value = static_cast<float>(std::tanh(x));
        break;
    }
  }
}

}  // namespace assay::kernels
