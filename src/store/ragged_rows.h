// SPDX-License-Identifier: Apache-2.0
// Rows of bytes of different lengths, one a slot, and who has one.
//
// Used by sparse_column.h and multi_column.h. A row is one allocation, aligned for any number, and
// stays where it is until it is replaced. Externally synchronised.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "store/dense_column.h"

namespace assay::store {

class RaggedRows {
 public:
  /// Stores a copy of `row`, which may be empty, at `slot`, which may lie beyond the last one.
  void set(Slot slot, std::span<const std::byte> row) {
    auto copy = std::make_unique_for_overwrite<std::byte[]>(row.size());
    std::ranges::copy(row, copy.get());
    if (rows_.size() <= slot) rows_.resize(slot + 1);
    if (!has(slot)) ++present_count_;
    rows_[slot] = {std::move(copy), row.size()};
  }
  void clear(Slot slot) noexcept {
    if (!has(slot)) return;
    rows_[slot] = {};
    --present_count_;
  }
  [[nodiscard]] bool has(Slot slot) const noexcept {
    return slot < rows_.size() && rows_[slot].data != nullptr;
  }
  /// Only when has(slot).
  [[nodiscard]] std::span<const std::byte> operator[](Slot slot) const {
    return {rows_[slot].data.get(), rows_[slot].size};
  }
  [[nodiscard]] std::size_t row_count() const noexcept { return rows_.size(); }
  [[nodiscard]] std::size_t present_count() const noexcept { return present_count_; }

 private:
  struct Row {
    std::unique_ptr<std::byte[]> data;
    std::size_t size = 0;
  };
  std::vector<Row> rows_;  // by slot
  std::size_t present_count_ = 0;
};

}  // namespace assay::store
