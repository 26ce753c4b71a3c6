// SPDX-License-Identifier: Apache-2.0
// The activation functions of the models, as an epilogue of gemm() and alone.
#pragma once

#include <span>

namespace assay::kernels {

enum class Activation {
  kNone,
  kGelu,      ///< x/2 (1 + erf(x / sqrt 2)), the exact form
  kGeluTanh,  ///< the tanh approximation, only where the config asks for it
  kRelu,
  kSilu,  ///< x / (1 + e^-x)
  kTanh,
};

/// values[i] = f(values[i]). Absolute error below 1e-6 (1 + |x|) against double precision.
void activate(Activation activation, std::span<float> values);
void activate_reference(Activation activation, std::span<float> values);

}  // namespace assay::kernels
