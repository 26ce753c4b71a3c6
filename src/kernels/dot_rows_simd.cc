// SPDX-License-Identifier: Apache-2.0
// Query times each row of a block, with vectors; the tail of a row is scalar. Dispatch is once a
// block.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/dot_rows_simd.cc"
#include <hwy/foreach_target.h>  // re-includes this file once per target
#include <hwy/highway.h>

#include <cmath>
#include <cstddef>

#include "base/assert.h"
#include "kernels/cpu.h"
#include "kernels/dot_rows.h"

HWY_BEFORE_NAMESPACE();
namespace assay::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// One term of each metric, for a vector and for a scalar.
struct DotTerm {
  template <class V>
  static HWY_INLINE V add(V sum, V q, V x) {
    return hn::MulAdd(q, x, sum);
  }
  static HWY_INLINE float add(float sum, float q, float x) { return sum + q * x; }
};
struct SquaredL2Term {
  template <class V>
  static HWY_INLINE V add(V sum, V q, V x) {
    const V difference = hn::Sub(q, x);
    return hn::MulAdd(difference, difference, sum);
  }
  static HWY_INLINE float add(float sum, float q, float x) { return sum + (q - x) * (q - x); }
};
struct L1Term {
  template <class V>
  static HWY_INLINE V add(V sum, V q, V x) {
    return hn::Add(sum, hn::Abs(hn::Sub(q, x)));
  }
  static HWY_INLINE float add(float sum, float q, float x) { return sum + std::abs(q - x); }
};

template <class Term>
HWY_INLINE void sum_rows(const float* query, const float* rows, std::size_t dim, float* out,
                         std::size_t row_count) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t r = 0; r < row_count; ++r, rows += dim) {
    // Four sums: the latency of one multiply-add (4 cycles, two a cycle) would bound the loop.
    auto sum0 = hn::Zero(d), sum1 = hn::Zero(d), sum2 = hn::Zero(d), sum3 = hn::Zero(d);
    std::size_t i = 0;
    for (; i + 4 * lanes <= dim; i += 4 * lanes) {
      const float* q = query + i;
      const float* x = rows + i;
      sum0 = Term::add(sum0, hn::LoadU(d, q), hn::LoadU(d, x));
      sum1 = Term::add(sum1, hn::LoadU(d, q + lanes), hn::LoadU(d, x + lanes));
      sum2 = Term::add(sum2, hn::LoadU(d, q + 2 * lanes), hn::LoadU(d, x + 2 * lanes));
      sum3 = Term::add(sum3, hn::LoadU(d, q + 3 * lanes), hn::LoadU(d, x + 3 * lanes));
    }
    for (; i + lanes <= dim; i += lanes) {
      sum0 = Term::add(sum0, hn::LoadU(d, query + i), hn::LoadU(d, rows + i));
    }
    float total = 0;
    for (; i < dim; ++i) total = Term::add(total, query[i], rows[i]);
    const auto sum = hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3));
    out[r] = total + hn::GetLane(hn::SumOfLanes(d, sum));
  }
}

void dot_rows_impl(const float* query, const float* rows, std::size_t dim, float* out,
                   std::size_t row_count) {
  sum_rows<DotTerm>(query, rows, dim, out, row_count);
}
void squared_l2_rows_impl(const float* query, const float* rows, std::size_t dim, float* out,
                          std::size_t row_count) {
  sum_rows<SquaredL2Term>(query, rows, dim, out, row_count);
}
void l1_rows_impl(const float* query, const float* rows, std::size_t dim, float* out,
                  std::size_t row_count) {
  sum_rows<L1Term>(query, rows, dim, out, row_count);
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::kernels
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace assay::kernels {
namespace {
HWY_EXPORT(dot_rows_impl);
HWY_EXPORT(squared_l2_rows_impl);
HWY_EXPORT(l1_rows_impl);
}  // namespace

void dot_rows(std::span<const float> query, std::span<const float> rows, std::span<float> out) {
  ASSAY_ASSERT(rows.size() == query.size() * out.size());
  if (use_reference()) return dot_rows_reference(query, rows, out);
  HWY_DYNAMIC_DISPATCH(dot_rows_impl)
  (query.data(), rows.data(), query.size(), out.data(), out.size());
}

void squared_l2_rows(std::span<const float> query, std::span<const float> rows,
                     std::span<float> out) {
  ASSAY_ASSERT(rows.size() == query.size() * out.size());
  if (use_reference()) return squared_l2_rows_reference(query, rows, out);
  HWY_DYNAMIC_DISPATCH(squared_l2_rows_impl)
  (query.data(), rows.data(), query.size(), out.data(), out.size());
}

void l1_rows(std::span<const float> query, std::span<const float> rows, std::span<float> out) {
  ASSAY_ASSERT(rows.size() == query.size() * out.size());
  if (use_reference()) return l1_rows_reference(query, rows, out);
  HWY_DYNAMIC_DISPATCH(l1_rows_impl)
  (query.data(), rows.data(), query.size(), out.data(), out.size());
}

}  // namespace assay::kernels
#endif
