// SPDX-License-Identifier: Apache-2.0
// The sparse vectors of one name: a row a slot, and an inverted index over them.
//
// Used by column.h and sparse_search.cc. The index follows every change at once: a posting list is
// sorted by slot, new points append to it. Externally synchronised.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "assay/collection.h"
#include "store/ragged_rows.h"
#include "store/vector_view.h"

namespace assay::store {

/// A point that holds an index, and its value there.
struct Posting {
  std::uint32_t slot;
  float value;
};

class SparseColumn {
 public:
  /// Indices of a row are ascending and unique.
  static void encode(const SparseView& row, std::vector<std::byte>& out);

  /// Whether these bytes may have come from encode().
  [[nodiscard]] static bool fits(std::span<const std::byte> row);

  /// Stores a row as encode() writes it: uint32 indices, then float32 values, little-endian.
  void set_bytes(Slot slot, std::span<const std::byte> row);
  void clear(Slot slot) noexcept;
  [[nodiscard]] bool has(Slot slot) const noexcept { return rows_.has(slot); }
  /// Only when has(slot).
  [[nodiscard]] SparseView row(Slot slot) const;

  /// Slots ascending.
  [[nodiscard]] std::span<const Posting> postings(std::uint32_t index) const;
  [[nodiscard]] std::size_t row_count() const noexcept { return rows_.row_count(); }
  /// Slots that have a row.
  [[nodiscard]] std::size_t present_count() const noexcept { return rows_.present_count(); }

 private:
  RaggedRows rows_;
  std::unordered_map<std::uint32_t, std::vector<Posting>> postings_;  // by index; none is empty
};

}  // namespace assay::store
