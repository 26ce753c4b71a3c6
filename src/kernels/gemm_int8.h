// SPDX-License-Identifier: Apache-2.0
// Matrix products in 8-bit integers: weights quantised at load times activations quantised a row.
//
// Used by model/ for the linear layers of an encoder when int8 is asked for. Weights are symmetric
// with a scale for each output and group of kInt8Group inputs, and have 7 bits, [-64, 64]: the sum
// of two products with unsigned 8-bit activations then fits the 16-bit pairs of CPUs without
// dot-product instructions, so every path adds up the same integers. (One scale an output loses
// four times as much.) Activations are x = low + scale * u with u in [0, 255], low and scale a
// row's own. Sums of a group are exact 32-bit integers; everything after is fp32. A row's result
// does not depend on what it shares the call with. (After Jacob et al. 2018.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/aligned.h"
#include "kernels/gemm.h"

namespace assay::kernels {

/// Inputs that share a scale.
inline constexpr std::size_t kInt8Group = 64;

/// A quantised weight matrix [outputs, inputs] in panels of width() outputs, as PackedMatrix: panel
/// p holds, for each four inputs, four weights of each of its outputs. Owns its copy. Immutable.
class PackedInt8Matrix {
 public:
  PackedInt8Matrix() = default;
  /// Quantises `weights` [outputs, inputs] row-major.
  PackedInt8Matrix(std::span<const float> weights, std::size_t outputs, std::size_t inputs);

  [[nodiscard]] std::size_t outputs() const noexcept { return outputs_; }
  [[nodiscard]] std::size_t inputs() const noexcept { return inputs_; }
  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  [[nodiscard]] std::size_t panels() const noexcept { return (outputs_ + width_ - 1) / width_; }
  /// Fours of inputs, the last one filled up with zeros.
  [[nodiscard]] std::size_t quads() const noexcept { return (inputs_ + 3) / 4; }
  [[nodiscard]] std::size_t groups() const noexcept {
    return (inputs_ + kInt8Group - 1) / kInt8Group;
  }
  [[nodiscard]] const std::int8_t* panel(std::size_t p) const noexcept {
    return data_.data() + p * width_ * quads() * 4;
  }
  /// What one step of a weight is worth: [groups, width] of panel p.
  [[nodiscard]] const float* scales(std::size_t p) const noexcept {
    return scales_.data() + p * width_ * groups();
  }
  /// Sum of all quantised weights of each output, times their scales: what a constant added to all
  /// activations adds to the product. [width] of panel p.
  [[nodiscard]] const float* sums(std::size_t p) const noexcept {
    return sums_.data() + p * width_;
  }

 private:
  std::size_t outputs_ = 0;
  std::size_t inputs_ = 0;
  std::size_t width_ = 1;
  BasicAlignedBuffer<std::int8_t> data_;
  AlignedBuffer scales_;
  AlignedBuffer sums_;
};

/// How a row was quantised: x = low + scale * u.
struct RowScale {
  float scale;
  float low;
};

/// Quantised rows: row r is `inputs` bytes at data + r * stride.
struct Int8Rows {
  const std::uint8_t* data;
  std::size_t stride;  ///< a multiple of 4; bytes beyond the inputs are 0
  const RowScale* scales;
};

/// Quantises `inputs` floats of each of `row_count` rows into `out` (row_count * stride bytes) and
/// `scales`: low = min x, scale = (max x - min x) / 255, ties round to even; a row of equal values
/// has scale 0.
void quantize_rows(ConstRows x, std::size_t row_count, std::size_t inputs, std::uint8_t* out,
                   std::size_t stride, RowScale* scales);
void quantize_rows_reference(ConstRows x, std::size_t row_count, std::size_t inputs,
                             std::uint8_t* out, std::size_t stride, RowScale* scales);

/// y[r][o] = epilogue(scale[r] * (sum over groups g of w.scale[g][o] * integer sum) + low[r] *
/// w.sum[o]) as gemm() has it.
void gemm_int8(const Int8Rows& x, std::size_t row_count, const PackedInt8Matrix& w,
               std::size_t panel_begin, std::size_t panel_end, const Epilogue& epilogue, Rows y);
void gemm_int8_reference(const Int8Rows& x, std::size_t row_count, const PackedInt8Matrix& w,
                         std::size_t panel_begin, std::size_t panel_end, const Epilogue& epilogue,
                         Rows y);

}  // namespace assay::kernels
