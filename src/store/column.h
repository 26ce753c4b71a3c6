// SPDX-License-Identifier: Apache-2.0
// The vectors of one name, whatever their kind.
//
// Used by collection.cc, collection_write.cc and vector_search.cc. Externally synchronised; check()
// and encode() look at the parameters only.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "assay/collection.h"
#include "store/dense_column.h"
#include "store/multi_column.h"
#include "store/sparse_column.h"
#include "store/vector_index.h"
#include "store/vector_view.h"

namespace assay::store {

class Column {
 public:
  explicit Column(const VectorParams& params);
  explicit Column(const SparseVectorParams& params) : sparse_(params), kind_(SparseColumn()) {}

  /// Null when the column is of another kind.
  [[nodiscard]] const DenseColumn* dense() const { return std::get_if<DenseColumn>(&kind_); }
  [[nodiscard]] const SparseColumn* sparse() const { return std::get_if<SparseColumn>(&kind_); }
  [[nodiscard]] const MultiColumn* multi() const { return std::get_if<MultiColumn>(&kind_); }
  /// kDot of sparse vectors.
  [[nodiscard]] Distance distance() const;
  /// Of a sparse column.
  [[nodiscard]] const SparseVectorParams& sparse_params() const { return sparse_; }
  void set_sparse_params(const SparseVectorParams& params) { sparse_ = params; }

  /// Throws kInvalidArgument with Qdrant's words when a point may not have this vector.
  void check(std::string_view name, const VectorView& vector) const;
  /// The same for a vector that is searched for.
  void check_query(std::string_view name, const VectorView& vector) const;

  /// Appends what is stored for a vector that passed check(): normalised on kCosine, sorted by
  /// index.
  void encode(const VectorView& vector, std::vector<std::byte>& out) const;
  /// What encode() would append, as a vector: for queries.
  [[nodiscard]] StoredVector prepared(const StoredVector& vector) const;

  /// Whether these bytes may have come from encode().
  [[nodiscard]] bool fits(std::span<const std::byte> row) const;
  /// Stores a row of encode() at `slot`, which may lie beyond the last one.
  void set_bytes(Slot slot, std::span<const std::byte> row);
  void clear(Slot slot) noexcept;
  [[nodiscard]] bool has(Slot slot) const noexcept;
  /// A copy of the stored vector; only when has(slot).
  [[nodiscard]] StoredVector get(Slot slot) const;
  /// What is behind nearest-neighbour search; null unless dense.
  [[nodiscard]] const std::shared_ptr<VectorIndex>& index() const { return index_; }
  /// VectorIndex::restore() of a dense column.
  [[nodiscard]] bool restore_graph(SavedGraph saved) {
    return index_->restore(std::get<DenseColumn>(kind_), std::move(saved));
  }
  /// Slots that the column has room for; later ones have no vector.
  [[nodiscard]] std::size_t row_count() const noexcept;

 private:
  SparseVectorParams sparse_ = {};
  std::variant<DenseColumn, SparseColumn, MultiColumn> kind_;
  std::shared_ptr<VectorIndex> index_;  // outlives the column in a step of the index builder
};

}  // namespace assay::store
