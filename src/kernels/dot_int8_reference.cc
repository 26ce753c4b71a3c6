// SPDX-License-Identifier: Apache-2.0
// Rows to codes, and the definition of dot_int8.h.
#include <algorithm>
#include <cmath>

#include "base/assert.h"
#include "kernels/dot_int8.h"
#include "kernels/round.h"

namespace assay::kernels {

float encode_int8(std::span<const float> x, std::span<std::int8_t> codes) {
  ASSAY_ASSERT(codes.size() >= x.size());
  constexpr float kMost = 127;
  float largest = 0;
  for (const float value : x) largest = std::max(largest, std::abs(value));
  const float step = largest / kMost;
  const float inverse = 1.0f / step;
  std::fill(codes.begin(), codes.end(), std::int8_t{0});
  if (!std::isfinite(step) || !std::isfinite(inverse)) return 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const float code = std::clamp(x[i] * inverse, -kMost, kMost);
    if (!std::isnan(code)) codes[i] = static_cast<std::int8_t>(rounded(code));
  }
  return step;
}

void dot_int8_at_reference(std::span<const std::int8_t> query,
                           std::span<const std::int8_t* const> rows, std::span<std::int32_t> out) {
  ASSAY_ASSERT(rows.size() == out.size());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < query.size(); ++i) sum += query[i] * rows[r][i];
    out[r] = sum;
  }
}

}  // namespace assay::kernels
