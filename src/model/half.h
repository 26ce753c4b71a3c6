// SPDX-License-Identifier: Apache-2.0
// 16-bit floating point numbers as they lie in weight files.
#pragma once

#include <bit>
#include <cstdint>

namespace assay::model {

/// IEEE 754 half to single, exactly. Normal numbers shift the exponent from bias 15 to 127;
/// subnormal ones are scaled by 2^-24.
inline float half_to_float(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1fu;
  const std::uint32_t fraction = half & 0x3ffu;
  if (exponent == 0) {
    const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
    return sign != 0 ? -magnitude : magnitude;
  }
  const std::uint32_t wide = exponent == 31 ? 255u : exponent + 112u;
  return std::bit_cast<float>(sign | (wide << 23) | (fraction << 13));
}

}  // namespace assay::model
