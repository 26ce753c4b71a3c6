// SPDX-License-Identifier: Apache-2.0
// Requests that change a collection: validate, compute the changes, make them durable, apply them.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <variant>

#include "assay/error.h"
#include "store/collection.h"
#include "store/collection_projection.h"
#include "store/payload_edit.h"

namespace assay::store {
namespace {

[[noreturn]] void refuse_missing(const PointId& id) {
  throw Error(ErrorCode::kNotFound,
              fmt::format("Not found: No point with id {} found", id.to_string()));
}

// Copies of the vectors of a request as their columns store them, end to end in one buffer.
class PreparedRows {
 public:
  explicit PreparedRows(std::span<const PointView> points) {
    std::size_t total = 0;
    for (const PointView& point : points) {
      for (const NamedVector& vector : point.vectors) total += vector.values.size();
    }
    values_.reserve(total);  // rows that are handed out stay where they are
  }
  std::span<const std::byte> add(std::span<const float> vector, Distance distance) {
    const std::size_t begin = values_.size();
    values_.insert(values_.end(), vector.begin(), vector.end());
    const auto row = std::span(values_).subspan(begin);
    prepare_vector(distance, row);
    return std::as_bytes(row);
  }

 private:
  std::vector<float> values_;
};

}  // namespace

// The changes of one write, one a slot, in the order in which slots are first touched. Later steps
// of the write see what earlier ones have changed. The writer mutex is held as long as it lives.
class Collection::WriteBatch {
 public:
  explicit WriteBatch(const Collection& collection) : collection_(collection) {}

  /// The slot of a point, alive or not; a new one for an id that never was.
  Slot slot_for(const PointId& id) {
    const auto known = collection_.slots_.find(id);
    if (known != collection_.slots_.end()) return known->second;
    const auto [added, is_new] = added_.try_emplace(id, collection_.points_.size() + added_.size());
    if (is_new) change(added->second, id);
    return added->second;
  }
  /// The change of a slot that is known or was given out here; empty at first.
  PointChange& change(Slot slot) { return change(slot, id_of(slot)); }
  /// The payload a step finds, to be changed.
  Payload& payload(Slot slot) {
    PointChange& changed = change(slot);
    if (!changed.payload) {
      changed.payload =
          slot < collection_.points_.size() ? collection_.points_[slot].payload : Payload();
    }
    return *changed.payload;
  }
  void erase(Slot slot) {
    PointChange& changed = change(slot);
    changed.alive = false;
    changed.payload.emplace();
    changed.vectors.clear();
  }
  /// Sets or takes away a vector.
  static void set(PointChange& changed, std::string_view name,
                  std::optional<std::span<const std::byte>> row) {
    const auto before = std::ranges::find(changed.vectors, name, &VectorChange::name);
    if (before != changed.vectors.end()) {
      before->row = row;
    } else {
      changed.vectors.push_back({name, row});
    }
  }

  std::vector<PointChange>& changes() { return changes_; }

 private:
  PointChange& change(Slot slot, const PointId& id) {
    const auto [at, is_new] = index_.try_emplace(slot, changes_.size());
    if (is_new) changes_.push_back({.slot = slot, .id = id});
    return changes_[at->second];
  }
  const PointId& id_of(Slot slot) const {
    return slot < collection_.points_.size() ? collection_.points_[slot].id
                                             : changes_[index_.at(slot)].id;
  }

  const Collection& collection_;
  std::vector<PointChange> changes_;
  std::unordered_map<Slot, std::size_t> index_;  // of a slot in changes_
  std::unordered_map<PointId, Slot> added_;      // ids that were never seen before
};

void Collection::load() {
  journal_->load({
      .point =
          [&](Slot slot, PointId id, bool alive, Payload&& payload) {
            PointChange point{.slot = slot, .id = id, .alive = alive};
            point.payload = std::move(payload);
            apply(point);
          },
      .vector =
          [&](std::string_view name, Slot slot, std::span<const std::byte> row) {
            DenseColumn& column = columns_.find(name)->second;
            if (row.size() != column.params().size * sizeof(float)) return false;
            column.set_bytes(slot, row);
            return true;
          },
  });
}

void Collection::write(WriteBatch& batch) {
  if (batch.changes().empty()) return;
  if (journal_ != nullptr) journal_->commit(batch.changes());
  const auto lock = mutex_.lock_for_writing();
  for (PointChange& change : batch.changes()) apply(change);
}

// Swaps the payloads, so that the old ones are freed after the lock.
void Collection::apply(PointChange& change) {
  if (change.slot == points_.size()) {
    points_.push_back({.id = change.id});
    slots_.emplace(change.id, change.slot);
  }
  StoredPoint& stored = points_[change.slot];
  if (stored.alive && !change.alive) {
    --alive_count_;
    for (auto& [name, column] : columns_) column.clear(change.slot);
  }
  if (!stored.alive && change.alive) ++alive_count_;
  stored.alive = change.alive;
  if (change.payload) stored.payload.swap(*change.payload);
  for (const VectorChange& vector : change.vectors) {
    DenseColumn& column = columns_.find(vector.name)->second;
    if (vector.row) {
      column.set_bytes(change.slot, *vector.row);
    } else {
      column.clear(change.slot);
    }
  }
}

void Collection::upsert(std::span<const PointView> points) {
  if (points.empty()) refuse("Empty update request");
  for (const PointView& point : points) {
    for (const NamedVector& vector : point.vectors) check_vector(vector);
  }
  PreparedRows rows(points);
  const std::scoped_lock turn(writer_);
  WriteBatch batch(*this);
  for (const PointView& point : points) {
    PointChange& change = batch.change(batch.slot_for(point.id));
    change.alive = true;
    change.payload = point.payload != nullptr ? *point.payload : Payload();
    for (VectorChange& vector : change.vectors) vector.row = {};
    for (const auto& [name, column] : columns_) {
      if (column.has(change.slot)) WriteBatch::set(change, name, {});
    }
    for (const NamedVector& vector : point.vectors) {
      const auto& [name, column] = *columns_.find(vector.name);
      WriteBatch::set(change, name, rows.add(vector.values, column.params().distance));
    }
  }
  write(batch);
}

void Collection::update_vectors(std::span<const PointView> points) {
  if (points.empty()) refuse("must specify points to update");
  for (const PointView& point : points) {
    for (const NamedVector& vector : point.vectors) check_vector(vector);
  }
  PreparedRows rows(points);
  std::optional<PointId> missing;
  const std::scoped_lock turn(writer_);
  WriteBatch batch(*this);
  for (const PointView& point : points) {
    const auto slot = find_alive(point.id);
    if (!slot) {
      if (!missing) missing = point.id;
      continue;
    }
    PointChange& change = batch.change(*slot);
    for (const NamedVector& vector : point.vectors) {
      const auto& [name, column] = *columns_.find(vector.name);
      WriteBatch::set(change, name, rows.add(vector.values, column.params().distance));
    }
  }
  write(batch);
  if (missing) refuse_missing(*missing);
}

void Collection::delete_vectors(std::span<const std::string> names, const PointsSelector& points) {
  if (names.empty()) refuse("must specify vector names to delete");
  for (const std::string& name : names) check_vector_name(name);
  change_slots(points, [&](WriteBatch& batch, Slot slot) {
    for (const std::string& name : names) {
      const auto& [known, column] = *columns_.find(name);
      if (column.has(slot)) WriteBatch::set(batch.change(slot), known, {});
    }
  });
}

void Collection::erase(const PointsSelector& points) {
  const auto* ids = std::get_if<std::vector<PointId>>(&points);
  if (ids == nullptr) return change_slots(points, &WriteBatch::erase);
  if (ids->empty()) refuse("Empty update request");
  const std::scoped_lock turn(writer_);
  WriteBatch batch(*this);
  for (const PointId& id : *ids) {
    if (const auto slot = find_alive(id)) batch.erase(*slot);
  }
  write(batch);
}

void Collection::change_slots(const PointsSelector& points,
                              const std::function<void(WriteBatch&, Slot)>& change) {
  const auto* ids = std::get_if<std::vector<PointId>>(&points);
  const Predicate holds = ids == nullptr ? compile(std::get<Filter>(points)) : Predicate();
  std::optional<PointId> missing;
  const std::scoped_lock turn(writer_);
  WriteBatch batch(*this);
  if (ids == nullptr) {
    const auto selected = matching(holds);
    for (Slot slot = 0; slot < selected.size(); ++slot) {
      if (selected[slot] != 0) change(batch, slot);
    }
  } else {
    for (const PointId& id : *ids) {
      if (const auto slot = find_alive(id)) {
        change(batch, *slot);
      } else if (!missing) {
        missing = id;
      }
    }
  }
  write(batch);
  if (missing) refuse_missing(*missing);
}

void Collection::change_payloads(const PointsSelector& points,
                                 const std::function<void(Payload&)>& change) {
  change_slots(points, [&](WriteBatch& batch, Slot slot) { change(batch.payload(slot)); });
}

void Collection::set_payload(const Payload& payload, const PointsSelector& points,
                             const std::optional<std::string>& key) {
  if (!key) return change_payloads(points, [&](Payload& changed) { merge(changed, payload); });
  const KeyPath path = path_of(*key);
  change_payloads(points, [&](Payload& changed) { merge_at(changed, path, payload); });
}

void Collection::overwrite_payload(const Payload& payload, const PointsSelector& points) {
  change_slots(points, [&](WriteBatch& batch, Slot slot) { batch.change(slot).payload = payload; });
}

void Collection::delete_payload(std::span<const std::string> keys, const PointsSelector& points) {
  std::vector<KeyPath> paths;
  for (const std::string& key : keys) paths.push_back(path_of(key));
  change_payloads(points, [&](Payload& changed) {
    for (const KeyPath& path : paths) remove_at(changed, path);
  });
}

void Collection::clear_payload(const PointsSelector& points) {
  change_slots(points, [](WriteBatch& batch, Slot slot) { batch.change(slot).payload.emplace(); });
}

}  // namespace assay::store
