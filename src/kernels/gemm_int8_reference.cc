// SPDX-License-Identifier: Apache-2.0
// The definitions of gemm_int8.h, and the quantisation of weights, which happens once at load.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/assert.h"
#include "kernels/gemm_int8.h"

namespace assay::kernels {

void quantize_rows_reference(ConstRows x, std::size_t row_count, std::size_t inputs,
                             std::uint8_t* out, std::size_t stride, float* scales) {
  for (std::size_t r = 0; r < row_count; ++r) {
    const float* row = x.data + r * x.stride;
    float largest = 0;
    for (std::size_t i = 0; i < inputs; ++i) largest = std::max(largest, std::abs(row[i]));
    scales[r] = largest / 127.0f;
    const float inverse = largest > 0 ? 127.0f / largest : 0.0f;
    std::uint8_t* to = out + r * stride;
    for (std::size_t i = 0; i < inputs; ++i) {
      const float step = std::clamp(std::nearbyint(row[i] * inverse), -127.0f, 127.0f);
      to[i] = static_cast<std::uint8_t>(static_cast<int>(step) + 128);
    }
    std::memset(to + inputs, 128, stride - inputs);
  }
}

void gemm_int8_reference(const Int8Rows& x, std::size_t row_count, const PackedInt8Matrix& w,
                         std::size_t panel_begin, std::size_t panel_end, const Epilogue& epilogue,
                         Rows y) {
  const std::size_t end = std::min(panel_end * w.width(), w.outputs());
  for (std::size_t r = 0; r < row_count; ++r) {
    const std::uint8_t* row = x.data + r * x.stride;
    for (std::size_t o = panel_begin * w.width(); o < end; ++o) {
      const std::size_t p = o / w.width();
      const std::size_t column = o % w.width();
      std::int32_t sum = w.offsets(p)[column];
      for (std::size_t i = 0; i < w.inputs(); ++i)
        sum += row[i] * w.panel(p)[(i / 4 * w.width() + column) * 4 + i % 4];
      float value = static_cast<float>(sum) * (x.scales[r] * w.scales(p)[column]);
      if (epilogue.bias != nullptr) value += epilogue.bias[o];
      activate_reference(epilogue.activation, {&value, 1});
      if (epilogue.residual != nullptr)
        value += epilogue.residual[r * epilogue.residual_stride + o];
      y.data[r * y.stride + o] = value;
    }
  }
}

}  // namespace assay::kernels
