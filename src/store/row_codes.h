// SPDX-License-Identifier: Apache-2.0
// The rows of a dense column in 8 bits (kernels/dot_int8.h), for the building of a graph.
//
// Used by vector_index.cc, hnsw.cc. A build waits for memory most of the time: it computes millions
// of products with rows that lie anywhere, and needs only to know which are the nearer ones. Codes
// are a quarter of the vectors, and go when the graph is finished. For kCosine and kDot only: the
// differences of kEuclid and kManhattan can be small beside the steps of long rows. Externally
// synchronised; const members may run at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "store/dense_column.h"
#include "store/row_blocks.h"

namespace assay::store {

class RowCodes {
 public:
  /// Of no row yet.
  explicit RowCodes(const DenseColumn& column);

  [[nodiscard]] static bool fits(Distance distance) noexcept {
    return distance == Distance::kCosine || distance == Distance::kDot;
  }
  /// Rows that have a code: [0, count()).
  [[nodiscard]] std::size_t count() const noexcept { return steps_.size(); }
  /// Codes the column's next rows, at most `most`, on several threads.
  void extend(const DenseColumn& column, std::size_t most);
  /// The row of `slot` was written.
  void note(const DenseColumn& column, Slot slot);

  /// out[i] = nearly the similarity of row `to` and row slots[i]. `rows` and `sums` are scratch
  /// memory.
  struct Scratch {
    std::vector<const std::int8_t*> rows;
    std::vector<std::int32_t> sums;
  };
  void similarities(Slot to, std::span<const std::uint32_t> slots, Scratch& scratch,
                    std::span<float> out) const;

 private:
  void encode(const DenseColumn& column, Slot slot);

  RowBlocks<std::int8_t> codes_;
  std::vector<float> steps_;  // by slot
};

}  // namespace assay::store
