// SPDX-License-Identifier: Apache-2.0
// Matrix products of the models: rows of activations times a weight matrix packed once at load.
//
// Used by model/ for every linear layer. Our own kernel, not a library's, because it measures at
// least as fast on these shapes (bench/gemm_bench.cc, figures in ARCHITECTURE.md) and gives what
// the engine promises: each element is summed over the inner dimension in one fixed order, so a
// row's result is the same to the last bit whatever rows, threads or block sizes it shares the call
// with. Goto and van de Geijn 2008 for the scheme.
#pragma once

#include <cstddef>
#include <span>

#include "kernels/activation.h"
#include "kernels/aligned.h"

namespace assay::kernels {

/// Outputs of a panel on the active CPU target.
std::size_t panel_width();

/// A weight matrix [outputs, inputs] cut into panels of width() outputs: panel p holds, for each
/// input, the width() weights of outputs p * width() and on, zero beyond the last one. Owns its
/// copy. Immutable. The width belongs to the active CPU target.
class PackedMatrix {
 public:
  PackedMatrix() = default;
  /// `weights` [outputs, inputs] row-major. Uses `threads` of the pool (0 = all).
  PackedMatrix(std::span<const float> weights, std::size_t outputs, std::size_t inputs,
               std::size_t threads = 1);

  [[nodiscard]] std::size_t outputs() const noexcept { return outputs_; }
  [[nodiscard]] std::size_t inputs() const noexcept { return inputs_; }
  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  [[nodiscard]] std::size_t panels() const noexcept { return (outputs_ + width_ - 1) / width_; }
  [[nodiscard]] const float* panel(std::size_t p) const noexcept {
    return data_.data() + p * width_ * inputs_;
  }

 private:
  std::size_t outputs_ = 0;
  std::size_t inputs_ = 0;
  std::size_t width_ = 1;
  AlignedBuffer data_;
};

/// A row-major matrix inside a larger one: row r begins at data + r * stride.
struct ConstRows {
  const float* data;
  std::size_t stride;
};
struct Rows {
  float* data;
  std::size_t stride;
};

/// What happens to a product before it is stored: + bias[output], then the activation, then +
/// residual[row][output].
struct Epilogue {
  const float* bias = nullptr;  ///< [outputs] or null
  Activation activation = Activation::kNone;
  const float* residual =
      nullptr;  ///< rows of `residual_stride` floats, or null; may be `y` itself
  std::size_t residual_stride = 0;
};

/// y[r][o] = epilogue(sum over i of x[r][i] * w[o][i]) for r < row_count and the outputs of panels
/// [panel_begin, panel_end). x holds w.inputs() floats a row; y must not overlap x. Serial; callers
/// split rows or panels. `upcoming` is what the caller reads next: it is called into the
/// second-level cache meanwhile, in place of more weights.
void gemm(ConstRows x, std::size_t row_count, const PackedMatrix& w, std::size_t panel_begin,
          std::size_t panel_end, const Epilogue& epilogue, Rows y,
          std::span<const float> upcoming = {});
void gemm_reference(ConstRows x, std::size_t row_count, const PackedMatrix& w,
                    std::size_t panel_begin, std::size_t panel_end, const Epilogue& epilogue,
                    Rows y);

}  // namespace assay::kernels
