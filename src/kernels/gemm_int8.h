// SPDX-License-Identifier: Apache-2.0
// Matrix products in 8-bit integers: per-output weights times per-token activations.
//
// Used by model/ for the linear layers of an encoder when int8 is asked for. Weights are symmetric
// per output, 7 bits in [-63, 63]: the sum of two products with unsigned 8-bit activations then
// fits the 16-bit pairs of CPUs without dot-product instructions, so that every path adds up the
// same integers. Activations are symmetric per row, in [-127, 127], stored with 128 added. Sums are
// exact 32-bit integers; scale, bias, activation and residual follow in fp32. A row's result does
// not depend on what it shares the call with. (Scheme: Jacob et al. 2018, with dynamic scales.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/aligned.h"
#include "kernels/gemm.h"

namespace assay::kernels {

/// A quantised weight matrix [outputs, inputs] in panels of width() outputs, as PackedMatrix: panel
/// p holds, for each four inputs, four weights of each of its outputs. Owns its copy. Immutable.
class PackedInt8Matrix {
 public:
  PackedInt8Matrix() = default;
  /// Quantises `weights` [outputs, inputs] row-major; inputs <= 2^16, so that sums stay below 2^31.
  PackedInt8Matrix(std::span<const float> weights, std::size_t outputs, std::size_t inputs);

  [[nodiscard]] std::size_t outputs() const noexcept { return outputs_; }
  [[nodiscard]] std::size_t inputs() const noexcept { return inputs_; }
  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  [[nodiscard]] std::size_t panels() const noexcept { return (outputs_ + width_ - 1) / width_; }
  /// Groups of four inputs, the last one filled up with zeros.
  [[nodiscard]] std::size_t quads() const noexcept { return (inputs_ + 3) / 4; }
  [[nodiscard]] const std::int8_t* panel(std::size_t p) const noexcept {
    return data_.data() + p * width_ * quads() * 4;
  }
  /// Of panel p's outputs: what one step of the weight is worth, and -128 times the sum of the
  /// weights, which takes the 128 added to activations back out.
  [[nodiscard]] const float* scales(std::size_t p) const noexcept {
    return scales_.data() + p * width_;
  }
  [[nodiscard]] const std::int32_t* offsets(std::size_t p) const noexcept {
    return offsets_.data() + p * width_;
  }

 private:
  std::size_t outputs_ = 0;
  std::size_t inputs_ = 0;
  std::size_t width_ = 1;
  BasicAlignedBuffer<std::int8_t> data_;
  AlignedBuffer scales_;
  BasicAlignedBuffer<std::int32_t> offsets_;
};

/// Quantised rows: row r is inputs bytes at data + r * stride, each round(x / scales[r]) + 128.
struct Int8Rows {
  const std::uint8_t* data;
  std::size_t stride;  ///< a multiple of 4; bytes beyond the inputs are 128
  const float* scales;
};

/// Quantises `inputs` floats of each of `row_count` rows into `out` (row_count * stride bytes) and
/// `scales`: scale = max |x| / 127, ties round to even; a row of zeros has scale 0.
void quantize_rows(ConstRows x, std::size_t row_count, std::size_t inputs, std::uint8_t* out,
                   std::size_t stride, float* scales);
void quantize_rows_reference(ConstRows x, std::size_t row_count, std::size_t inputs,
                             std::uint8_t* out, std::size_t stride, float* scales);

/// y[r][o] = epilogue(x.scales[r] * w.scale[o] * integer sum) as gemm() has it.
void gemm_int8(const Int8Rows& x, std::size_t row_count, const PackedInt8Matrix& w,
               std::size_t panel_begin, std::size_t panel_end, const Epilogue& epilogue, Rows y);
void gemm_int8_reference(const Int8Rows& x, std::size_t row_count, const PackedInt8Matrix& w,
                         std::size_t panel_begin, std::size_t panel_end, const Epilogue& epilogue,
                         Rows y);

}  // namespace assay::kernels
