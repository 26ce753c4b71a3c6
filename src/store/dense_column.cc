// SPDX-License-Identifier: Apache-2.0
// Rows and who has one, and the normalisation of Cosine.
#include "store/dense_column.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/assert.h"

namespace assay::store {

void DenseColumn::set(Slot slot, std::span<const float> vector) {
  set_bytes(slot, std::as_bytes(vector));
}

void DenseColumn::set_bytes(Slot slot, std::span<const std::byte> row) {
  static_assert(std::endian::native == std::endian::little);
  ASSAY_ASSERT(row.size() == params_.size * sizeof(float));
  rows_.reserve(slot + 1);
  if (present_.size() <= slot) {
    // Rows that are skipped are read by the scan, which discards their scores: they need some
    // value.
    for (Slot skipped = present_.size(); skipped < slot; ++skipped) {
      std::fill_n(rows_.row(skipped), params_.size, 0.0f);
    }
    present_.resize(slot + 1, 0);
  }
  std::memcpy(rows_.row(slot), row.data(), row.size());
  present_[slot] = 1;
}

void DenseColumn::clear(Slot slot) noexcept {
  if (slot < present_.size()) present_[slot] = 0;
}

void DenseColumn::set_absent(Slot slot, std::span<const float> row) {
  set(slot, row);
  clear(slot);
}

std::span<const float> DenseColumn::row(Slot slot) const {
  ASSAY_DCHECK(has(slot));
  return stored_row(slot);
}

DenseColumn::Block DenseColumn::block(std::size_t index) const {
  const Slot first = index * rows_per_block();
  const std::size_t count = std::min(rows_per_block(), present_.size() - first);
  return {.first = first,
          .rows = {rows_.row(first), count * params_.size},
          .present = std::span(present_).subspan(first, count)};
}

void prepare_vector(Distance distance, std::span<float> vector, double smallest) {
  if (distance != Distance::kCosine) return;
  double squares = 0;  // double: components above 1e19 would overflow float
  for (const float x : vector) squares += static_cast<double>(x) * x;
  const double norm = std::sqrt(squares);
  if (norm <= smallest) return;
  for (float& x : vector) x = static_cast<float>(x / norm);
}

}  // namespace assay::store
