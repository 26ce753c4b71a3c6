// SPDX-License-Identifier: Apache-2.0
// Rounding where numbers become 8 bits.
#pragma once

namespace assay::kernels {

/// To the nearest whole number, ties to even, without a call, for |x| up to 2^22: half a step and
/// more vanish when 1.5 * 2^23 is added.
inline float rounded(float x) {
  constexpr float kBig = 12582912.0f;
  return (x + kBig) - kBig;
}

}  // namespace assay::kernels
