// SPDX-License-Identifier: Apache-2.0
// Integer micro-kernels. What differs between CPUs is one step: four unsigned activations times
// four weights, added to a 32-bit sum a lane.
//
// With dot-product instructions (AVX-512 VNNI, AVX-VNNI) a step is one instruction. Elsewhere it is
// multiply to 16-bit pairs, add pairs, add: exact because weights have 7 bits.
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
struct Dot {
  static HWY_INLINE IntVec step(IntVec sum, IntVec x, IntVec w) {
    return IntVec{_mm512_dpbusd_epi32(sum.raw, x.raw, w.raw)};
  }
};
#elif HWY_TARGET == HWY_AVX3
constexpr std::size_t kIntTileRows = 8;
struct Dot {
  static HWY_INLINE IntVec step(IntVec sum, IntVec x, IntVec w) {
    const __m512i pairs = _mm512_maddubs_epi16(x.raw, w.raw);
    return hn::Add(sum, IntVec{_mm512_madd_epi16(pairs, _mm512_set1_epi16(1))});
  }
};
#elif HWY_TARGET == HWY_AVX2
constexpr std::size_t kIntTileRows = 6;
struct Dot {
  static HWY_INLINE IntVec step(IntVec sum, IntVec x, IntVec w) {
    const __m256i pairs = _mm256_maddubs_epi16(x.raw, w.raw);
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
};
#elif HWY_TARGET == HWY_SSE4
constexpr std::size_t kIntTileRows = 4;
struct Dot {
  static HWY_INLINE IntVec step(IntVec sum, IntVec x, IntVec w) {
    const __m128i pairs = _mm_maddubs_epi16(x.raw, w.raw);
    return hn::Add(sum, IntVec{_mm_madd_epi16(pairs, _mm_set1_epi16(1))});
  }
};
#endif

#if HWY_TARGET == HWY_AVX3_DL || HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX2 || \
    HWY_TARGET == HWY_SSE4

template <class Step, std::size_t kRows>
HWY_INLINE void int8_tile(const std::uint8_t* HWY_RESTRICT x, std::size_t x_stride,
                          const float* x_scales, const std::int8_t* HWY_RESTRICT panel,
                          std::size_t quads, const std::int32_t* offsets, const float* scales,
                          const TileOutput& out) {
  const IntTag d;
  const ByteTag bytes;
  IntVec left[kRows];
  IntVec right[kRows];
#pragma GCC unroll 12
  for (std::size_t r = 0; r < kRows; ++r) {
    left[r] = hn::Load(d, offsets);
    right[r] = hn::Load(d, offsets + kLanes);
  }
  for (std::size_t q = 0; q < quads; ++q, panel += kPanelWidth * 4) {
    const IntVec w0 = hn::BitCast(d, hn::Load(bytes, panel));
    const IntVec w1 = hn::BitCast(d, hn::Load(bytes, panel + kLanes * 4));
#pragma GCC unroll 12
    for (std::size_t r = 0; r < kRows; ++r) {
      std::int32_t four;
      std::memcpy(&four, x + r * x_stride + q * 4, sizeof(four));
      const IntVec value = hn::Set(d, four);
      left[r] = Step::step(left[r], value, w0);
      right[r] = Step::step(right[r], value, w1);
    }
  }
  const FloatTag f;
  const auto scale0 = hn::Load(f, scales);
  const auto scale1 = hn::Load(f, scales + kLanes);
  hn::Vec<FloatTag> first[kRows];
  hn::Vec<FloatTag> second[kRows];
#pragma GCC unroll 12
  for (std::size_t r = 0; r < kRows; ++r) {
    const auto row_scale = hn::Set(f, x_scales[r]);
    first[r] = hn::Mul(hn::ConvertTo(f, left[r]), hn::Mul(row_scale, scale0));
    second[r] = hn::Mul(hn::ConvertTo(f, right[r]), hn::Mul(row_scale, scale1));
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
      std::size_t done = 0;
      for_tiles<kIntTileRows>(rows, [&]<std::size_t kRows>() {
        int8_tile<Step, kRows>(x.data + (r + done) * x.stride, x.stride, x.scales + r + done,
                               w.panel(p), w.quads(), w.offsets(p), w.scales(p), out);
        out.skip(kRows);
        done += kRows;
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

void quantize_rows_impl(ConstRows x, std::size_t row_count, std::size_t inputs, std::uint8_t* out,
                        std::size_t stride, float* scales) {
  const FloatTag f;
  const IntTag d;
  const hn::Rebind<std::uint8_t, IntTag> u8;
  const std::size_t whole = inputs / kLanes * kLanes;
  for (std::size_t r = 0; r < row_count; ++r) {
    const float* row = x.data + r * x.stride;
    auto largest = hn::Zero(f);
    for (std::size_t i = 0; i < whole; i += kLanes)
      largest = hn::Max(largest, hn::Abs(hn::LoadU(f, row + i)));
    float most = hn::GetLane(hn::MaxOfLanes(f, largest));
    for (std::size_t i = whole; i < inputs; ++i) most = std::max(most, std::abs(row[i]));
    scales[r] = most / 127.0f;
    const float inverse = most > 0 ? 127.0f / most : 0.0f;
    std::uint8_t* to = out + r * stride;
    const auto factor = hn::Set(f, inverse);
    const auto middle = hn::Set(d, 128);
    for (std::size_t i = 0; i < whole; i += kLanes) {
      const auto steps = hn::NearestInt(hn::Mul(hn::LoadU(f, row + i), factor));
      hn::StoreU(hn::DemoteTo(u8, hn::Add(steps, middle)), u8, to + i);
    }
    for (std::size_t i = whole; i < inputs; ++i) {
      const float step = std::clamp(std::nearbyint(row[i] * inverse), -127.0f, 127.0f);
      to[i] = static_cast<std::uint8_t>(static_cast<int>(step) + 128);
    }
    std::memset(to + inputs, 128, stride - inputs);
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

constexpr float kLargestWeight = 63;  // 7 bits: 2 * 255 * 63 < 2^15
}  // namespace

PackedInt8Matrix::PackedInt8Matrix(std::span<const float> weights, std::size_t outputs,
                                   std::size_t inputs)
    : outputs_(outputs), inputs_(inputs), width_(panel_width()) {
  ASSAY_ASSERT(weights.size() == outputs * inputs && inputs <= (std::size_t{1} << 16));
  const std::size_t bytes = panels() * width_ * quads() * 4;
  std::memset(data_.get(bytes).data(), 0, bytes);
  const std::span<float> scales = scales_.get(panels() * width_);
  const std::span<std::int32_t> offsets = offsets_.get(panels() * width_);
  std::fill(scales.begin(), scales.end(), 0.0f);
  std::fill(offsets.begin(), offsets.end(), 0);
  for (std::size_t o = 0; o < outputs; ++o) {
    const std::span<const float> row = weights.subspan(o * inputs, inputs);
    float largest = 0;
    for (const float weight : row) largest = std::max(largest, std::abs(weight));
    scales[o] = largest / kLargestWeight;
    const float inverse = largest > 0 ? kLargestWeight / largest : 0.0f;
    std::int8_t* to = data_.data() + o / width_ * width_ * quads() * 4 + o % width_ * 4;
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < inputs; ++i) {
      const float step =
          std::clamp(std::nearbyint(row[i] * inverse), -kLargestWeight, kLargestWeight);
      const auto weight = static_cast<std::int8_t>(step);
      to[i / 4 * width_ * 4 + i % 4] = weight;
      sum += weight;
    }
    offsets[o] = -128 * sum;
  }
}

void quantize_rows(ConstRows x, std::size_t row_count, std::size_t inputs, std::uint8_t* out,
                   std::size_t stride, float* scales) {
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
