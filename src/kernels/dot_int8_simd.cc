// SPDX-License-Identifier: Apache-2.0
// Products of codes: bytes widened to 16 bits, whose pairs are multiplied and added in one
// instruction.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/dot_int8_simd.cc"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>  // re-includes this file once per target
#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#include "base/assert.h"
#include "kernels/cpu.h"
#include "kernels/dot_int8.h"

HWY_BEFORE_NAMESPACE();
namespace assay::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Rows lie anywhere: the hardware sees no pattern. As many as there are links of a node are called
// at once, unless they are long.
constexpr std::size_t kLinesAhead = 48;

HWY_INLINE std::int32_t dot_row(const std::int8_t* query, const std::int8_t* row,
                                std::size_t size) {
  const hn::ScalableTag<std::int16_t> words;
  const hn::Rebind<std::int8_t, decltype(words)> bytes;
  const hn::RepartitionToWide<decltype(words)> sums;
  const std::size_t lanes = hn::Lanes(words);
  auto sum0 = hn::Zero(sums), sum1 = hn::Zero(sums), rest = hn::Zero(sums);
  const auto add = [&](auto sum, std::size_t i) HWY_ATTR {
    return hn::ReorderWidenMulAccumulate(sums, hn::PromoteTo(words, hn::Load(bytes, query + i)),
                                         hn::PromoteTo(words, hn::Load(bytes, row + i)), sum, rest);
  };
  for (std::size_t i = 0; i < size; i += 2 * lanes) {
    sum0 = add(sum0, i);
    sum1 = add(sum1, i + lanes);
  }
  return hn::GetLane(hn::SumOfLanes(sums, hn::Add(hn::Add(sum0, sum1), rest)));
}

void dot_int8_at_impl(const std::int8_t* query, const std::int8_t* const* rows, std::size_t size,
                      std::int32_t* out, std::size_t row_count) {
  static_assert(kCodeMultiple % (2 * HWY_MAX_BYTES / sizeof(std::int16_t)) == 0);
  const std::size_t lines = size / kCodeMultiple;
  const std::size_t ahead =
      std::min(row_count, std::max<std::size_t>(1, lines == 0 ? 1 : kLinesAhead / lines));
  const auto fetch = [&](std::size_t r) HWY_ATTR {
    for (std::size_t line = 0; line < std::min(lines, kLinesAhead); ++line)
      hwy::Prefetch(rows[r] + line * kCodeMultiple);
  };
  for (std::size_t r = 0; r < ahead; ++r) fetch(r);
  for (std::size_t r = 0; r < row_count; ++r) {
    if (r + ahead < row_count) fetch(r + ahead);
    out[r] = dot_row(query, rows[r], size);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::kernels
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace assay::kernels {

HWY_EXPORT(dot_int8_at_impl);

void dot_int8_at(std::span<const std::int8_t> query, std::span<const std::int8_t* const> rows,
                 std::span<std::int32_t> out) {
  ASSAY_ASSERT(rows.size() == out.size() && query.size() % kCodeMultiple == 0);
  if (use_reference()) return dot_int8_at_reference(query, rows, out);
  HWY_DYNAMIC_DISPATCH(dot_int8_at_impl)
  (query.data(), rows.data(), query.size(), out.data(), out.size());
}

}  // namespace assay::kernels
#endif
