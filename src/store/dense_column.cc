// SPDX-License-Identifier: Apache-2.0
// Rows in blocks that never move, and the normalisation of Cosine.
#include "store/dense_column.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/assert.h"

namespace assay::store {
namespace {

constexpr std::size_t kBlockFloats = (std::size_t{1} << 20) / sizeof(float);
constexpr std::size_t kMostBlocksAtOnce = 32;

}  // namespace

DenseColumn::DenseColumn(const VectorParams& params)
    : params_(params),
      block_shift_(static_cast<std::size_t>(
          std::bit_width(std::max<std::size_t>(1, kBlockFloats / params.size)) - 1)) {}

void DenseColumn::set(Slot slot, std::span<const float> vector) {
  set_bytes(slot, std::as_bytes(vector));
}

void DenseColumn::set_bytes(Slot slot, std::span<const std::byte> row) {
  static_assert(std::endian::native == std::endian::little);
  ASSAY_ASSERT(row.size() == params_.size * sizeof(float));
  while (blocks_.size() * rows_per_block() <= slot) add_blocks();
  if (present_.size() <= slot) {
    // Rows that are skipped are read by the scan, which discards their scores: they need some
    // value.
    for (Slot skipped = present_.size(); skipped < slot; ++skipped) {
      std::fill_n(row_data(skipped), params_.size, 0.0f);
    }
    present_.resize(slot + 1, 0);
  }
  std::memcpy(row_data(slot), row.data(), row.size());
  present_[slot] = 1;
}

// As many as there are, so that at most half of the address space is spare.
void DenseColumn::add_blocks() {
  const std::size_t count = std::clamp<std::size_t>(blocks_.size(), 1, kMostBlocksAtOnce);
  // A block begins at a line of the cache.
  constexpr std::size_t kLine = 64 / sizeof(float);
  const std::size_t stride = (rows_per_block() * params_.size + kLine - 1) / kLine * kLine;
  float* const begin = memory_.emplace_back(count * stride).data();
  for (std::size_t i = 0; i < count; ++i) blocks_.push_back(begin + i * stride);
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
          .rows = {blocks_[index], count * params_.size},
          .present = std::span(present_).subspan(first, count)};
}

float* DenseColumn::row_data(Slot slot) {
  return blocks_[slot >> block_shift_] + (slot & (rows_per_block() - 1)) * params_.size;
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
