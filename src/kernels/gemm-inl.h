// SPDX-License-Identifier: Apache-2.0
// The micro-kernel: a few rows times one panel of two vectors, all sums in registers.
//
// Re-included once per target by gemm_simd.cc and attention_simd.cc. Sixteen registers (SSE4, AVX2)
// hold 6 x 2 sums, two panel vectors and a broadcast; thirty-two (AVX-512) hold 12 x 2. Per step of
// the inner dimension that is 12 multiply-adds for 8 loads on AVX2, so the two multiply-add pipes
// are the limit, not the loads.
#if defined(ASSAY_KERNELS_GEMM_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ASSAY_KERNELS_GEMM_INL_H
#undef ASSAY_KERNELS_GEMM_INL_H
#else
#define ASSAY_KERNELS_GEMM_INL_H
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "kernels/gemm.h"
#include "kernels/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace assay::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using FloatTag = hn::ScalableTag<float>;
constexpr std::size_t kLanes = hn::MaxLanes(FloatTag());
constexpr std::size_t kPanelWidth = 2 * kLanes;
constexpr std::size_t kTileRows = kLanes >= 16 ? 12 : 6;

// kRows rows of x times one panel. `columns` <= kPanelWidth outputs are stored; bias and residual
// point at this panel's first output.
template <std::size_t kRows>
HWY_INLINE void tile(const float* HWY_RESTRICT x, std::size_t x_stride,
                     const float* HWY_RESTRICT panel, std::size_t inputs, const float* bias,
                     Activation activation, const float* residual, std::size_t residual_stride,
                     float* y, std::size_t y_stride, std::size_t columns) {
  const FloatTag d;
  using V = hn::Vec<FloatTag>;
  V left[kRows];
  V right[kRows];
#pragma GCC unroll 12
  for (std::size_t r = 0; r < kRows; ++r) left[r] = right[r] = hn::Zero(d);
  for (std::size_t i = 0; i < inputs; ++i, panel += kPanelWidth) {
    const V w0 = hn::Load(d, panel);
    const V w1 = hn::Load(d, panel + kLanes);
#pragma GCC unroll 12
    for (std::size_t r = 0; r < kRows; ++r) {
      const V value = hn::Set(d, x[r * x_stride + i]);
      left[r] = hn::MulAdd(value, w0, left[r]);
      right[r] = hn::MulAdd(value, w1, right[r]);
    }
  }
  // A panel that is not full has no bias or residual to load beyond its columns: go through padded
  // copies.
  const bool full = columns == kPanelWidth;
  HWY_ALIGN float padded[kPanelWidth] = {};
  V bias0 = hn::Zero(d);
  V bias1 = hn::Zero(d);
  if (bias != nullptr) {
    if (!full) std::copy(bias, bias + columns, padded);
    bias0 = hn::LoadU(d, full ? bias : padded);
    bias1 = hn::LoadU(d, (full ? bias : padded) + kLanes);
  }
#pragma GCC unroll 12
  for (std::size_t r = 0; r < kRows; ++r) {
    V first = activate(d, activation, hn::Add(left[r], bias0));
    V second = activate(d, activation, hn::Add(right[r], bias1));
    if (residual != nullptr) {
      const float* from = residual + r * residual_stride;
      if (!full) {
        std::copy(from, from + columns, padded);
        from = padded;
      }
      first = hn::Add(first, hn::LoadU(d, from));
      second = hn::Add(second, hn::LoadU(d, from + kLanes));
    }
    float* to = full ? y + r * y_stride : padded;
    hn::StoreU(first, d, to);
    hn::StoreU(second, d, to + kLanes);
    if (!full) std::copy(padded, padded + columns, y + r * y_stride);
  }
}

// row_count rows times one panel, in tiles of nearly equal height (20 rows are 5 + 5 + 5 + 5, not 6
// + 6 + 6 + 2).
HWY_INLINE void panel_product(const float* x, std::size_t x_stride, std::size_t row_count,
                              const float* panel, std::size_t inputs, const float* bias,
                              Activation activation, const float* residual,
                              std::size_t residual_stride, float* y, std::size_t y_stride,
                              std::size_t columns) {
  std::size_t tiles = (row_count + kTileRows - 1) / kTileRows;
  while (row_count > 0) {
    const std::size_t rows = (row_count + tiles - 1) / tiles;
    --tiles;
    const auto run = [&]<std::size_t kRows>() {
      tile<kRows>(x, x_stride, panel, inputs, bias, activation, residual, residual_stride, y,
                  y_stride, columns);
    };
    switch (rows) {
      case 1:
        run.template operator()<1>();
        break;
      case 2:
        run.template operator()<2>();
        break;
      case 3:
        run.template operator()<3>();
        break;
      case 4:
        run.template operator()<4>();
        break;
      case 5:
        run.template operator()<5>();
        break;
      case 6:
        run.template operator()<6>();
        break;
      default:
        if constexpr (kTileRows > 6) {
          switch (rows) {
            case 7:
              run.template operator()<7>();
              break;
            case 8:
              run.template operator()<8>();
              break;
            case 9:
              run.template operator()<9>();
              break;
            case 10:
              run.template operator()<10>();
              break;
            case 11:
              run.template operator()<11>();
              break;
            default:
              run.template operator()<12>();
              break;
          }
        }
    }
    x += rows * x_stride;
    y += rows * y_stride;
    if (residual != nullptr) residual += rows * residual_stride;
    row_count -= rows;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
