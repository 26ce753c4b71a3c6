// SPDX-License-Identifier: Apache-2.0
// The definitions of dot_rows.h, term by term in double precision: the oracle of the vector code
// and the path of ASSAY_CPU=scalar.
#include <cmath>
#include <cstddef>

#include "base/assert.h"
#include "kernels/dot_rows.h"

namespace assay::kernels {
namespace {

template <class Term>
void sum_rows(std::span<const float> query, std::span<const float> rows, std::span<float> out,
              const Term& term) {
  ASSAY_ASSERT(rows.size() == query.size() * out.size());
  for (std::size_t r = 0; r < out.size(); ++r) {
    double sum = 0;
    for (std::size_t i = 0; i < query.size(); ++i)
      sum += term(query[i], rows[r * query.size() + i]);
    out[r] = static_cast<float>(sum);
  }
}

}  // namespace

void dot_rows_reference(std::span<const float> query, std::span<const float> rows,
                        std::span<float> out) {
  sum_rows(query, rows, out, [](double q, double x) { return q * x; });
}

void squared_l2_rows_reference(std::span<const float> query, std::span<const float> rows,
                               std::span<float> out) {
  sum_rows(query, rows, out, [](double q, double x) { return (q - x) * (q - x); });
}

void l1_rows_reference(std::span<const float> query, std::span<const float> rows,
                       std::span<float> out) {
  sum_rows(query, rows, out, [](double q, double x) { return std::abs(q - x); });
}

}  // namespace assay::kernels
