// SPDX-License-Identifier: Apache-2.0
// Integer micro-kernels. What differs between CPUs is one step: four unsigned activations times
// four weights, added to a 32-bit sum a lane.
//
// With dot-product instructions (AVX-512 VNNI, AVX-VNNI) a step is one instruction. Elsewhere two
// steps are: multiply both to 16-bit pairs, add these, add neighbours, add. Nothing overflows,
// because weights are quantised so (int8_weights.cc).
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gemm_int8_simd.cc"
#include <hwy/foreach_target.h>  // re-includes this file once per target
#include <hwy/highway.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstring>

#include "base/assert.h"
#include "kernels/cpu.h"
#include "kernels/gemm-inl.h"
#include "kernels/gemm_int8.h"

HWY_BEFORE_NAMESPACE();
namespace assay::kernels {
namespace HWY_NAMESPACE {

using IntTag = hn::ScalableTag<std::int32_t>;
using ByteTag = hn::Repartition<std::int8_t, IntTag>;
using IntVec = hn::Vec<IntTag>;

#if HWY_TARGET == HWY_AVX3_DL
constexpr std::size_t kIntTileRows = 12;
// Assembly because Highway compiles this target without the flag that the intrinsic needs.
struct Dot {
  static HWY_INLINE IntVec step(IntVec sum, IntVec x, IntVec w) {
    asm("vpdpbusd %2, %1, %0" : "+v"(sum.raw) : "v"(x.raw), "v"(w.raw));
    return sum;
  }
  static HWY_INLINE IntVec two_steps(IntVec sum, IntVec x0, IntVec w0, IntVec x1, IntVec w1) {
    return step(step(sum, x0, w0), x1, w1);
  }
};
#elif HWY_TARGET == HWY_AVX3
constexpr std::size_t kIntTileRows = 8;
struct Dot {
  static HWY_INLINE IntVec step(IntVec sum, IntVec x, IntVec w) {
    const __m512i pairs = _mm512_maddubs_epi16(x.raw, w.raw);
    return hn::Add(sum, IntVec{_mm512_madd_epi16(pairs, _mm512_set1_epi16(1))});
  }
  static HWY_INLINE IntVec two_steps(IntVec sum, IntVec x0, IntVec w0, IntVec x1, IntVec w1) {
    const __m512i pairs = _mm512_add_epi16(_mm512_maddubs_epi16(x0.raw, w0.raw),
                                           _mm512_maddubs_epi16(x1.raw, w1.raw));
    return hn::Add(sum, IntVec{_mm512_madd_epi16(pairs, _mm512_set1_epi16(1))});
  }
};
#elif HWY_TARGET == HWY_AVX2
constexpr std::size_t kIntTileRows = 4;
struct Dot {
  static HWY_INLINE IntVec step(IntVec sum, IntVec x, IntVec w) {
    const __m256i pairs = _mm256_maddubs_epi16(x.raw, w.raw);
    return hn::Add(sum, IntVec{_mm256_madd_epi16(pairs, _mm256_set1_epi16(1))});
  }
  static HWY_INLINE IntVec two_steps(IntVec sum, IntVec x0, IntVec w0, IntVec x1, IntVec w1) {
    const __m256i pairs = _mm256_add_epi16(_mm256_maddubs_epi16(x0.raw, w0.raw),
                                           _mm256_maddubs_epi16(x1.raw, w1.raw));
    return hn::Add(sum, IntVec{_mm256_madd_epi16(pairs, _mm256_set1_epi16(1))});
  }
};
// AVX-VNNI: the 256-bit form that CPUs without AVX-512 have. Highway has no target of its own for
// it, and the intrinsic would need one.
struct VnniDot {
  static HWY_INLINE IntVec step(IntVec sum, IntVec x, IntVec w) {
    asm("%{vex%} vpdpbusd %2, %1, %0" : "+x"(sum.raw) : "x"(x.raw), "x"(w.raw));
    return sum;
  }
  static HWY_INLINE IntVec two_steps(IntVec sum, IntVec x0, IntVec w0, IntVec x1, IntVec w1) {
    return step(step(sum, x0, w0), x1, w1);
  }
};
#elif HWY_TARGET == HWY_SSE4
constexpr std::size_t kIntTileRows = 4;
struct Dot {
  static HWY_INLINE IntVec step(IntVec sum, IntVec x, IntVec w) {
    const __m128i pairs = _mm_maddubs_epi16(x.raw, w.raw);
    return hn::Add(sum, IntVec{_mm_madd_epi16(pairs, _mm_set1_epi16(1))});
  }
  static HWY_INLINE IntVec two_steps(IntVec sum, IntVec x0, IntVec w0, IntVec x1, IntVec w1) {
    const __m128i pairs =
        _mm_add_epi16(_mm_maddubs_epi16(x0.raw, w0.raw), _mm_maddubs_epi16(x1.raw, w1.raw));
    return hn::Add(sum, IntVec{_mm_madd_epi16(pairs, _mm_set1_epi16(1))});
  }
};
#endif

#if HWY_TARGET == HWY_AVX3_DL || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX2 || \
    HWY_TARGET == HWY_SSE4

// What a group adds besides its integers, at one panel.
struct GroupFactors {
  const GroupScale* x;  // of the tile's first row, the next row's `x_stride` on
  std::size_t x_stride;
  const float* scales;
  const float* sums;
};

// y[r][..] += x.scale * scales * (integer sum of one group) + x.low * sums. A function of its own,
// because the compiler keeps the inner loop in registers only when nothing else lives there.
// kQuads = 0: `quads` of them, the last group.
template <class Step, std::size_t kRows, std::size_t kQuads>
HWY_NOINLINE void add_group(const std::uint8_t* HWY_RESTRICT x, std::size_t stride,
                            const std::int8_t* HWY_RESTRICT panel, std::size_t quads,
                            const GroupFactors& factors, float* HWY_RESTRICT y) {
  if constexpr (kQuads > 0) quads = kQuads;
  const IntTag d;
  const FloatTag f;
  const ByteTag bytes;
  IntVec left[kRows];
  IntVec right[kRows];
#pragma GCC unroll 12
  for (std::size_t r = 0; r < kRows; ++r) left[r] = right[r] = hn::Zero(d);
  const auto four_of = [&](std::size_t r, std::size_t q) HWY_ATTR {
    std::int32_t four;
    std::memcpy(&four, x + r * stride + q * 4, sizeof(four));
    return hn::Set(d, four);
  };
  const auto weights_of = [&](std::size_t q, std::size_t vector) HWY_ATTR {
    return hn::BitCast(d, hn::Load(bytes, panel + (q * kPanelWidth + vector * kLanes) * 4));
  };
  std::size_t q = 0;
#pragma GCC unroll 4
  for (; q + 2 <= quads; q += 2) {
    const IntVec w00 = weights_of(q, 0), w01 = weights_of(q, 1);
    const IntVec w10 = weights_of(q + 1, 0), w11 = weights_of(q + 1, 1);
#pragma GCC unroll 12
    for (std::size_t r = 0; r < kRows; ++r) {
      const IntVec x0 = four_of(r, q), x1 = four_of(r, q + 1);
      left[r] = Step::two_steps(left[r], x0, w00, x1, w10);
      right[r] = Step::two_steps(right[r], x0, w01, x1, w11);
    }
  }
  if (q < quads) {
    const IntVec w0 = weights_of(q, 0), w1 = weights_of(q, 1);
#pragma GCC unroll 12
    for (std::size_t r = 0; r < kRows; ++r) {
      const IntVec value = four_of(r, q);
      left[r] = Step::step(left[r], value, w0);
      right[r] = Step::step(right[r], value, w1);
    }
  }
  const auto scale0 = hn::Load(f, factors.scales);
  const auto scale1 = hn::Load(f, factors.scales + kLanes);
  const auto sum0 = hn::Load(f, factors.sums);
  const auto sum1 = hn::Load(f, factors.sums + kLanes);
#pragma GCC unroll 12
  for (std::size_t r = 0; r < kRows; ++r, y += kPanelWidth) {
    const GroupScale of_x = factors.x[r * factors.x_stride];
    const auto scale = hn::Set(f, of_x.scale);
    const auto low = hn::Set(f, of_x.low);
    const auto y0 = hn::MulAdd(low, sum0, hn::Load(f, y));
    const auto y1 = hn::MulAdd(low, sum1, hn::Load(f, y + kLanes));
    const auto product0 = hn::Mul(hn::ConvertTo(f, left[r]), scale0);
    const auto product1 = hn::Mul(hn::ConvertTo(f, right[r]), scale1);
    hn::Store(hn::MulAdd(product0, scale, y0), f, y);
    hn::Store(hn::MulAdd(product1, scale, y1), f, y + kLanes);
  }
}

template <class Step, std::size_t kRows>
HWY_INLINE void int8_tile(const Int8Rows& x, const PackedInt8Matrix& w, std::size_t p,
                          const TileOutput& out) {
  const FloatTag f;
  HWY_ALIGN float sums[kRows * kPanelWidth] = {};
  constexpr std::size_t kQuads = kInt8Group / 4;
  for (std::size_t g = 0; g < w.groups(); ++g) {
    const std::size_t q = g * kQuads;
    const std::uint8_t* from = x.data + q * 4;
    const std::int8_t* panel = w.panel(p) + q * kPanelWidth * 4;
    const GroupFactors factors = {x.scales + g, w.groups(), w.scales(p) + g * kPanelWidth,
                                  w.sums(p) + g * kPanelWidth};
    if (w.quads() - q >= kQuads) {
      add_group<Step, kRows, kQuads>(from, x.stride, panel, kQuads, factors, sums);
    } else {
      add_group<Step, kRows, 0>(from, x.stride, panel, w.quads() - q, factors, sums);
    }
  }
  hn::Vec<FloatTag> first[kRows];
  hn::Vec<FloatTag> second[kRows];
#pragma GCC unroll 12
  for (std::size_t r = 0; r < kRows; ++r) {
    first[r] = hn::Load(f, sums + r * kPanelWidth);
    second[r] = hn::Load(f, sums + r * kPanelWidth + kLanes);
  }
  finish_tile<kRows>(first, second, out);
}

template <class Step>
void gemm_int8_with(const Int8Rows& x, std::size_t row_count, const PackedInt8Matrix& w,
                    std::size_t panel_begin, std::size_t panel_end, const Epilogue& epilogue,
                    Rows y) {
  constexpr std::size_t kBlockRows = 96;  // up to 4,096 inputs stay in half a megabyte
  for (std::size_t r = 0; r < row_count; r += kBlockRows) {
    const std::size_t rows = std::min(kBlockRows, row_count - r);
    for (std::size_t p = panel_begin; p < panel_end; ++p) {
      const std::size_t first = p * kPanelWidth;
      TileOutput out = {.bias = epilogue.bias == nullptr ? nullptr : epilogue.bias + first,
                        .activation = epilogue.activation,
                        .residual = epilogue.residual == nullptr
                                        ? nullptr
                                        : epilogue.residual + r * epilogue.residual_stride + first,
                        .residual_stride = epilogue.residual_stride,
                        .y = y.data + r * y.stride + first,
                        .y_stride = y.stride,
                        .columns = std::min(kPanelWidth, w.outputs() - first)};
      Int8Rows from = {x.data + r * x.stride, x.stride, x.scales + r * w.groups()};
      for_tiles<kIntTileRows>(rows, [&]<std::size_t kRows>() {
        int8_tile<Step, kRows>(from, w, p, out);
        out.skip(kRows);
        from.data += kRows * from.stride;
        from.scales += kRows * w.groups();
      });
    }
  }
}

void gemm_int8_impl(const Int8Rows& x, std::size_t row_count, const PackedInt8Matrix& w,
                    std::size_t panel_begin, std::size_t panel_end, const Epilogue& epilogue,
                    Rows y) {
#if HWY_TARGET == HWY_AVX2
  if (has_avx_vnni())
    return gemm_int8_with<VnniDot>(x, row_count, w, panel_begin, panel_end, epilogue, y);
#endif
  gemm_int8_with<Dot>(x, row_count, w, panel_begin, panel_end, epilogue, y);
}

#else

void gemm_int8_impl(const Int8Rows& x, std::size_t row_count, const PackedInt8Matrix& w,
                    std::size_t panel_begin, std::size_t panel_end, const Epilogue& epilogue,
                    Rows y) {
  gemm_int8_reference(x, row_count, w, panel_begin, panel_end, epilogue, y);
}

#endif

// One group of a row. Most groups are whole: then the count is known and the values stay in
// registers between the passes.
HWY_INLINE GroupScale quantize_group(const float* HWY_RESTRICT x, std::size_t count,
                                     std::uint8_t* HWY_RESTRICT out) {
  const FloatTag f;
  const hn::Rebind<std::uint8_t, FloatTag> u8;
  const std::size_t whole = count / kLanes * kLanes;
  auto smallest = hn::Set(f, x[0]);
  auto largest = smallest;
  for (std::size_t i = 0; i < whole; i += kLanes) {
    const auto values = hn::LoadU(f, x + i);
    smallest = hn::Min(smallest, values);
    largest = hn::Max(largest, values);
  }
  float least = hn::GetLane(hn::MinOfLanes(f, smallest));
  float most = hn::GetLane(hn::MaxOfLanes(f, largest));
  for (std::size_t i = whole; i < count; ++i) {
    least = std::min(least, x[i]);
    most = std::max(most, x[i]);
  }
  const float range = most - least;
  const float inverse = range > 0 ? 255.0f / range : 0.0f;
  const auto low = hn::Set(f, least);
  const auto factor = hn::Set(f, inverse);
  for (std::size_t i = 0; i < whole; i += kLanes) {
    const auto steps = hn::Mul(hn::Sub(hn::LoadU(f, x + i), low), factor);
    hn::StoreU(hn::DemoteTo(u8, hn::NearestInt(steps)), u8, out + i);
  }
  for (std::size_t i = whole; i < count; ++i) {
    const float step = std::nearbyint((x[i] - least) * inverse);
    out[i] = static_cast<std::uint8_t>(std::clamp(step, 0.0f, 255.0f));
  }
  return {range / 255.0f, least};
}

void quantize_rows_impl(ConstRows x, std::size_t row_count, std::size_t inputs, std::uint8_t* out,
                        std::size_t stride, GroupScale* scales) {
  for (std::size_t r = 0; r < row_count; ++r) {
    const float* row = x.data + r * x.stride;
    std::uint8_t* to = out + r * stride;
    std::size_t i = 0;
    for (; i + kInt8Group <= inputs; i += kInt8Group)
      *scales++ = quantize_group(row + i, kInt8Group, to + i);
    if (i < inputs) *scales++ = quantize_group(row + i, inputs - i, to + i);
    std::memset(to + inputs, 0, stride - inputs);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::kernels
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace assay::kernels {
namespace {
HWY_EXPORT(gemm_int8_impl);
HWY_EXPORT(quantize_rows_impl);
}  // namespace

void quantize_rows(ConstRows x, std::size_t row_count, std::size_t inputs, std::uint8_t* out,
                   std::size_t stride, GroupScale* scales) {
  ASSAY_ASSERT(stride >= inputs && stride % 4 == 0);
  if (use_reference()) return quantize_rows_reference(x, row_count, inputs, out, stride, scales);
  HWY_DYNAMIC_DISPATCH(quantize_rows_impl)(x, row_count, inputs, out, stride, scales);
}

void gemm_int8(const Int8Rows& x, std::size_t row_count, const PackedInt8Matrix& w,
               std::size_t panel_begin, std::size_t panel_end, const Epilogue& epilogue, Rows y) {
  if (use_reference())
    return gemm_int8_reference(x, row_count, w, panel_begin, panel_end, epilogue, y);
  HWY_DYNAMIC_DISPATCH(gemm_int8_impl)(x, row_count, w, panel_begin, panel_end, epilogue, y);
}
}  // namespace assay::kernels
#endif
