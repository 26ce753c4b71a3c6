// SPDX-License-Identifier: Apache-2.0
// Requests that read a collection: validate, then one lock. The error texts are those that callers
// of Qdrant match on (qdrant.md section 14).
#include "store/collection.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <set>
#include <utility>
#include <variant>

#include "assay/error.h"
#include "base/thread_pool.h"
#include "store/collection_projection.h"
#include "store/names.h"
#include "store/payload_values.h"

namespace assay::store {
namespace {

// Points that a thread asks a filter about in one go.
constexpr std::size_t kMatchedAtOnce = 2048;
// Payloads lie anywhere: the first member of one is on its way while others are looked at.
constexpr std::size_t kPayloadsAhead = 8;

void prefetch(const Payload& payload) {
  if (!payload.empty()) __builtin_prefetch(&*payload.begin());
}

}  // namespace

Collection::Collection(const CollectionConfig& config, std::unique_ptr<Journal> journal)
    : journal_(std::move(journal)), config_(config) {
  check_new_config(config);
  for (const auto& [name, params] : config.vectors.by_name) columns_.try_emplace(name, params);
  for (const auto& [name, params] : config.sparse_vectors) columns_.try_emplace(name, params);
  if (journal_ != nullptr) {
    load();
    restore_graphs();
  }
  for (const auto& [field, params] : config.payload_indexes) {
    if (params.scoring) text_indexes_.emplace(field, indexed(TextIndex(field)));
    payload_indexes_.emplace(field, indexed(PayloadIndex(field, params.type)));
  }
  wake_indexer();
}

TextIndex Collection::indexed(TextIndex index) const {
  for (Slot slot = 0; slot < points_.size(); ++slot)
    index.set(slot, index.words(points_[slot].payload));
  return index;
}

PayloadIndex Collection::indexed(PayloadIndex index) const {
  for (Slot slot = 0; slot < points_.size(); ++slot)
    index.set(slot, {}, index.keys(points_[slot].payload));
  return index;
}

CollectionConfig Collection::config() const {
  const auto lock = mutex_.lock_for_reading();
  return config_;
}

void Collection::check_vector_name(std::string_view name) const {
  const auto lock = mutex_.lock_for_reading();
  (void)column_of(name);
}

void Collection::check_vector(const NamedVector& vector) const {
  const auto lock = mutex_.lock_for_reading();
  column_of(vector.name).check(vector.name, vector.vector);
}

void Collection::check_points(std::span<const PointView> points) const {
  for (const PointView& point : points) {
    for (const auto& [name, vector] : point.vectors) column_of(name).check(name, vector);
  }
}

const Column& Collection::column_of(std::string_view name) const {
  const auto found = columns_.find(name);
  if (found != columns_.end()) return found->second;
  if (!name.empty()) {
    refuse(fmt::format("Wrong input: Not existing vector name error: {}", name));
  }
  std::string dense, multi;
  for (const auto& [known, column] : columns_) {
    if (column.sparse() != nullptr) continue;
    std::string& names = column.dense() != nullptr ? dense : multi;
    names += fmt::format("{}'{}'", names.empty() ? "" : ", ", known);
  }
  if (dense.empty() && multi.empty()) refuse("Wrong input: Not existing vector name error");
  refuse(
      fmt::format("Wrong input: Unnamed vectors are not allowed when a collection has named "
                  "vectors or multivectors: [{}], [{}]",
                  dense, multi));
}

std::optional<Slot> Collection::find_alive(PointId id) const {
  const auto known = slots_.find(id);
  if (known == slots_.end() || !points_[known->second].alive) return std::nullopt;
  return known->second;
}

bool Collection::matches(Slot slot, const Predicate& holds) const {
  return points_[slot].alive && with_candidate(slot, holds);
}

std::vector<std::uint8_t> Collection::matching(const Filter& filter, const Predicate& holds) const {
  std::vector<std::uint8_t> result(points_.size());
  if (const auto few = candidates(filter); few && few->count < points_.size() / 2) {
    for (const Slot slot : few->slots()) result[slot] = few->exact || matches(slot, holds) ? 1 : 0;
    return result;
  }
  const std::size_t chunks = (points_.size() + kMatchedAtOnce - 1) / kMatchedAtOnce;
  parallel_for(chunks, chunks > 1 ? 0 : 1, [&](std::size_t chunk, std::size_t) {
    const Slot end = std::min(points_.size(), (chunk + 1) * kMatchedAtOnce);
    for (Slot slot = chunk * kMatchedAtOnce; slot < end; ++slot) {
      if (slot + kPayloadsAhead < points_.size()) prefetch(points_[slot + kPayloadsAhead].payload);
      result[slot] = matches(slot, holds) ? 1 : 0;
    }
  });
  return result;
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
    vectors.emplace(name, column.get(slot));
  }
  return vectors;
}

std::size_t Collection::count(const std::optional<Filter>& filter) const {
  const Predicate holds = filter ? compile(*filter) : Predicate();
  const auto lock = mutex_.lock_for_reading();
  if (!holds) return alive_count_;
  const auto selected = matching(*filter, holds);
  return static_cast<std::size_t>(std::ranges::count(selected, 1));
}

Record Collection::record_of(Slot slot, const Projection& projection) const {
  return {.id = points_[slot].id,
          .payload = projection.payload.apply(points_[slot].payload),
          .vectors = vectors_of(slot, projection.vectors)};
}

ScrollResponse Collection::scroll(const ScrollRequest& request) const {
  if (request.limit == 0) refuse("limit value 0 is invalid. Must be 1 or larger.");
  const Projection projection{PayloadProjection(request.with_payload), request.with_vectors};
  const Predicate holds = compile(filter_or_all(request.filter));
  if (request.order_by && request.offset)
    refuse("Cannot use an offset with order_by; use order_by.start_from");
  if (request.order_by) {
    (void)path_of(request.order_by->key);
    (void)order_start_of(request.order_by->start_from);
  }
  ScrollResponse result;
  const auto lock = mutex_.lock_for_reading();
  if (request.order_by) {
    for (Found& row : by_value(*request.order_by, matching(filter_or_all(request.filter), holds),
                               request.limit)) {
      result.points.push_back(record_of(row.slot, projection));
      result.points.back().order_value = std::move(row.order_value);
    }
    return result;
  }
  auto at = request.offset ? slots_.lower_bound(*request.offset) : slots_.begin();
  for (; at != slots_.end(); ++at) {
    const auto [id, slot] = *at;
    if (!matches(slot, holds)) continue;
    if (result.points.size() == request.limit) {
      result.next_page_offset = id;
      break;
    }
    result.points.push_back(record_of(slot, projection));
  }
  return result;
}

std::vector<Collection::Found> Collection::by_value(const OrderBy& order,
                                                    std::span<const std::uint8_t> selected,
                                                    std::size_t limit) const {
  const KeyPath path = path_of(order.key);
  const auto start = order_start_of(order.start_from);
  std::vector<Found> rows;
  for (Slot slot = 0; slot < selected.size(); ++slot) {
    if (selected[slot] == 0) continue;
    const auto first = static_cast<std::ptrdiff_t>(rows.size());
    for (const Value* found : values_at(points_[slot].payload, path, Arrays::kUnwrapped)) {
      auto value = order_value_of(*found);
      if (!value) continue;
      if (start && (order.descending ? is_less(*start, *value) : is_less(*value, *start))) continue;
      rows.push_back({.slot = slot, .order_value = std::move(*value)});
    }
    // Each value once.
    const auto less = [](const Found& a, const Found& b) {
      return is_less(*a.order_value, *b.order_value);
    };
    std::stable_sort(rows.begin() + first, rows.end(), less);
    const auto twice = std::unique(rows.begin() + first, rows.end(),
                                   [&](const Found& a, const Found& b) { return !less(a, b); });
    rows.erase(twice, rows.end());
  }
  std::stable_sort(rows.begin(), rows.end(), [&](const Found& a, const Found& b) {
    return order.descending ? is_less(*b.order_value, *a.order_value)
                            : is_less(*a.order_value, *b.order_value);
  });
  if (rows.size() > limit) rows.resize(limit);
  return rows;
}

std::vector<FacetHit> Collection::facet(std::string_view key, const std::optional<Filter>& filter,
                                        std::size_t limit) const {
  if (limit == 0) refuse("limit value 0 is invalid. Must be 1 or larger.");
  const KeyPath path = path_of(key);
  const Predicate holds = compile(filter_or_all(filter));
  std::map<FacetValue, std::size_t> counts;
  {
    const auto lock = mutex_.lock_for_reading();
    const auto selected = matching(filter_or_all(filter), holds);
    for (Slot slot = 0; slot < selected.size(); ++slot) {
      if (selected[slot] == 0) continue;
      std::set<FacetValue> distinct;
      for (const Value* value : values_at(points_[slot].payload, path, Arrays::kUnwrapped)) {
        if (auto counted = facet_value_of(*value)) distinct.insert(std::move(*counted));
      }
      for (const FacetValue& value : distinct) ++counts[value];
    }
  }
  std::vector<FacetHit> hits;
  for (const auto& [value, count] : counts)
    hits.push_back({std::visit([](const auto& x) { return Value(x); }, value), count});
  std::ranges::stable_sort(hits, std::ranges::greater(), &FacetHit::count);
  if (hits.size() > limit) hits.resize(limit);
  return hits;
}

}  // namespace assay::store
