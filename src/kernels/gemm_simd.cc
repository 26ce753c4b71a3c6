// SPDX-License-Identifier: Apache-2.0
// Blocks of rows that stay in the second-level cache, each multiplied with every panel in turn;
// where the rows are long, in several passes over slices of the inputs. The order of sums stays.
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

// Inputs of one pass over a panel: 24 KB of weights stay in the first-level cache while the rows go
// by.
constexpr std::size_t kPassInputs = 384 * 16 / kPanelWidth;
// Up to this many inputs one pass is as good: no sums to put down and take up again.
constexpr std::size_t kSinglePassInputs = 1024;
constexpr std::size_t kBlockRows = 96;

void gemm_impl(ConstRows x, std::size_t row_count, const PackedMatrix& w, std::size_t panel_begin,
               std::size_t panel_end, const Epilogue& epilogue, Rows y,
               std::span<const float> upcoming) {
  const std::size_t inputs = w.inputs();
  const std::size_t passes =
      inputs <= kSinglePassInputs ? 1 : (inputs + kPassInputs - 1) / kPassInputs;
  const std::size_t pass_inputs = passes == 1 ? inputs : kPassInputs;
  // Sums between passes, a row as wide as the panels of this call.
  const std::size_t partial_stride = (panel_end - panel_begin) * kPanelWidth;
  thread_local AlignedBuffer partial_sums;
  float* partial = passes == 1
                       ? nullptr
                       : partial_sums.get(std::min(kBlockRows, row_count) * partial_stride).data();
  for (std::size_t r = 0; r < row_count; r += kBlockRows) {
    const std::size_t rows = std::min(kBlockRows, row_count - r);
    for (std::size_t pass = 0; pass < passes; ++pass) {
      const std::size_t i = pass * pass_inputs;
      for (std::size_t p = panel_begin; p < panel_end; ++p) {
        const std::size_t first = p * kPanelWidth;
        float* sums = partial == nullptr ? nullptr : partial + (p - panel_begin) * kPanelWidth;
        const float* residual = epilogue.residual;
        if (residual != nullptr) residual += r * epilogue.residual_stride + first;
        const std::size_t count = std::min(pass_inputs, inputs - i);
        std::span<const float> next = {
            p + 1 < panel_end ? w.panel(p + 1) + i * kPanelWidth
                              : w.panel(panel_begin) + (i + pass_inputs) % inputs * kPanelWidth,
            count * kPanelWidth};
        if (!upcoming.empty()) {
          const std::size_t share = (upcoming.size() + panel_end - p - 1) / (panel_end - p);
          next = upcoming.first(share);
          upcoming = upcoming.subspan(share);
        }
        panel_product(x.data + r * x.stride + i, x.stride, rows, w.panel(p) + i * kPanelWidth,
                      count,
                      {.bias = epilogue.bias == nullptr ? nullptr : epilogue.bias + first,
                       .activation = epilogue.activation,
                       .residual = residual,
                       .residual_stride = epilogue.residual_stride,
                       .y = y.data + r * y.stride + first,
                       .y_stride = y.stride,
                       .columns = std::min(kPanelWidth, w.outputs() - first),
                       .begin_at = pass == 0 ? nullptr : sums,
                       .leave_at = pass + 1 == passes ? nullptr : sums,
                       .partial_stride = partial_stride},
                      next);
      }
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

std::size_t panel_width() {
  return use_reference() ? kReferenceWidth : HWY_DYNAMIC_DISPATCH(panel_width_impl)();
}

PackedMatrix::PackedMatrix(std::span<const float> weights, std::size_t outputs, std::size_t inputs,
                           std::size_t threads)
    : outputs_(outputs), inputs_(inputs) {
  ASSAY_ASSERT(weights.size() == outputs * inputs);
  width_ = panel_width();
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
          std::size_t panel_end, const Epilogue& epilogue, Rows y,
          std::span<const float> upcoming) {
  if (use_reference()) return gemm_reference(x, row_count, w, panel_begin, panel_end, epilogue, y);
  HWY_DYNAMIC_DISPATCH(gemm_impl)(x, row_count, w, panel_begin, panel_end, epilogue, y, upcoming);
}
}  // namespace assay::kernels
#endif
