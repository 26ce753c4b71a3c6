// SPDX-License-Identifier: Apache-2.0
// Blocks of rows that stay in the second-level cache, each multiplied with every panel in turn.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gemm_simd.cc"
#include <hwy/foreach_target.h>  // re-includes this file once per target
#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "base/assert.h"
#include "base/thread_pool.h"
#include "kernels/cpu.h"
#include "kernels/gemm-inl.h"
#include "kernels/gemm.h"

HWY_BEFORE_NAMESPACE();
namespace assay::kernels {
namespace HWY_NAMESPACE {

std::size_t panel_width_impl() { return kPanelWidth; }

void gemm_impl(ConstRows x, std::size_t row_count, const PackedMatrix& w, std::size_t panel_begin,
               std::size_t panel_end, const Epilogue& epilogue, Rows y) {
  // A block of rows is read once a panel: keep it within a quarter megabyte, half of a small
  // second-level cache.
  constexpr std::size_t kBlockFloats = (std::size_t{256} << 10) / sizeof(float);
  const std::size_t inputs = w.inputs();
  const std::size_t fitting =
      kBlockFloats / std::max<std::size_t>(inputs, 1) / kTileRows * kTileRows;
  const std::size_t block = std::max(fitting, kTileRows);
  for (std::size_t r = 0; r < row_count; r += block) {
    const std::size_t rows = std::min(block, row_count - r);
    for (std::size_t p = panel_begin; p < panel_end; ++p) {
      const std::size_t first = p * kPanelWidth;
      const float* residual = epilogue.residual;
      if (residual != nullptr) residual += r * epilogue.residual_stride + first;
      panel_product(x.data + r * x.stride, x.stride, rows, w.panel(p), inputs,
                    epilogue.bias == nullptr ? nullptr : epilogue.bias + first, epilogue.activation,
                    residual, epilogue.residual_stride, y.data + r * y.stride + first, y.stride,
                    std::min(kPanelWidth, w.outputs() - first));
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::kernels
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace assay::kernels {
namespace {
HWY_EXPORT(gemm_impl);
HWY_EXPORT(panel_width_impl);
constexpr std::size_t kReferenceWidth = 8;
}  // namespace

PackedMatrix::PackedMatrix(std::span<const float> weights, std::size_t outputs, std::size_t inputs,
                           std::size_t threads)
    : outputs_(outputs), inputs_(inputs) {
  ASSAY_ASSERT(weights.size() == outputs * inputs);
  width_ = use_reference() ? kReferenceWidth : HWY_DYNAMIC_DISPATCH(panel_width_impl)();
  const std::span<float> packed = data_.get(panels() * width_ * inputs);
  parallel_for(panels(), threads, [&](std::size_t p, std::size_t) {
    float* to = packed.data() + p * width_ * inputs_;
    for (std::size_t j = 0; j < width_; ++j) {
      const std::size_t output = p * width_ + j;
      for (std::size_t i = 0; i < inputs_; ++i) {
        to[i * width_ + j] = output < outputs_ ? weights[output * inputs_ + i] : 0.0f;
      }
    }
  });
}

void gemm(ConstRows x, std::size_t row_count, const PackedMatrix& w, std::size_t panel_begin,
          std::size_t panel_end, const Epilogue& epilogue, Rows y) {
  if (use_reference()) return gemm_reference(x, row_count, w, panel_begin, panel_end, epilogue, y);
  HWY_DYNAMIC_DISPATCH(gemm_impl)(x, row_count, w, panel_begin, panel_end, epilogue, y);
}
}  // namespace assay::kernels
#endif
