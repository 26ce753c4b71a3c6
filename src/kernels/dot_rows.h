// SPDX-License-Identifier: Apache-2.0
// One query against each row of a block: the arithmetic of exact search.
//
// Used by store/. Shapes:
//   query  [dim]
//   rows   [out.size(), dim]  row-major, any alignment; of the _at functions, which scans and walks
//                             use, out.size() pointers to [dim] numbers anywhere
//   out    [row_count]        must not overlap the inputs
// Any dim is legal, 0 and odd ones included (the empty sum is 0). A row's result depends on the
// query and that row alone, so equal rows score equally wherever they stand, in blocks or alone.
// Error: at most 1e-6 times the sum of the magnitudes of the terms, against the *_reference
// functions, which accumulate in double precision (dot_rows_test.cc). Thread-safe.
#pragma once

#include <span>

namespace assay::kernels {

/// out[r] = sum of query[i] * rows[r][i].
void dot_rows(std::span<const float> query, std::span<const float> rows, std::span<float> out);
void dot_rows_at(std::span<const float> query, std::span<const float* const> rows,
                 std::span<float> out);
void dot_rows_reference(std::span<const float> query, std::span<const float> rows,
                        std::span<float> out);

/// out[r] = sum of (query[i] - rows[r][i])^2.
void squared_l2_rows(std::span<const float> query, std::span<const float> rows,
                     std::span<float> out);
void squared_l2_rows_at(std::span<const float> query, std::span<const float* const> rows,
                        std::span<float> out);
void squared_l2_rows_reference(std::span<const float> query, std::span<const float> rows,
                               std::span<float> out);

/// out[r] = sum of |query[i] - rows[r][i]|.
void l1_rows(std::span<const float> query, std::span<const float> rows, std::span<float> out);
void l1_rows_at(std::span<const float> query, std::span<const float* const> rows,
                std::span<float> out);
void l1_rows_reference(std::span<const float> query, std::span<const float> rows,
                       std::span<float> out);

}  // namespace assay::kernels
