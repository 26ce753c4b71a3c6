// SPDX-License-Identifier: Apache-2.0
// Both products of attention by the micro-kernel of gemm-inl.h: keys and values of a head are
// packed into panels first, which costs 2 * length * head_dim moves against 4 * length^2 * head_dim
// arithmetic.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/attention_simd.cc"
#include <hwy/foreach_target.h>  // re-includes this file once per target
#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "base/assert.h"
#include "kernels/attention.h"
#include "kernels/cpu.h"
#include "kernels/gemm-inl.h"

HWY_BEFORE_NAMESPACE();
namespace assay::kernels {
namespace HWY_NAMESPACE {

// scores[i] = e^(scale * (scores[i] - max)) over `padded` entries, a multiple of the vector length
// whose entries past the real ones hold the lowest float: they become e^-87, which vanishes beside
// the maximum's 1. Returns the sum.
HWY_INLINE float exponentiate(float* scores, std::size_t padded, float scale) {
  const FloatTag d;
  auto largest = hn::Load(d, scores);
  for (std::size_t i = kLanes; i < padded; i += kLanes)
    largest = hn::Max(largest, hn::Load(d, scores + i));
  largest = hn::MaxOfLanes(d, largest);
  const auto scales = hn::Set(d, scale);
  auto sum = hn::Zero(d);
  for (std::size_t i = 0; i < padded; i += kLanes) {
    const auto e = exp_of(d, hn::Mul(hn::Sub(hn::Load(d, scores + i), largest), scales));
    hn::Store(e, d, scores + i);
    sum = hn::Add(sum, e);
  }
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

void attention_impl(const AttentionHead& head, AlignedBuffer& scratch) {
  const std::size_t dim = head.head_dim;
  const std::size_t keys = head.key_count;
  const std::size_t key_panels = (keys + kPanelWidth - 1) / kPanelWidth;
  const std::size_t value_panels = (dim + kPanelWidth - 1) / kPanelWidth;
  const std::size_t padded = key_panels * kPanelWidth;
  // Scores of a block: within 128 KiB, at least one tile high.
  constexpr std::size_t kScoreFloats = (std::size_t{128} << 10) / sizeof(float);
  const std::size_t block = std::clamp(kScoreFloats / padded / kTileRows * kTileRows, kTileRows,
                                       std::max(head.query_count, kTileRows));

  const std::size_t key_floats = padded * dim;
  const std::size_t value_floats = value_panels * kPanelWidth * keys;
  float* packed_keys = scratch.get(key_floats + value_floats + block * padded).data();
  float* packed_values = packed_keys + key_floats;
  float* scores = packed_values + value_floats;
  static_assert(kPanelWidth * sizeof(float) % (kLanes * sizeof(float)) ==
                0);  // all three stay aligned

  for (std::size_t j = 0; j < padded; ++j) {
    float* to = packed_keys + j / kPanelWidth * kPanelWidth * dim + j % kPanelWidth;
    const float* from = head.k.data + j * head.k.stride;
    for (std::size_t i = 0; i < dim; ++i) to[i * kPanelWidth] = j < keys ? from[i] : 0.0f;
  }
  for (std::size_t p = 0; p < value_panels; ++p) {
    const std::size_t first = p * kPanelWidth;
    const std::size_t columns = std::min(kPanelWidth, dim - first);
    float* to = packed_values + first * keys;
    for (std::size_t j = 0; j < keys; ++j, to += kPanelWidth) {
      const float* from = head.v.data + j * head.v.stride + first;
      std::copy(from, from + columns, to);
      std::fill(to + columns, to + kPanelWidth, 0.0f);
    }
  }

  for (std::size_t r = 0; r < head.query_count; r += block) {
    const std::size_t rows = std::min(block, head.query_count - r);
    for (std::size_t p = 0; p < key_panels; ++p) {
      panel_product(head.q.data + r * head.q.stride, head.q.stride, rows,
                    packed_keys + p * kPanelWidth * dim, dim,
                    {.y = scores + p * kPanelWidth, .y_stride = padded, .columns = kPanelWidth});
    }
    float* out = head.out.data + r * head.out.stride;
    float inverse[kScoreFloats / kPanelWidth + kTileRows];
    for (std::size_t i = 0; i < rows; ++i) {
      float* row = scores + i * padded;
      std::fill(row + keys, row + padded, hwy::LowestValue<float>());
      inverse[i] = 1.0f / exponentiate(row, padded, head.scale);
    }
    for (std::size_t p = 0; p < value_panels; ++p) {
      const std::size_t first = p * kPanelWidth;
      panel_product(scores, padded, rows, packed_values + first * keys, keys,
                    {.y = out + first,
                     .y_stride = head.out.stride,
                     .columns = std::min(kPanelWidth, dim - first)});
    }
    for (std::size_t i = 0; i < rows; ++i) {
      float* row = out + i * head.out.stride;
      for (std::size_t c = 0; c < dim; ++c) row[c] *= inverse[i];
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::kernels
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace assay::kernels {
namespace {
HWY_EXPORT(attention_impl);
}  // namespace

void attention(const AttentionHead& head, AlignedBuffer& scratch) {
  ASSAY_ASSERT(head.key_count > 0 && head.head_dim > 0);
  if (use_reference()) return attention_reference(head);
  HWY_DYNAMIC_DISPATCH(attention_impl)(head, scratch);
}
}  // namespace assay::kernels
#endif
