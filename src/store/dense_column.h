// SPDX-License-Identifier: Apache-2.0
// The dense vectors of one name: blocks of rows, one row a slot, and who has one.
//
// Used by collection.cc and exact_search.cc. Externally synchronised.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "assay/collection.h"
#include "store/row_blocks.h"

namespace assay::store {

using Slot = std::size_t;

class DenseColumn {
 public:
  /// Rows [first, first + present.size()), end to end. Rows of absent vectors hold old or zero
  /// values.
  struct Block {
    Slot first;
    std::span<const float> rows;            ///< [present.size(), dim]
    std::span<const std::uint8_t> present;  ///< 1 where the slot has the vector
  };

  explicit DenseColumn(const VectorParams& params) : params_(params), rows_(params.size) {}

  [[nodiscard]] const VectorParams& params() const noexcept { return params_; }

  /// Stores `vector` [size], as it is, at `slot`, which may lie beyond the last one.
  void set(Slot slot, std::span<const float> vector);
  /// As set(), of a row as bytes: float32, little-endian.
  void set_bytes(Slot slot, std::span<const std::byte> row);
  void clear(Slot slot) noexcept;
  /// What stored_row() gives for a slot that has no vector.
  void set_absent(Slot slot, std::span<const float> row);
  [[nodiscard]] bool has(Slot slot) const noexcept {
    return slot < present_.size() && present_[slot] != 0;
  }
  /// [size]; only when has(slot).
  [[nodiscard]] std::span<const float> row(Slot slot) const;

  /// [size]; old or zero values when the vector is gone. slot < row_count().
  [[nodiscard]] std::span<const float> stored_row(Slot slot) const {
    return {rows_.row(slot), params_.size};
  }

  [[nodiscard]] std::size_t row_count() const noexcept { return present_.size(); }
  [[nodiscard]] std::size_t rows_per_block() const noexcept { return rows_.rows_per_block(); }
  /// Blocks with a row.
  [[nodiscard]] std::size_t block_count() const noexcept {
    return (row_count() + rows_per_block() - 1) / rows_per_block();
  }
  [[nodiscard]] Block block(std::size_t index) const;

 private:
  VectorParams params_;
  RowBlocks<float> rows_;
  std::vector<std::uint8_t> present_;  // by slot
};

/// What a column of `distance` stores for `vector`: on kCosine v / |v| where |v| > 1.1920929e-7,
/// else the vector as it is. Queries are treated alike. Rows of multi-vectors have another
/// `smallest` norm.
void prepare_vector(Distance distance, std::span<float> vector, double smallest = 1.1920929e-7);

}  // namespace assay::store
