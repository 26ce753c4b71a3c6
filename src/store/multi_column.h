// SPDX-License-Identifier: Apache-2.0
// The multi-vectors of one name: any number of rows a slot, end to end.
//
// Used by column.h and vector_search.cc. Externally synchronised.
#pragma once

#include <bit>
#include <cstddef>
#include <span>

#include "assay/collection.h"
#include "base/assert.h"
#include "store/ragged_rows.h"
#include "store/vector_view.h"

namespace assay::store {

class MultiColumn {
 public:
  explicit MultiColumn(const VectorParams& params) : params_(params) {}

  [[nodiscard]] const VectorParams& params() const noexcept { return params_; }

  /// Stores whole rows of float32, little-endian; at least one.
  void set_bytes(Slot slot, std::span<const std::byte> rows) {
    static_assert(std::endian::native == std::endian::little);
    ASSAY_ASSERT(!rows.empty() && rows.size() % (params_.size * sizeof(float)) == 0);
    rows_.set(slot, rows);
  }
  void clear(Slot slot) noexcept { rows_.clear(slot); }
  [[nodiscard]] bool has(Slot slot) const noexcept { return rows_.has(slot); }
  /// Only when has(slot).
  [[nodiscard]] MultiView rows(Slot slot) const {
    const auto bytes = rows_[slot];
    return {.dim = params_.size,
            .values = {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)}};
  }
  [[nodiscard]] std::size_t row_count() const noexcept { return rows_.row_count(); }

 private:
  VectorParams params_;
  RaggedRows rows_;
};

}  // namespace assay::store
