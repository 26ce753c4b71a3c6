// SPDX-License-Identifier: Apache-2.0
// Rotary positions with vectors; the tail of a half head is scalar.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/rotary_simd.cc"
#include <hwy/foreach_target.h>  // re-includes this file once per target
#include <hwy/highway.h>

#include "base/assert.h"
#include "kernels/cpu.h"
#include "kernels/rotary.h"

HWY_BEFORE_NAMESPACE();
namespace assay::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void rotate_impl(float* x, std::size_t heads, std::size_t dim, const float* cosines,
                 const float* sines) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t half = dim / 2;
  for (std::size_t h = 0; h < heads; ++h, x += dim) {
    std::size_t i = 0;
    for (; i + lanes <= half; i += lanes) {
      const auto a = hn::LoadU(d, x + i);
      const auto b = hn::LoadU(d, x + i + half);
      const auto c = hn::LoadU(d, cosines + i);
      const auto s = hn::LoadU(d, sines + i);
      hn::StoreU(hn::NegMulAdd(b, s, hn::Mul(a, c)), d, x + i);
      hn::StoreU(hn::MulAdd(a, s, hn::Mul(b, c)), d, x + i + half);
    }
    for (; i < half; ++i) {
      const float a = x[i];
      const float b = x[i + half];
      x[i] = a * cosines[i] - b * sines[i];
      x[i + half] = b * cosines[i] + a * sines[i];
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::kernels
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace assay::kernels {
namespace {
HWY_EXPORT(rotate_impl);
}  // namespace

void rotate(float* x, std::size_t heads, std::size_t dim, std::span<const float> cosines,
            std::span<const float> sines) {
  ASSAY_ASSERT(dim % 2 == 0 && cosines.size() == dim / 2 && sines.size() == dim / 2);
  if (use_reference()) return rotate_reference(x, heads, dim, cosines, sines);
  HWY_DYNAMIC_DISPATCH(rotate_impl)(x, heads, dim, cosines.data(), sines.data());
}
}  // namespace assay::kernels
#endif
