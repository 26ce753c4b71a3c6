// SPDX-License-Identifier: Apache-2.0
#include "store/max_sim.h"

#include <algorithm>
#include <limits>

#include "base/assert.h"
#include "kernels/rows.h"
#include "store/similarity.h"
#include "store/top_k.h"

namespace assay::store {
namespace {

// Rows of a document that are multiplied at once, while as many that come next are fetched: the
// kernel goes through several rows at a time, in which the hardware sees no pattern.
constexpr std::size_t kRowsAtOnce = 128;

}  // namespace

MaxSim::MaxSim(Distance distance, const MultiView& query) : distance_(distance), dim_(query.dim) {
  ASSAY_ASSERT(query.rows() > 0);
  if (is_ascending(distance)) {
    rows_.assign(query.values.begin(), query.values.end());
  } else {
    packed_ = kernels::PackedMatrix(query.values, query.rows(), query.dim);
  }
}

float MaxSim::operator()(const MultiView& document, kernels::AlignedBuffer& scratch,
                         std::span<const float> upcoming) const {
  ASSAY_DCHECK(document.dim == dim_ && document.rows() > 0);
  double sum = 0;
  if (is_ascending(distance_)) {
    const std::span<float> values = scratch.get(document.rows());
    for (std::size_t begin = 0; begin < rows_.size(); begin += dim_) {
      similarities(distance_, std::span(rows_).subspan(begin, dim_), document.values, values);
      sum += double{*std::ranges::max_element(values)};
    }
    return static_cast<float>(sum);
  }
  const std::size_t queries = packed_.outputs();
  const std::span<float> buffer = scratch.get((kRowsAtOnce + 1) * queries);
  const auto best = buffer.first(queries);
  const auto products = buffer.subspan(queries);
  std::ranges::fill(best, -std::numeric_limits<float>::infinity());
  for (std::size_t first = 0; first < document.rows(); first += kRowsAtOnce) {
    const std::size_t count = std::min(kRowsAtOnce, document.rows() - first);
    const auto rest = document.values.subspan((first + count) * dim_);
    const auto next = rest.empty() ? upcoming : rest;
    kernels::gemm({document.values.data() + first * dim_, dim_}, count, packed_, 0,
                  packed_.panels(), {}, {products.data(), queries},
                  next.first(std::min(next.size(), kRowsAtOnce * dim_)));
    kernels::maximum(products.first(count * queries), best);
  }
  for (const float similarity : best) sum += double{similarity};
  return static_cast<float>(sum);
}

}  // namespace assay::store
