// SPDX-License-Identifier: Apache-2.0
// Matrix products in 8-bit integers: weights quantised at load times activations quantised on the
// way.
//
// Used by model/ for the linear layers of an encoder when int8 is asked for. Both sides have a
// scale for each group of kInt8Group inputs, since a few large activations would otherwise cost all
// others their digits. Weights are symmetric with 7 bits, [-64, 64], and of the four that meet in a
// 16-bit sum of CPUs without dot-product instructions neither the positive nor the negative ones
// exceed 128: with unsigned 8-bit activations the sum always fits, so every path adds up the same
// integers. Activations are x = low + scale * u with u in [0, 255].
// Sums of a group are exact 32-bit integers; everything after is fp32. A row's result does not
// depend on what it shares the call with. (After Jacob et al. 2018; docs/performance.md has what
// the choices are worth.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/aligned.h"
#include "kernels/gemm.h"

namespace assay::kernels {

/// Inputs that share a scale.
inline constexpr std::size_t kInt8Group = 32;

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
  /// Sum of a group's quantised weights times their scale: what a constant added to the group's
  /// activations adds to the product. [groups, width] of panel p.
  [[nodiscard]] const float* sums(std::size_t p) const noexcept {
    return sums_.data() + p * width_ * groups();
  }

 private:
  std::size_t outputs_ = 0;
  std::size_t inputs_ = 0;
  std::size_t width_ = 1;
  BasicAlignedBuffer<std::int8_t> data_;
  AlignedBuffer scales_;
  AlignedBuffer sums_;
};

/// Quantises up to kInt8Group weights of one output, from a multiple of kInt8Group inputs on: of
/// steps up to 7 % longer than the least one possible, the one that loses least. Returns the step,
/// 0 when all weights are 0.
float quantize_weights(std::span<const float> weights, std::span<std::int8_t> out);

/// How a group of a row was quantised: x = low + scale * u.
struct GroupScale {
  float scale;
  float low;
};

/// Quantised rows: row r is `inputs` bytes at data + r * stride.
struct Int8Rows {
  const std::uint8_t* data;
  std::size_t stride;        ///< a multiple of 4; bytes beyond the inputs are 0
  const GroupScale* scales;  ///< [rows, groups]
};

/// Quantises `inputs` floats of each of `row_count` rows into `out` (row_count * stride bytes) and
/// `scales` [rows, groups]: low = min x, scale = (max x - min x) / 255, ties round to even; a group
/// of equal values has scale 0.
void quantize_rows(ConstRows x, std::size_t row_count, std::size_t inputs, std::uint8_t* out,
                   std::size_t stride, GroupScale* scales);
void quantize_rows_reference(ConstRows x, std::size_t row_count, std::size_t inputs,
                             std::uint8_t* out, std::size_t stride, GroupScale* scales);

/// y[r][o] = epilogue(sum over groups g of x.scale[r][g] * w.scale[g][o] * integer sum +
/// x.low[r][g]
/// * w.sum[g][o]) as gemm() has it.
void gemm_int8(const Int8Rows& x, std::size_t row_count, const PackedInt8Matrix& w,
               std::size_t panel_begin, std::size_t panel_end, const Epilogue& epilogue, Rows y);
void gemm_int8_reference(const Int8Rows& x, std::size_t row_count, const PackedInt8Matrix& w,
                         std::size_t panel_begin, std::size_t panel_end, const Epilogue& epilogue,
                         Rows y);

}  // namespace assay::kernels
