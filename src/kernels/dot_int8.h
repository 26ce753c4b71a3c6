// SPDX-License-Identifier: Apache-2.0
// Rows in 8 bits and their products: a quarter of the memory to fetch where near is enough.
//
// Used by store/row_codes.h. A row x is step * code with code in [-127, 127], so that a product of
// rows is the product of their steps times that of their codes. Sums are exact 32-bit integers, the
// same on every path. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace assay::kernels {

/// Codes are stored in multiples of so many, the last ones 0: a line of the cache.
inline constexpr std::size_t kCodeMultiple = 64;

/// codes[i] = x[i] / step to nearest, ties to even; codes of NaN and beyond x.size() are 0. Returns
/// the step, max |x| / 127; 0 (and all codes 0) when that is 0 or not finite.
float encode_int8(std::span<const float> x, std::span<std::int8_t> codes);

/// out[r] = sum of query[i] * rows[r][i], of query.size() codes, a multiple of kCodeMultiple and at
/// most 2^16, at addresses that are multiples of it too. rows: out.size() pointers to as many.
void dot_int8_at(std::span<const std::int8_t> query, std::span<const std::int8_t* const> rows,
                 std::span<std::int32_t> out);
void dot_int8_at_reference(std::span<const std::int8_t> query,
                           std::span<const std::int8_t* const> rows, std::span<std::int32_t> out);

}  // namespace assay::kernels
