// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "kernels/gemm.h"

namespace assay::kernels {

void gemm_reference(ConstRows x, std::size_t row_count, const PackedMatrix& w,
                    std::size_t panel_begin, std::size_t panel_end, const Epilogue& epilogue,
                    Rows y) {
  const std::size_t end = std::min(panel_end * w.width(), w.outputs());
  for (std::size_t r = 0; r < row_count; ++r) {
    for (std::size_t o = panel_begin * w.width(); o < end; ++o) {
      const float* weights = w.panel(o / w.width()) + o % w.width();
      float sum = 0;
      for (std::size_t i = 0; i < w.inputs(); ++i)
        sum += x.data[r * x.stride + i] * weights[i * w.width()];
      if (epilogue.bias != nullptr) sum += epilogue.bias[o];
      activate_reference(epilogue.activation, {&sum, 1});
      if (epilogue.residual != nullptr) sum += epilogue.residual[r * epilogue.residual_stride + o];
      y.data[r * y.stride + o] = sum;
    }
  }
}

}  // namespace assay::kernels
