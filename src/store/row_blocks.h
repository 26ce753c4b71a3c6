// SPDX-License-Identifier: Apache-2.0
// Rows of one width in blocks that never move.
//
// Used by dense_column.h and row_codes.h. Blocks of at most 1 MiB and 2^n rows, aligned to 64
// bytes: growing never moves what is stored, a block is a unit of parallel work, and memory of rows
// not yet written is not touched. Blocks are allocated many at once as the rows grow, so that the
// system can give large pages: a walk of a graph reads rows that lie anywhere. Externally
// synchronised.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <vector>

#include "kernels/aligned.h"

namespace assay::store {

template <class T>
class RowBlocks {
 public:
  explicit RowBlocks(std::size_t width)
      : width_(width),
        shift_(static_cast<std::size_t>(
            std::bit_width(std::max<std::size_t>(1, kBlockBytes / (width * sizeof(T)))) - 1)) {}

  /// Values of a row.
  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  [[nodiscard]] std::size_t rows_per_block() const noexcept { return std::size_t{1} << shift_; }
  /// Room for the rows [0, count); they hold anything until they are written.
  void reserve(std::size_t count) {
    while (blocks_.size() << shift_ < count) add_blocks();
  }
  /// Of a row there is room for; the rest of its block follows.
  [[nodiscard]] T* row(std::size_t index) {
    return blocks_[index >> shift_] + (index & (rows_per_block() - 1)) * width_;
  }
  [[nodiscard]] const T* row(std::size_t index) const {
    return blocks_[index >> shift_] + (index & (rows_per_block() - 1)) * width_;
  }

 private:
  static constexpr std::size_t kBlockBytes = std::size_t{1} << 20;
  static constexpr std::size_t kMostAtOnce = 32;
  static constexpr std::size_t kLine = 64 / sizeof(T);

  // As many as there are, so that at most half of the address space is spare.
  void add_blocks() {
    const std::size_t count = std::clamp<std::size_t>(blocks_.size(), 1, kMostAtOnce);
    const std::size_t stride = (rows_per_block() * width_ + kLine - 1) / kLine * kLine;
    T* const begin = memory_.emplace_back(count * stride).data();
    for (std::size_t i = 0; i < count; ++i) blocks_.push_back(begin + i * stride);
  }

  std::size_t width_;
  std::size_t shift_;
  std::vector<kernels::BasicAlignedBuffer<T>> memory_;
  std::vector<T*> blocks_;  // in memory_
};

}  // namespace assay::store
