// SPDX-License-Identifier: Apache-2.0
// Requests against a collection: validate, prepare, then one lock. The error texts are those that
// callers of Qdrant match on (qdrant.md section 14).
#include "store/collection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <variant>

#include "assay/error.h"
#include "store/exact_search.h"
#include "store/names.h"

namespace assay::store {
namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::kInvalidArgument, message);
}

bool has_nan(std::span<const float> values) {
  return std::any_of(values.begin(), values.end(), [](float x) { return std::isnan(x); });
}

// A sum that stays at the largest value instead of wrapping.
std::size_t saturating_add(std::size_t a, std::size_t b) {
  return a > std::numeric_limits<std::size_t>::max() - b ? std::numeric_limits<std::size_t>::max()
                                                         : a + b;
}

void check_query_vector(const DenseColumn& column, std::span<const float> vector) {
  if (vector.size() != column.params().size) {
    refuse(fmt::format("Wrong input: Vector dimension error: expected dim: {}, got {}",
                       column.params().size, vector.size()));
  }
  if (has_nan(vector)) refuse("Query vector must not contain NaN");
}

}  // namespace

struct Collection::Projection {
  PayloadProjection payload;
  const VectorSelector& vectors;
};

// A validated point with its own copies, made before the lock is taken.
struct Collection::PreparedPoint {
  PointId id;
  std::vector<std::pair<DenseColumn*, std::vector<float>>> vectors;
  Payload payload;
};

Collection::Collection(const CollectionConfig& config) : config_(config) {
  check_new_config(config);
  for (const auto& [name, params] : config.vectors.by_name) columns_.try_emplace(name, params);
}

void Collection::check_vector_name(std::string_view name) const {
  if (columns_.contains(name)) return;
  if (!name.empty()) {
    refuse(fmt::format("Wrong input: Not existing vector name error: {}", name));
  }
  if (columns_.empty()) refuse("Wrong input: Not existing vector name error");
  std::string names;
  for (const auto& [known, column] : columns_) {
    names += fmt::format("{}'{}'", names.empty() ? "" : ", ", known);
  }
  refuse(
      fmt::format("Wrong input: Unnamed vectors are not allowed when a collection has named "
                  "vectors or multivectors: [{}], []",
                  names));
}

void Collection::check_vector(const NamedVector& vector) const {
  check_vector_name(vector.name);
  const std::size_t size = columns_.find(vector.name)->second.params().size;
  if (vector.values.empty()) {
    refuse(fmt::format("Wrong input: Dense vector must not be empty for vector '{}'", vector.name));
  }
  if (has_nan(vector.values)) refuse("Vector contains NaN values");
  if (vector.values.size() != size) {
    refuse(
        fmt::format("Wrong input: Vector dimension error: expected dim: {}, got {} for vector '{}'",
                    size, vector.values.size(), vector.name));
  }
}

void Collection::check_query(const QueryRequest& request) const {
  if (request.limit == 0) refuse("limit value 0 is invalid. Must be 1 or larger.");
  if (!request.query && request.score_threshold) {
    refuse("A query is needed to use the score_threshold.");
  }
  const PayloadProjection checked(request.with_payload);
  if (!request.query) return;
  const DenseColumn& column = searched_column(request.using_vector);
  if (const auto* vector = std::get_if<std::vector<float>>(&*request.query)) {
    check_query_vector(column, *vector);
  }
}

const DenseColumn& Collection::searched_column(std::string_view name) const {
  const auto column = columns_.find(name);
  if (column == columns_.end()) {
    refuse(fmt::format("Dense vector {} is not found in the collection", name));
  }
  return column->second;
}

void Collection::upsert(std::span<const PointView> points) {
  if (points.empty()) refuse("Empty update request");
  std::vector<PreparedPoint> prepared(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    prepared[i].id = points[i].id;
    for (const NamedVector& vector : points[i].vectors) {
      check_vector(vector);
      DenseColumn& column = columns_.find(vector.name)->second;
      std::vector<float> values(vector.values.begin(), vector.values.end());
      prepare_vector(column.params().distance, values);
      prepared[i].vectors.emplace_back(&column, std::move(values));
    }
    if (points[i].payload != nullptr) prepared[i].payload = *points[i].payload;
  }
  const auto lock = mutex_.lock_for_writing();
  for (PreparedPoint& point : prepared) apply(point);
}

// Swaps the payloads, so that the old one is freed after the lock.
void Collection::apply(PreparedPoint& point) {
  const Slot slot = slot_for(point.id);
  for (auto& [name, column] : columns_) column.clear(slot);
  for (const auto& [column, values] : point.vectors) column->set(slot, values);
  StoredPoint& stored = points_[slot];
  if (!stored.alive) ++alive_count_;
  stored.alive = true;
  stored.payload.swap(point.payload);
}

Slot Collection::slot_for(PointId id) {
  const auto known = slots_.find(id);
  if (known != slots_.end()) return known->second;
  points_.push_back({.id = id});
  slots_.emplace(id, points_.size() - 1);
  return points_.size() - 1;
}

std::optional<Slot> Collection::find_alive(PointId id) const {
  const auto known = slots_.find(id);
  if (known == slots_.end() || !points_[known->second].alive) return std::nullopt;
  return known->second;
}

void Collection::erase(std::span<const PointId> ids) {
  if (ids.empty()) refuse("Empty update request");
  const auto lock = mutex_.lock_for_writing();
  for (const PointId id : ids) {
    const auto slot = find_alive(id);
    if (!slot) continue;
    for (auto& [name, column] : columns_) column.clear(*slot);
    points_[*slot].alive = false;
    points_[*slot].payload.clear();
    --alive_count_;
  }
}

std::vector<ScoredPoint> Collection::query(const QueryRequest& request,
                                           std::optional<std::span<const float>> vector) const {
  check_query(request);
  if (!request.query) return by_id(request);
  if (!vector) vector = std::get<std::vector<float>>(*request.query);
  return nearest(request, *vector);
}

std::vector<ScoredPoint> Collection::nearest(const QueryRequest& request,
                                             std::span<const float> vector) const {
  const DenseColumn& column = searched_column(request.using_vector);
  check_query_vector(column, vector);
  const Distance distance = column.params().distance;
  std::vector<float> query(vector.begin(), vector.end());
  prepare_vector(distance, query);
  const Projection projection{PayloadProjection(request.with_payload), request.with_vectors};

  const auto lock = mutex_.lock_for_reading();
  const auto hits = exact_search(column, query, saturating_add(request.offset, request.limit));
  std::vector<ScoredPoint> result;
  for (std::size_t i = request.offset; i < hits.size(); ++i) {
    const auto [score, slot] = hits[i];
    if (request.score_threshold) {
      const float threshold = *request.score_threshold;
      if (is_ascending(distance) ? !(score < threshold) : !(score > threshold)) break;
    }
    result.push_back(scored(slot, score, projection));
  }
  return result;
}

std::vector<ScoredPoint> Collection::by_id(const QueryRequest& request) const {
  const Projection projection{PayloadProjection(request.with_payload), request.with_vectors};
  const auto lock = mutex_.lock_for_reading();
  std::vector<ScoredPoint> result;
  std::size_t to_skip = request.offset;
  for (const auto& [id, slot] : slots_) {
    if (!points_[slot].alive) continue;
    if (to_skip > 0) {
      --to_skip;
      continue;
    }
    if (result.size() == request.limit) break;
    result.push_back(scored(slot, 1.0f, projection));
  }
  return result;
}

ScoredPoint Collection::scored(Slot slot, float score, const Projection& projection) const {
  const StoredPoint& point = points_[slot];
  return {.id = point.id,
          .score = score,
          .payload = projection.payload.apply(point.payload),
          .vectors = vectors_of(slot, projection.vectors)};
}

std::vector<Record> Collection::retrieve(std::span<const PointId> ids,
                                         const PayloadSelector& with_payload,
                                         const VectorSelector& with_vectors) const {
  const PayloadProjection projection(with_payload);
  std::vector<Record> records;
  const auto lock = mutex_.lock_for_reading();
  for (const PointId id : ids) {
    const auto slot = find_alive(id);
    if (!slot) continue;
    records.push_back({.id = id,
                       .payload = projection.apply(points_[*slot].payload),
                       .vectors = vectors_of(*slot, with_vectors)});
  }
  return records;
}

std::optional<StoredVectors> Collection::vectors_of(Slot slot,
                                                    const VectorSelector& selector) const {
  if (!selector.enabled) return std::nullopt;
  StoredVectors vectors;
  for (const auto& [name, column] : columns_) {
    if (!column.has(slot)) continue;
    if (selector.names &&
        std::find(selector.names->begin(), selector.names->end(), name) == selector.names->end()) {
      continue;
    }
    const auto row = column.row(slot);
    vectors.emplace(name, std::vector<float>(row.begin(), row.end()));
  }
  return vectors;
}

std::size_t Collection::count() const {
  const auto lock = mutex_.lock_for_reading();
  return alive_count_;
}

}  // namespace assay::store
