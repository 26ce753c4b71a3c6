// SPDX-License-Identifier: Apache-2.0
// Query times each row of a block or a list, with vectors; the tail of a row is scalar. Dispatch is
// once a block.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/dot_rows_simd.cc"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>  // re-includes this file once per target
#include <hwy/highway.h>

#include <algorithm>
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
HWY_INLINE float sum_row(const float* query, const float* row, std::size_t dim) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  // Four sums: the latency of one multiply-add (4 cycles, two a cycle) would bound the loop.
  auto sum0 = hn::Zero(d), sum1 = hn::Zero(d), sum2 = hn::Zero(d), sum3 = hn::Zero(d);
  std::size_t i = 0;
  for (; i + 4 * lanes <= dim; i += 4 * lanes) {
    const float* q = query + i;
    const float* x = row + i;
    sum0 = Term::add(sum0, hn::LoadU(d, q), hn::LoadU(d, x));
    sum1 = Term::add(sum1, hn::LoadU(d, q + lanes), hn::LoadU(d, x + lanes));
    sum2 = Term::add(sum2, hn::LoadU(d, q + 2 * lanes), hn::LoadU(d, x + 2 * lanes));
    sum3 = Term::add(sum3, hn::LoadU(d, q + 3 * lanes), hn::LoadU(d, x + 3 * lanes));
  }
  for (; i + lanes <= dim; i += lanes)
    sum0 = Term::add(sum0, hn::LoadU(d, query + i), hn::LoadU(d, row + i));
  float total = 0;
  for (; i < dim; ++i) total = Term::add(total, query[i], row[i]);
  const auto sum = hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3));
  return total + hn::GetLane(hn::SumOfLanes(d, sum));
}

template <class Term>
HWY_INLINE void sum_rows(const float* query, const float* rows, std::size_t dim, float* out,
                         std::size_t row_count) {
  for (std::size_t r = 0; r < row_count; ++r) out[r] = sum_row<Term>(query, rows + r * dim, dim);
}

// Rows that lie anywhere are fetched this many ahead, whole unless they are long: the hardware sees
// no pattern from row to row, and takes a while to see the one inside a row. Where rows follow each
// other this still gave a scan a quarter more.
constexpr std::size_t kRowsAhead = 2;
constexpr std::size_t kLinesAhead = 32;
constexpr std::size_t kFloatsPerLine = 16;

HWY_INLINE void fetch(const float* row, std::size_t dim) {
  const std::size_t end = std::min(dim, kLinesAhead * kFloatsPerLine);
  for (std::size_t i = 0; i < end; i += kFloatsPerLine) hwy::Prefetch(row + i);
}

template <class Term>
HWY_INLINE void sum_rows_at(const float* query, const float* const* rows, std::size_t dim,
                            float* out, std::size_t row_count) {
  for (std::size_t r = 0; r < std::min(kRowsAhead, row_count); ++r) fetch(rows[r], dim);
  for (std::size_t r = 0; r < row_count; ++r) {
    if (r + kRowsAhead < row_count) fetch(rows[r + kRowsAhead], dim);
    out[r] = sum_row<Term>(query, rows[r], dim);
  }
}

// The functions that dispatch chooses from, of one metric.
#define ASSAY_ROWS_OF(NAME, TERM)                                                                \
  void NAME##_impl(const float* query, const float* rows, std::size_t dim, float* out,           \
                   std::size_t row_count) {                                                      \
    sum_rows<TERM>(query, rows, dim, out, row_count);                                            \
  }                                                                                              \
  void NAME##_at_impl(const float* query, const float* const* rows, std::size_t dim, float* out, \
                      std::size_t row_count) {                                                   \
    sum_rows_at<TERM>(query, rows, dim, out, row_count);                                         \
  }
ASSAY_ROWS_OF(dot_rows, DotTerm)
ASSAY_ROWS_OF(squared_l2_rows, SquaredL2Term)
ASSAY_ROWS_OF(l1_rows, L1Term)
#undef ASSAY_ROWS_OF

}  // namespace HWY_NAMESPACE
}  // namespace assay::kernels
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace assay::kernels {
namespace {

using Reference = void (*)(std::span<const float>, std::span<const float>, std::span<float>);

void reference_at(Reference reference, std::span<const float> query,
                  std::span<const float* const> rows, std::span<float> out) {
  for (std::size_t r = 0; r < rows.size(); ++r)
    reference(query, {rows[r], query.size()}, out.subspan(r, 1));
}

}  // namespace

#define ASSAY_ROWS_OF(NAME)                                                                    \
  HWY_EXPORT(NAME##_impl);                                                                     \
  HWY_EXPORT(NAME##_at_impl);                                                                  \
  void NAME(std::span<const float> query, std::span<const float> rows, std::span<float> out) { \
    ASSAY_ASSERT(rows.size() == query.size() * out.size());                                    \
    if (use_reference()) return NAME##_reference(query, rows, out);                            \
    HWY_DYNAMIC_DISPATCH(NAME##_impl)                                                          \
    (query.data(), rows.data(), query.size(), out.data(), out.size());                         \
  }                                                                                            \
  void NAME##_at(std::span<const float> query, std::span<const float* const> rows,             \
                 std::span<float> out) {                                                       \
    ASSAY_ASSERT(rows.size() == out.size());                                                   \
    if (use_reference()) return reference_at(&NAME##_reference, query, rows, out);             \
    HWY_DYNAMIC_DISPATCH(NAME##_at_impl)                                                       \
    (query.data(), rows.data(), query.size(), out.data(), out.size());                         \
  }
ASSAY_ROWS_OF(dot_rows)
ASSAY_ROWS_OF(squared_l2_rows)
ASSAY_ROWS_OF(l1_rows)
#undef ASSAY_ROWS_OF

}  // namespace assay::kernels
#endif
