// SPDX-License-Identifier: Apache-2.0
// Activations over a span, one vector at a time; the tail goes through a padded vector.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/activation_simd.cc"
#include <hwy/foreach_target.h>  // re-includes this file once per target
#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "kernels/activation.h"
#include "kernels/cpu.h"
#include "kernels/math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace assay::kernels {
namespace HWY_NAMESPACE {

void activate_impl(Activation activation, float* values, std::size_t count) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    hn::StoreU(activate(d, activation, hn::LoadU(d, values + i)), d, values + i);
  }
  if (i == count) return;
  HWY_ALIGN float tail[hn::MaxLanes(d)] = {};
  std::copy(values + i, values + count, tail);
  hn::Store(activate(d, activation, hn::Load(d, tail)), d, tail);
  std::copy(tail, tail + (count - i), values + i);
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::kernels
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace assay::kernels {
HWY_EXPORT(activate_impl);
void activate(Activation activation, std::span<float> values) {
  if (use_reference()) return activate_reference(activation, values);
  HWY_DYNAMIC_DISPATCH(activate_impl)(activation, values.data(), values.size());
}
}  // namespace assay::kernels
#endif
