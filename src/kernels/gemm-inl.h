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
#include <span>
#include <utility>

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

// What becomes of a tile's sums.
struct TileOutput {
  const float* bias = nullptr;  // null, or this panel's first output; so is `residual`
  Activation activation = Activation::kNone;
  const float* residual = nullptr;
  std::size_t residual_stride = 0;
  float* y = nullptr;
  std::size_t y_stride = 0;
  std::size_t columns = 0;          // outputs stored, <= kPanelWidth
  const float* begin_at = nullptr;  // null, or the sums so far: rows of `partial_stride` floats
  float* leave_at = nullptr;        // null, or where the sums go instead of y: more inputs follow
  std::size_t partial_stride = 0;

  // The same for the rows after the next `rows`.
  void skip(std::size_t rows) {
    y += rows * y_stride;
    if (residual != nullptr) residual += rows * residual_stride;
    if (begin_at != nullptr) begin_at += rows * partial_stride;
    if (leave_at != nullptr) leave_at += rows * partial_stride;
  }
};

// Bias, activation, residual and store of kRows rows of finished sums.
template <std::size_t kRows>
HWY_INLINE void finish_tile(const hn::Vec<FloatTag>* left, const hn::Vec<FloatTag>* right,
                            const TileOutput& out) {
  const FloatTag d;
  using V = hn::Vec<FloatTag>;
  // A panel that is not full has no bias or residual to load beyond its columns: go through padded
  // copies.
  const bool full = out.columns == kPanelWidth;
  HWY_ALIGN float padded[kPanelWidth] = {};
  V bias0 = hn::Zero(d);
  V bias1 = hn::Zero(d);
  if (out.bias != nullptr) {
    if (!full) std::copy(out.bias, out.bias + out.columns, padded);
    bias0 = hn::LoadU(d, full ? out.bias : padded);
    bias1 = hn::LoadU(d, (full ? out.bias : padded) + kLanes);
  }
#pragma GCC unroll 12
  for (std::size_t r = 0; r < kRows; ++r) {
    V first = activate(d, out.activation, hn::Add(left[r], bias0));
    V second = activate(d, out.activation, hn::Add(right[r], bias1));
    if (out.residual != nullptr) {
      const float* from = out.residual + r * out.residual_stride;
      if (!full) {
        std::copy(from, from + out.columns, padded);
        from = padded;
      }
      first = hn::Add(first, hn::LoadU(d, from));
      second = hn::Add(second, hn::LoadU(d, from + kLanes));
    }
    float* to = full ? out.y + r * out.y_stride : padded;
    hn::StoreU(first, d, to);
    hn::StoreU(second, d, to + kLanes);
    if (!full) std::copy(padded, padded + out.columns, out.y + r * out.y_stride);
  }
}

// Memory that will be wanted next, called into the second-level cache while sums are computed: a
// few bytes a step, so that a panel's weights arrive while the panel before is in use.
struct Ahead {
  const char* at = nullptr;
  std::size_t step = 0;  // bytes
};

// kRows rows of x times `inputs` rows of one panel; moves `ahead` on.
template <std::size_t kRows>
HWY_INLINE void tile(const float* HWY_RESTRICT x, std::size_t x_stride,
                     const float* HWY_RESTRICT panel, std::size_t inputs, const TileOutput& out,
                     Ahead& ahead) {
  const FloatTag d;
  using V = hn::Vec<FloatTag>;
  V left[kRows];
  V right[kRows];
#pragma GCC unroll 12
  for (std::size_t r = 0; r < kRows; ++r) left[r] = right[r] = hn::Zero(d);
  if (out.begin_at != nullptr) {
#pragma GCC unroll 12
    for (std::size_t r = 0; r < kRows; ++r) {
      left[r] = hn::Load(d, out.begin_at + r * out.partial_stride);
      right[r] = hn::Load(d, out.begin_at + r * out.partial_stride + kLanes);
    }
  }
  const char* next = ahead.at;
  for (std::size_t i = 0; i < inputs; ++i, panel += kPanelWidth) {
    __builtin_prefetch(next, 0, 2);
    next += ahead.step;
    const V w0 = hn::Load(d, panel);
    const V w1 = hn::Load(d, panel + kLanes);
#pragma GCC unroll 12
    for (std::size_t r = 0; r < kRows; ++r) {
      const V value = hn::Set(d, x[r * x_stride + i]);
      left[r] = hn::MulAdd(value, w0, left[r]);
      right[r] = hn::MulAdd(value, w1, right[r]);
    }
  }
  ahead.at = next;
  if (out.leave_at != nullptr) {
#pragma GCC unroll 12
    for (std::size_t r = 0; r < kRows; ++r) {
      hn::Store(left[r], d, out.leave_at + r * out.partial_stride);
      hn::Store(right[r], d, out.leave_at + r * out.partial_stride + kLanes);
    }
    return;
  }
  finish_tile<kRows>(left, right, out);
}

// Calls run.operator()<kRows>() for tiles of at most kMost rows and nearly equal height (20 rows
// are 5 + 5 + 5 + 5, not 6 + 6 + 6 + 2).
template <std::size_t kMost, class Run>
HWY_INLINE void for_tiles(std::size_t row_count, const Run& run) {
  static_assert(kMost <= 12);
  std::size_t tiles = (row_count + kMost - 1) / kMost;
  while (row_count > 0) {
    const std::size_t rows = (row_count + tiles - 1) / tiles;
    --tiles;
    row_count -= rows;
    const auto dispatch = [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
      (void)((rows == kIndex + 1 && (run.template operator()<kIndex + 1>(), true)) || ...);
    };
    dispatch(std::make_index_sequence<kMost>());
  }
}

// row_count rows times one panel; `next` is what follows, by default a panel where this one ends.
HWY_INLINE void panel_product(const float* x, std::size_t x_stride, std::size_t row_count,
                              const float* panel, std::size_t inputs, TileOutput out,
                              std::span<const float> next = {}) {
  if (next.empty()) next = {panel + inputs * kPanelWidth, inputs * kPanelWidth};
  const std::size_t steps = (row_count + kTileRows - 1) / kTileRows * inputs;
  Ahead ahead = {reinterpret_cast<const char*>(next.data()),
                 (next.size_bytes() + steps - 1) / steps};
  for_tiles<kTileRows>(row_count, [&]<std::size_t kRows>() {
    tile<kRows>(x, x_stride, panel, inputs, out, ahead);
    x += kRows * x_stride;
    out.skip(kRows);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
