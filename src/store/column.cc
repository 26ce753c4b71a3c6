// SPDX-License-Identifier: Apache-2.0
#include "store/column.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "assay/error.h"
#include "store/sparse_search.h"

namespace assay::store {
namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::kInvalidArgument, message);
}

bool has_nan(std::span<const float> values) {
  return std::any_of(values.begin(), values.end(), [](float x) { return std::isnan(x); });
}

void check_sparse(const SparseView& vector) {
  if (vector.indices.size() != vector.values.size())
    refuse("Indices and values must have the same length");
  if (has_nan(vector.values)) refuse("Values must not contain NaN");
  std::vector<std::uint32_t> sorted(vector.indices.begin(), vector.indices.end());
  std::ranges::sort(sorted);
  if (std::ranges::adjacent_find(sorted) != sorted.end()) refuse("Indices must be unique");
}

// MultiVector promises it, and nothing else looks.
void check_whole_rows(const MultiView& rows) {
  if (rows.dim == 0 || rows.values.size() % rows.dim != 0) {
    refuse(fmt::format("Wrong input: Multivector of {} numbers has no whole rows of {}",
                       rows.values.size(), rows.dim));
  }
}

void check_dimension(std::size_t expected, std::size_t got, std::string_view name) {
  if (got == expected) return;
  refuse(
      fmt::format("Wrong input: Vector dimension error: expected dim: {}, got {} for vector '{}'",
                  expected, got, name));
}

// What a column of multi-vectors stores.
void prepare_rows(Distance distance, std::size_t dim, std::span<float> rows) {
  for (std::size_t begin = 0; begin < rows.size(); begin += dim)
    prepare_vector(distance, rows.subspan(begin, dim), 0);
}

SparseVector sorted(const SparseView& vector) {
  SparseVector copy{{vector.indices.begin(), vector.indices.end()},
                    {vector.values.begin(), vector.values.end()}};
  sort_by_index(copy);
  return copy;
}

std::variant<DenseColumn, SparseColumn, MultiColumn> column_of(const VectorParams& params) {
  if (params.multivector) return MultiColumn(params);
  return DenseColumn(params);
}

}  // namespace

Column::Column(const VectorParams& params) : kind_(column_of(params)) {
  if (dense() != nullptr) index_ = std::make_shared<VectorIndex>();
}

Distance Column::distance() const {
  if (const auto* column = dense()) return column->params().distance;
  if (const auto* column = multi()) return column->params().distance;
  return Distance::kDot;
}

void Column::check(std::string_view name, const VectorView& vector) const {
  const auto* values = std::get_if<std::span<const float>>(&vector);
  const auto* entries = std::get_if<SparseView>(&vector);
  const auto* rows = std::get_if<MultiView>(&vector);
  if ((entries != nullptr) != (sparse() != nullptr)) {
    refuse(fmt::format(
        "Wrong input: Conversion between sparse and regular vectors failed for vector '{}'", name));
  }
  if (entries != nullptr) return check_sparse(*entries);
  if (const auto* column = dense()) {
    if (values == nullptr) {
      refuse(
          fmt::format("Wrong input: Dense vector must be one-dimensional for vector '{}'", name));
    }
    if (values->empty())
      refuse(fmt::format("Wrong input: Dense vector must not be empty for vector '{}'", name));
    if (has_nan(*values)) refuse("Vector contains NaN values");
    return check_dimension(column->params().size, values->size(), name);
  }
  // A dense vector is no list of rows, but one of no numbers is a list of no rows.
  if (rows != nullptr ? rows->values.empty() : values->empty())
    refuse(fmt::format("Wrong input: Multivector must not be empty for vector '{}'", name));
  if (rows == nullptr) {
    refuse(fmt::format("Wrong input: Multivector must be a list of vectors for vector '{}'", name));
  }
  if (has_nan(rows->values)) refuse("Vector contains NaN values");
  check_dimension(multi()->params().size, rows->dim, name);
  check_whole_rows(*rows);
}

void Column::check_query(std::string_view name, const VectorView& vector) const {
  if (const auto* entries = std::get_if<SparseView>(&vector)) {
    if (sparse() == nullptr)
      refuse(fmt::format("Sparse vector {} is not found in the collection", name));
    return check_sparse(*entries);
  }
  const auto check_values = [](std::size_t expected, std::size_t got,
                               std::span<const float> values) {
    if (got != expected) {
      refuse(fmt::format("Wrong input: Vector dimension error: expected dim: {}, got {}", expected,
                         got));
    }
    if (has_nan(values)) refuse("Query vector must not contain NaN");
  };
  if (const auto* rows = std::get_if<MultiView>(&vector)) {
    if (multi() == nullptr)
      refuse(fmt::format("Multivector {} is not found in the collection", name));
    if (rows->values.empty()) refuse("Wrong input: Multivector must not be empty");
    check_values(multi()->params().size, rows->dim, rows->values);
    return check_whole_rows(*rows);
  }
  if (dense() == nullptr)
    refuse(fmt::format("Dense vector {} is not found in the collection", name));
  const auto values = std::get<std::span<const float>>(vector);
  check_values(dense()->params().size, values.size(), values);
}

void Column::encode(const VectorView& vector, std::vector<std::byte>& out) const {
  if (const auto* entries = std::get_if<SparseView>(&vector)) {
    const SparseVector copy = sorted(*entries);
    return SparseColumn::encode({copy.indices, copy.values}, out);
  }
  const auto* rows = std::get_if<MultiView>(&vector);
  const auto values = rows != nullptr ? rows->values : std::get<std::span<const float>>(vector);
  std::vector<float> copy(values.begin(), values.end());
  if (rows != nullptr) {
    prepare_rows(distance(), rows->dim, copy);
  } else {
    prepare_vector(distance(), copy);
  }
  const auto bytes = std::as_bytes(std::span(copy));
  out.insert(out.end(), bytes.begin(), bytes.end());
}

StoredVector Column::prepared(const StoredVector& vector) const {
  if (const auto* entries = std::get_if<SparseVector>(&vector))
    return sorted({entries->indices, entries->values});
  if (const auto* rows = std::get_if<MultiVector>(&vector)) {
    std::vector<float> copy(rows->values().begin(), rows->values().end());
    prepare_rows(distance(), rows->dim(), copy);
    return MultiVector(rows->dim(), std::move(copy));
  }
  std::vector<float> copy = std::get<std::vector<float>>(vector);
  prepare_vector(distance(), copy);
  return copy;
}

bool Column::fits(std::span<const std::byte> row) const {
  if (sparse() != nullptr) return SparseColumn::fits(row);
  if (const auto* column = dense()) return row.size() == column->params().size * sizeof(float);
  return !row.empty() && row.size() % (multi()->params().size * sizeof(float)) == 0;
}

void Column::set_bytes(Slot slot, std::span<const std::byte> row) {
  std::visit([&](auto& column) { column.set_bytes(slot, row); }, kind_);
  if (index_ != nullptr) index_->note(*dense(), slot);
}

void Column::clear(Slot slot) noexcept {
  std::visit([&](auto& column) { column.clear(slot); }, kind_);
  if (index_ != nullptr) index_->note_gone(slot);
}

bool Column::has(Slot slot) const noexcept {
  return std::visit([&](const auto& column) { return column.has(slot); }, kind_);
}

StoredVector Column::get(Slot slot) const {
  if (const auto* column = dense()) {
    const auto row = column->row(slot);
    return std::vector<float>(row.begin(), row.end());
  }
  if (const auto* column = sparse()) {
    const SparseView row = column->row(slot);
    return SparseVector{{row.indices.begin(), row.indices.end()},
                        {row.values.begin(), row.values.end()}};
  }
  const MultiView rows = multi()->rows(slot);
  return MultiVector(rows.dim, {rows.values.begin(), rows.values.end()});
}

std::size_t Column::row_count() const noexcept {
  return std::visit([&](const auto& column) { return column.row_count(); }, kind_);
}

}  // namespace assay::store
