// SPDX-License-Identifier: Apache-2.0
// Vectors of the three kinds as views, and the bytes that columns store of them.
//
// Used by the columns and by client/. Views: what they refer to lives as long as they are used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "assay/point.h"

namespace assay::store {

struct SparseView {
  std::span<const std::uint32_t> indices;
  std::span<const float> values;  ///< [indices.size()]
};

/// Rows end to end.
struct MultiView {
  std::size_t dim = 0;
  std::span<const float> values = {};  ///< [rows(), dim]

  [[nodiscard]] std::size_t rows() const noexcept { return dim == 0 ? 0 : values.size() / dim; }
  [[nodiscard]] std::span<const float> operator[](std::size_t row) const {
    return values.subspan(row * dim, dim);
  }
};

using VectorView = std::variant<std::span<const float>, SparseView, MultiView>;

inline VectorView view_of(const std::vector<float>& vector) { return std::span(vector); }
inline VectorView view_of(const SparseVector& vector) {
  return SparseView{vector.indices, vector.values};
}
inline VectorView view_of(const MultiVector& vector) {
  return MultiView{vector.dim(), vector.values()};
}
inline VectorView view_of(const StoredVector& vector) {
  return std::visit([](const auto& kind) { return view_of(kind); }, vector);
}

}  // namespace assay::store
