// SPDX-License-Identifier: Apache-2.0
// The sparse vectors of one name: a row a slot, and an inverted index over them.
//
// Used by column.h and sparse_search.cc. The index follows every change at once: a posting list is
// sorted by slot, new points append to it. Externally synchronised.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "assay/collection.h"
#include "store/ragged_rows.h"
#include "store/vector_view.h"

namespace assay::store {

/// A point that holds an index, and its value there; or -0, which adds nothing to a product, where
/// the point does not hold it any more. A stored -0 is 0 here.
struct Posting {
  static constexpr std::uint32_t kGone = 0x8000'0000;

  std::uint32_t slot;
  float value;

  [[nodiscard]] bool is_gone() const noexcept {
    return std::bit_cast<std::uint32_t>(value) == kGone;
  }
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

  /// Slots ascending; at most half of them are gone.
  [[nodiscard]] std::span<const Posting> postings(std::uint32_t index) const;
  /// Points that hold the index.
  [[nodiscard]] std::size_t holding_count(std::uint32_t index) const;
  [[nodiscard]] std::size_t row_count() const noexcept { return rows_.row_count(); }
  /// Slots that have a row.
  [[nodiscard]] std::size_t present_count() const noexcept { return rows_.present_count(); }

 private:
  struct Postings {
    std::vector<Posting> list = {};
    std::size_t gone = 0;
  };

  RaggedRows rows_;
  std::unordered_map<std::uint32_t, Postings> postings_;  // by index; in none are all gone
};

}  // namespace assay::store
