// SPDX-License-Identifier: Apache-2.0
// Row arithmetic with vectors; tails of a row are scalar. Every order of summation depends on the
// row alone.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/rows_simd.cc"
#include <hwy/foreach_target.h>  // re-includes this file once per target
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "base/assert.h"
#include "kernels/cpu.h"
#include "kernels/math-inl.h"
#include "kernels/rows.h"

HWY_BEFORE_NAMESPACE();
namespace assay::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Calls vector(i) for whole vectors and scalar(i) for the rest of [0, count).
template <class VectorBody, class ScalarBody>
HWY_INLINE void for_each_lane(std::size_t count, const VectorBody& vector,
                              const ScalarBody& scalar) {
  const std::size_t lanes = hn::Lanes(hn::ScalableTag<float>());
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) vector(i);
  for (; i < count; ++i) scalar(i);
}

void layer_norm_impl(float* row, std::size_t row_count, const float* gamma, const float* beta,
                     std::size_t width, float epsilon) {
  const hn::ScalableTag<float> d;
  const float inverse = 1.0f / static_cast<float>(width);
  for (std::size_t r = 0; r < row_count; ++r, row += width) {
    auto sums = hn::Zero(d);
    float mean = 0;
    for_each_lane(
        width, [&](std::size_t i) { sums = hn::Add(sums, hn::LoadU(d, row + i)); },
        [&](std::size_t i) { mean += row[i]; });
    mean = (mean + hn::GetLane(hn::SumOfLanes(d, sums))) * inverse;
    // Second pass over centred values: a one-pass variance loses all digits when |mean| >>
    // deviation.
    const auto centre = hn::Set(d, mean);
    auto squares = hn::Zero(d);
    float variance = 0;
    for_each_lane(
        width,
        [&](std::size_t i) {
          const auto x = hn::Sub(hn::LoadU(d, row + i), centre);
          squares = hn::MulAdd(x, x, squares);
        },
        [&](std::size_t i) { variance += (row[i] - mean) * (row[i] - mean); });
    variance = (variance + hn::GetLane(hn::SumOfLanes(d, squares))) * inverse;
    const float scale = 1.0f / std::sqrt(variance + epsilon);
    const auto scales = hn::Set(d, scale);
    for_each_lane(
        width,
        [&](std::size_t i) {
          const auto x = hn::Mul(hn::Sub(hn::LoadU(d, row + i), centre), scales);
          hn::StoreU(hn::MulAdd(x, hn::LoadU(d, gamma + i), hn::LoadU(d, beta + i)), d, row + i);
        },
        [&](std::size_t i) { row[i] = (row[i] - mean) * scale * gamma[i] + beta[i]; });
  }
}

void rms_norm_impl(float* row, std::size_t row_count, const float* gamma, std::size_t width,
                   float epsilon) {
  const hn::ScalableTag<float> d;
  for (std::size_t r = 0; r < row_count; ++r, row += width) {
    auto squares = hn::Zero(d);
    float total = 0;
    for_each_lane(
        width,
        [&](std::size_t i) {
          const auto x = hn::LoadU(d, row + i);
          squares = hn::MulAdd(x, x, squares);
        },
        [&](std::size_t i) { total += row[i] * row[i]; });
    total += hn::GetLane(hn::SumOfLanes(d, squares));
    const float scale = 1.0f / std::sqrt(total / static_cast<float>(width) + epsilon);
    const auto scales = hn::Set(d, scale);
    for_each_lane(
        width,
        [&](std::size_t i) {
          const auto x = hn::Mul(hn::LoadU(d, row + i), scales);
          hn::StoreU(hn::Mul(x, hn::LoadU(d, gamma + i)), d, row + i);
        },
        [&](std::size_t i) { row[i] = row[i] * scale * gamma[i]; });
  }
}

void gate_impl(Activation f, bool gate_first, float* row, std::size_t stride, std::size_t row_count,
               std::size_t width) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t r = 0; r < row_count; ++r, row += stride) {
    const float* gates = gate_first ? row : row + width;
    const float* values = gate_first ? row + width : row;
    std::size_t i = 0;
    for (; i + lanes <= width; i += lanes) {
      const auto gated = activate(d, f, hn::LoadU(d, gates + i));
      hn::StoreU(hn::Mul(gated, hn::LoadU(d, values + i)), d, row + i);
    }
    if (i == width) continue;
    const std::size_t rest = width - i;
    HWY_ALIGN float tail[2 * hn::MaxLanes(d)] = {};
    std::copy_n(gates + i, rest, tail);
    std::copy_n(values + i, rest, tail + lanes);
    hn::Store(hn::Mul(activate(d, f, hn::Load(d, tail)), hn::Load(d, tail + lanes)), d, tail);
    std::copy_n(tail, rest, row + i);
  }
}

void accumulate_impl(const float* row, float* out, std::size_t count) {
  const hn::ScalableTag<float> d;
  for_each_lane(
      count,
      [&](std::size_t i) {
        hn::StoreU(hn::Add(hn::LoadU(d, out + i), hn::LoadU(d, row + i)), d, out + i);
      },
      [&](std::size_t i) { out[i] += row[i]; });
}

void maximum_impl(const float* rows, std::size_t row_count, float* out, std::size_t width) {
  const hn::ScalableTag<float> d;
  for_each_lane(
      width,
      [&](std::size_t i) {
        auto largest = hn::LoadU(d, out + i);
        for (std::size_t r = 0; r < row_count; ++r)
          largest = hn::Max(largest, hn::LoadU(d, rows + r * width + i));
        hn::StoreU(largest, d, out + i);
      },
      [&](std::size_t i) {
        for (std::size_t r = 0; r < row_count; ++r) out[i] = std::max(out[i], rows[r * width + i]);
      });
}

void normalize_impl(float* row, std::size_t count) {
  const hn::ScalableTag<float> d;
  auto squares = hn::Zero(d);
  float total = 0;
  for_each_lane(
      count,
      [&](std::size_t i) {
        const auto x = hn::LoadU(d, row + i);
        squares = hn::MulAdd(x, x, squares);
      },
      [&](std::size_t i) { total += row[i] * row[i]; });
  total += hn::GetLane(hn::SumOfLanes(d, squares));
  const float scale = 1.0f / std::max(std::sqrt(total), 1e-12f);
  const auto scales = hn::Set(d, scale);
  for_each_lane(
      count, [&](std::size_t i) { hn::StoreU(hn::Mul(hn::LoadU(d, row + i), scales), d, row + i); },
      [&](std::size_t i) { row[i] *= scale; });
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::kernels
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace assay::kernels {
namespace {
HWY_EXPORT(layer_norm_impl);
HWY_EXPORT(rms_norm_impl);
HWY_EXPORT(gate_impl);
HWY_EXPORT(accumulate_impl);
HWY_EXPORT(maximum_impl);
HWY_EXPORT(normalize_impl);
}  // namespace

void layer_norm(std::span<float> values, std::span<const float> gamma, std::span<const float> beta,
                float epsilon) {
  ASSAY_ASSERT(!gamma.empty() && beta.size() == gamma.size() && values.size() % gamma.size() == 0);
  if (use_reference()) return layer_norm_reference(values, gamma, beta, epsilon);
  HWY_DYNAMIC_DISPATCH(layer_norm_impl)
  (values.data(), values.size() / gamma.size(), gamma.data(), beta.data(), gamma.size(), epsilon);
}

void rms_norm(std::span<float> values, std::span<const float> gamma, float epsilon) {
  ASSAY_ASSERT(!gamma.empty() && values.size() % gamma.size() == 0);
  if (use_reference()) return rms_norm_reference(values, gamma, epsilon);
  HWY_DYNAMIC_DISPATCH(rms_norm_impl)
  (values.data(), values.size() / gamma.size(), gamma.data(), gamma.size(), epsilon);
}

void gate(Activation f, bool gate_first, Rows rows, std::size_t row_count, std::size_t width) {
  ASSAY_ASSERT(rows.stride >= 2 * width);
  if (use_reference()) return gate_reference(f, gate_first, rows, row_count, width);
  HWY_DYNAMIC_DISPATCH(gate_impl)(f, gate_first, rows.data, rows.stride, row_count, width);
}

void accumulate(std::span<const float> row, std::span<float> out) {
  ASSAY_ASSERT(row.size() == out.size());
  if (use_reference()) return accumulate_reference(row, out);
  HWY_DYNAMIC_DISPATCH(accumulate_impl)(row.data(), out.data(), out.size());
}

void maximum(std::span<const float> rows, std::span<float> out) {
  if (out.empty()) return;
  ASSAY_ASSERT(rows.size() % out.size() == 0);
  if (use_reference()) return maximum_reference(rows, out);
  HWY_DYNAMIC_DISPATCH(maximum_impl)
  (rows.data(), rows.size() / out.size(), out.data(), out.size());
}

void normalize(std::span<float> row) {
  if (use_reference()) return normalize_reference(row);
  HWY_DYNAMIC_DISPATCH(normalize_impl)(row.data(), row.size());
}
}  // namespace assay::kernels
#endif
