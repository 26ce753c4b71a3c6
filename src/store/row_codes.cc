// SPDX-License-Identifier: Apache-2.0
#include "store/row_codes.h"

#include <algorithm>

#include "base/thread_pool.h"
#include "kernels/dot_int8.h"

namespace assay::store {
namespace {

constexpr std::size_t kCodedAtOnce = 256;

}  // namespace

RowCodes::RowCodes(const DenseColumn& column)
    : codes_((column.params().size + kernels::kCodeMultiple - 1) / kernels::kCodeMultiple *
             kernels::kCodeMultiple) {}

void RowCodes::extend(const DenseColumn& column, std::size_t most) {
  const Slot begin = count();
  const Slot end = std::min(column.row_count(), begin + most);
  codes_.reserve(end);
  steps_.resize(end);
  parallel_for((end - begin + kCodedAtOnce - 1) / kCodedAtOnce, 0,
               [&](std::size_t part, std::size_t) {
                 const Slot first = begin + part * kCodedAtOnce;
                 for (Slot slot = first; slot < std::min(end, first + kCodedAtOnce); ++slot)
                   encode(column, slot);
               });
}

void RowCodes::note(const DenseColumn& column, Slot slot) {
  if (slot < count()) encode(column, slot);
}

void RowCodes::encode(const DenseColumn& column, Slot slot) {
  steps_[slot] = kernels::encode_int8(column.stored_row(slot), {codes_.row(slot), codes_.width()});
}

void RowCodes::similarities(Slot to, std::span<const std::uint32_t> slots, Scratch& scratch,
                            std::span<float> out) const {
  scratch.rows.clear();
  for (const std::uint32_t slot : slots) scratch.rows.push_back(codes_.row(slot));
  scratch.sums.resize(slots.size());
  kernels::dot_int8_at({codes_.row(to), codes_.width()}, scratch.rows, scratch.sums);
  const float step = steps_[to];
  for (std::size_t i = 0; i < slots.size(); ++i)
    out[i] = step * steps_[slots[i]] * static_cast<float>(scratch.sums[i]);
}

}  // namespace assay::store
