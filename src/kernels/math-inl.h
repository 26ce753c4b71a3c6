// SPDX-License-Identifier: Apache-2.0
// exp, erf, tanh and the activations on Highway vectors, shared by the kernels of one target.
//
// Re-included once per target. Errors are measured against double precision in activation_test.cc.
#if defined(ASSAY_KERNELS_MATH_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ASSAY_KERNELS_MATH_INL_H
#undef ASSAY_KERNELS_MATH_INL_H
#else
#define ASSAY_KERNELS_MATH_INL_H
#endif

#include <hwy/highway.h>

#include "kernels/activation.h"

HWY_BEFORE_NAMESPACE();
namespace assay::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// What is no number stays so, and does not become a bound: of two operands of which one is NaN,
// x86 gives the second.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V clamped(D d, V x, float least, float most) {
  return hn::Min(hn::Set(d, most), hn::Max(hn::Set(d, least), x));
}

// e^x. x = n ln 2 + r with |r| <= ln 2 / 2; e^r by a polynomial of degree 6 fitted for least
// relative error (4e-9); 2^n by adding n to the exponent. n is rounded by adding 1.5 * 2^23, which
// leaves it in the lowest bits. Relative error below 2e-7 for x in [-87, 88]; smaller x give e^-87
// (1.6e-38, a normal number), larger ones e^88.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V exp_of(D d, V x) {
  const hn::RebindToSigned<D> di;
  x = clamped(d, x, -87.0f, 88.0f);
  const V big = hn::Set(d, 12582912.0f);
  const V rounded = hn::MulAdd(x, hn::Set(d, 1.44269504f), big);
  const V n = hn::Sub(rounded, big);
  // ln 2 in two parts: n times the first is exact for |n| < 2^9.
  V r = hn::NegMulAdd(n, hn::Set(d, 0.693359375f), x);
  r = hn::NegMulAdd(n, hn::Set(d, -2.12194440e-4f), r);
  V p = hn::Set(d, 0.0013814540579915047f);
  p = hn::MulAdd(p, r, hn::Set(d, 0.00836874544620514f));
  p = hn::MulAdd(p, r, hn::Set(d, 0.04166838899254799f));
  p = hn::MulAdd(p, r, hn::Set(d, 0.1666652113199234f));
  p = hn::MulAdd(p, r, hn::Set(d, 0.4999999403953552f));
  p = hn::MulAdd(p, r, hn::Set(d, 1.0f));
  p = hn::MulAdd(p, r, hn::Set(d, 1.0f));
  const auto exponent = hn::ShiftLeft<23>(hn::BitCast(di, rounded));
  return hn::BitCast(d, hn::Add(hn::BitCast(di, p), exponent));
}

// erf(x) = x P(x^2) / Q(x^2) on |x| <= 3.92, where 1 - erf(3.92) = 3e-8; outside, the value at the
// end. P and Q of degree 5 were fitted for least maximal error (1.6e-8 before rounding); in float32
// the absolute error stays below 4e-7.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V erf_of(D d, V x) {
  x = clamped(d, x, -3.92f, 3.92f);
  const V u = hn::Mul(x, x);
  V p = hn::Set(d, 2.0348581983853364e-06f);
  p = hn::MulAdd(p, u, hn::Set(d, 0.00028746816678903997f));
  p = hn::MulAdd(p, u, hn::Set(d, 0.0038677542470395565f));
  p = hn::MulAdd(p, u, hn::Set(d, 0.05305871739983559f));
  p = hn::MulAdd(p, u, hn::Set(d, 0.19275039434432983f));
  p = hn::MulAdd(p, u, hn::Set(d, 1.128378987312317f));
  V q = hn::Set(d, 3.807134271482937e-05f);
  q = hn::MulAdd(q, u, hn::Set(d, 0.0011879794765263796f));
  q = hn::MulAdd(q, u, hn::Set(d, 0.01517114695161581f));
  q = hn::MulAdd(q, u, hn::Set(d, 0.11507900804281235f));
  q = hn::MulAdd(q, u, hn::Set(d, 0.504152238368988f));
  q = hn::MulAdd(q, u, hn::Set(d, 1.0f));
  return hn::Div(hn::Mul(x, p), q);
}

// tanh(x) = 1 - 2 / (e^2x + 1). Absolute error below 3e-7; x is clamped where tanh is 1 in float32.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V tanh_of(D d, V x) {
  const V one = hn::Set(d, 1.0f);
  x = clamped(d, x, -10.0f, 10.0f);
  return hn::Sub(one, hn::Div(hn::Set(d, 2.0f), hn::Add(exp_of(d, hn::Add(x, x)), one)));
}

// The branch is the same for every vector of a product, so it costs next to nothing beside the
// sums.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V activate(D d, Activation activation, V x) {
  switch (activation) {
    case Activation::kNone:
      break;
    case Activation::kGelu: {
      const V half = hn::Mul(hn::Set(d, 0.5f), x);
      return hn::MulAdd(half, erf_of(d, hn::Mul(x, hn::Set(d, 0.70710678f))), half);
    }
    case Activation::kGeluTanh: {
      const V cubic = hn::MulAdd(hn::Mul(hn::Set(d, 0.044715f), hn::Mul(x, x)), x, x);
      const V half = hn::Mul(hn::Set(d, 0.5f), x);
      return hn::MulAdd(half, tanh_of(d, hn::Mul(hn::Set(d, 0.79788456f), cubic)), half);
    }
    case Activation::kRelu:
      return hn::Max(hn::Zero(d), x);
    case Activation::kSilu:
      return hn::Div(x, hn::Add(hn::Set(d, 1.0f), exp_of(d, hn::Neg(x))));
    case Activation::kTanh:
      return tanh_of(d, x);
  }
  return x;
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::kernels
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
