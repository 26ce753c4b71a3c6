// SPDX-License-Identifier: Apache-2.0
// The definitions of gemm_int8.h.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/gemm_int8.h"

namespace assay::kernels {

void quantize_rows_reference(ConstRows x, std::size_t row_count, std::size_t inputs,
                             std::uint8_t* out, std::size_t stride, GroupScale* scales) {
  for (std::size_t r = 0; r < row_count; ++r) {
    const float* row = x.data + r * x.stride;
    std::uint8_t* to = out + r * stride;
    for (std::size_t begin = 0; begin < inputs; begin += kInt8Group) {
      const std::size_t end = std::min(begin + kInt8Group, inputs);
      const auto [least, most] = std::minmax_element(row + begin, row + end);
      const float range = *most - *least;
      *scales++ = {range / 255.0f, *least};
      const float inverse = range > 0 ? 255.0f / range : 0.0f;
      for (std::size_t i = begin; i < end; ++i) {
        const float step = std::nearbyint((row[i] - *least) * inverse);
        to[i] = static_cast<std::uint8_t>(std::clamp(step, 0.0f, 255.0f));
      }
    }
    std::memset(to + inputs, 0, stride - inputs);
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
      float value = 0;
      for (std::size_t g = 0; g < w.groups(); ++g) {
        std::int32_t sum = 0;
        for (std::size_t i = g * kInt8Group; i < std::min((g + 1) * kInt8Group, w.inputs()); ++i)
          sum += row[i] * w.panel(p)[(i / 4 * w.width() + column) * 4 + i % 4];
        const GroupScale of_x = x.scales[r * w.groups() + g];
        const std::size_t of_w = g * w.width() + column;
        value += of_x.low * w.sums(p)[of_w];
        value += static_cast<float>(sum) * w.scales(p)[of_w] * of_x.scale;
      }
      if (epilogue.bias != nullptr) value += epilogue.bias[o];
      activate_reference(epilogue.activation, {&value, 1});
      if (epilogue.residual != nullptr)
        value += epilogue.residual[r * epilogue.residual_stride + o];
      y.data[r * y.stride + o] = value;
    }
  }
}

}  // namespace assay::kernels
