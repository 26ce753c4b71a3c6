// SPDX-License-Identifier: Apache-2.0
// Requests that change a collection: validate, compute the changes, make them durable, apply them.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <unordered_map>
#include <utility>
#include <variant>

#include "assay/error.h"
#include "store/collection.h"
#include "store/collection_projection.h"
#include "store/names.h"
#include "store/payload_edit.h"

namespace assay::store {
namespace {

[[noreturn]] void refuse_missing(const PointId& id) {
  throw Error(ErrorCode::kNotFound,
              fmt::format("Not found: No point with id {} found", id.to_string()));
}

// The vectors of a request as their columns store them, end to end in one buffer.
class PreparedRows {
 public:
  explicit PreparedRows(std::span<const PointView> points) {
    std::size_t total = 0;
    for (const PointView& point : points) {
      for (const NamedVector& vector : point.vectors) total += size_of(vector.vector);
    }
    bytes_.reserve(total);  // rows that are handed out stay where they are
  }
  std::span<const std::byte> add(const Column& column, const VectorView& vector) {
    const std::size_t begin = bytes_.size();
    column.encode(vector, bytes_);
    return std::span(bytes_).subspan(begin);
  }

 private:
  static std::size_t size_of(const VectorView& vector) {
    if (const auto* entries = std::get_if<SparseView>(&vector))
      return entries->indices.size_bytes() + entries->values.size_bytes();
    const auto* rows = std::get_if<MultiView>(&vector);
    return rows != nullptr ? rows->values.size_bytes()
                           : std::get<std::span<const float>>(vector).size_bytes();
  }

  std::vector<std::byte> bytes_;
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
  /// As Collection::find_alive() and matches(), of what earlier steps have left.
  [[nodiscard]] std::optional<Slot> find_alive(const PointId& id) const {
    const auto known = collection_.slots_.find(id);
    const auto added = added_.find(id);
    if (known == collection_.slots_.end())
      return added == added_.end() ? std::nullopt : std::optional(added->second);
    const PointChange* changed = change_or_null(known->second);
    const bool alive =
        changed != nullptr ? changed->alive : collection_.points_[known->second].alive;
    return alive ? std::optional(known->second) : std::nullopt;
  }
  [[nodiscard]] bool matches(Slot slot, const Predicate& holds) const {
    const PointChange* changed = change_or_null(slot);
    if (changed == nullptr) return collection_.matches(slot, holds);
    const std::function<bool(std::string_view)> has_vector = [&](std::string_view name) {
      const auto vector = std::ranges::find(changed->vectors, name, &VectorChange::name);
      if (vector != changed->vectors.end()) return vector->row.has_value();
      const auto column = collection_.columns_.find(name);
      return column != collection_.columns_.end() && column->second.has(slot);
    };
    return holds(
        {.payload = changed->payload ? *changed->payload : collection_.points_[slot].payload,
         .id = &changed->id,
         .has_vector = &has_vector});
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
  [[nodiscard]] const PointChange* change_or_null(Slot slot) const {
    const auto found = index_.find(slot);
    return found == index_.end() ? nullptr : &changes_[found->second];
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
            Column& column = columns_.find(name)->second;
            if (!column.fits(row)) return false;
            column.set_bytes(slot, row);
            return true;
          },
  });
}

void Collection::write(WriteBatch& batch) {
  if (batch.changes().empty()) return;
  struct Reindexed {
    TextIndex& index;
    Slot slot;
    TextIndex::Words words;
  };
  struct Rekeyed {
    PayloadIndex& index;
    Slot slot;
    PayloadIndex::Keys before, now;
  };
  // Read and cut into words before readers have to wait, and before anything is stored.
  std::vector<Reindexed> reindexed;
  std::vector<Rekeyed> rekeyed;
  std::vector<std::pair<PayloadIndex&, PayloadIndex>> remade;
  for (auto& [field, index] : payload_indexes_) {
    if (index.is_outworn()) remade.emplace_back(index, indexed(PayloadIndex(field, index.type())));
  }
  for (const PointChange& change : batch.changes()) {
    if (!change.payload) continue;
    for (auto& [field, index] : text_indexes_)
      reindexed.push_back({index, change.slot, index.words(*change.payload)});
    for (auto& [field, index] : payload_indexes_) {
      auto before = change.slot < points_.size() ? index.keys(points_[change.slot].payload)
                                                 : PayloadIndex::Keys();
      auto now = index.keys(*change.payload);
      if (before != now) rekeyed.push_back({index, change.slot, std::move(before), std::move(now)});
    }
  }
  if (journal_ != nullptr) journal_->commit(batch.changes());
  try {
    const auto lock = mutex_.lock_for_writing();
    for (PointChange& change : batch.changes()) apply(change);
    for (Reindexed& point : reindexed) point.index.set(point.slot, std::move(point.words));
    for (auto& [index, made] : remade) std::swap(index, made);
    for (const Rekeyed& point : rekeyed) point.index.set(point.slot, point.before, point.now);
    wake_indexer();
  } catch (const std::exception& error) {  // no memory
    // Further writes would be of slots that are others on the disk.
    if (journal_ != nullptr) {
      journal_->give_up(fmt::format(
          "store: a write was stored, but could not be carried out in memory: {}", error.what()));
    }
    throw;
  }
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
    Column& column = columns_.find(vector.name)->second;
    if (vector.row) {
      column.set_bytes(change.slot, *vector.row);
    } else {
      column.clear(change.slot);
    }
  }
}

void Collection::reconfigure(CollectionConfig config, const std::function<void()>& change) {
  if (journal_ != nullptr) journal_->reconfigure(config);
  const auto lock = mutex_.lock_for_writing();
  config_ = std::move(config);
  change();
}

bool Collection::update_config(const CollectionUpdate& update) {
  const std::scoped_lock turn(writer_);
  CollectionConfig config = config_;
  for (const std::string& name : update.vectors) {
    if (!config.vectors.by_name.contains(name))
      refuse(fmt::format("Wrong input: Not existing vector name error: {}", name));
  }
  if (update.sparse_vectors) {
    for (const auto& [name, change] : *update.sparse_vectors) {
      const auto params = config.sparse_vectors.find(name);
      if (params == config.sparse_vectors.end())
        refuse(fmt::format("Vector {} does not exist in the collection", name));
      if (change.modifier) params->second.modifier = *change.modifier;
    }
  }
  if (update.metadata) {
    if (config.metadata) {
      merge(*config.metadata, *update.metadata);
    } else {
      config.metadata = update.metadata;
    }
    check_metadata(*config.metadata);
  }
  if (!update.sparse_vectors && !update.metadata) return false;
  reconfigure(std::move(config), [&] {
    for (const auto& [name, params] : config_.sparse_vectors)
      columns_.find(name)->second.set_sparse_params(params);
  });
  return true;
}

void Collection::create_vector(std::string_view name, const VectorNameConfig& params) {
  std::visit([&](const auto& kind) { check_new_vector(name, kind); }, params);
  const std::scoped_lock turn(writer_);
  CollectionConfig config = config_;
  const auto dense = config.vectors.by_name.find(name);
  const auto sparse = config.sparse_vectors.find(name);
  if (const auto* wanted = std::get_if<VectorParams>(&params)) {
    if (sparse != config.sparse_vectors.end())
      refuse(fmt::format("Vector {} already exists as a sparse vector", name));
    if (dense != config.vectors.by_name.end()) {
      const VectorParams& known = dense->second;  // the datatype is not compared
      if (known.size == wanted->size && known.distance == wanted->distance &&
          known.multivector == wanted->multivector)
        return;
      refuse(fmt::format("Vector {} already exists with a different configuration", name));
    }
    config.vectors.by_name.emplace(name, *wanted);
  } else {
    if (dense != config.vectors.by_name.end())
      refuse(fmt::format("Vector {} already exists as a dense vector", name));
    const auto& wanted_sparse = std::get<SparseVectorParams>(params);
    if (sparse != config.sparse_vectors.end()) {
      if (sparse->second.modifier == wanted_sparse.modifier) return;
      refuse(fmt::format("Sparse vector {} already exists with a different configuration", name));
    }
    config.sparse_vectors.emplace(name, wanted_sparse);
  }
  reconfigure(std::move(config), [&] {
    std::visit([&](const auto& kind) { columns_.try_emplace(std::string(name), kind); }, params);
  });
}

void Collection::delete_vector(std::string_view name) {
  const std::scoped_lock turn(writer_);
  CollectionConfig config = config_;
  if (const auto sparse = config.sparse_vectors.find(name); sparse != config.sparse_vectors.end()) {
    config.sparse_vectors.erase(sparse);
  } else if (const auto dense = config.vectors.by_name.find(name);
             dense != config.vectors.by_name.end()) {
    if (name.empty() && config.vectors.by_name.size() == 1) {
      refuse("Cannot delete the unnamed vector when it is the only dense vector in the collection");
    }
    config.vectors.by_name.erase(dense);
  } else {
    return;
  }
  decltype(columns_)::node_type last;  // freed after the lock
  reconfigure(std::move(config), [&] { last = columns_.extract(columns_.find(name)); });
}

void Collection::create_index(std::string_view field, const PayloadIndexParams& params) {
  check_new_index(field, params);
  TextIndex words(field);
  PayloadIndex index(field, params.type);
  const std::scoped_lock turn(writer_);
  CollectionConfig config = config_;
  config.payload_indexes.insert_or_assign(std::string(field), params);
  if (params.scoring) words = indexed(std::move(words));
  index = indexed(std::move(index));
  decltype(text_indexes_)::node_type last_words;  // freed after the lock
  decltype(payload_indexes_)::node_type last;
  reconfigure(std::move(config), [&] {
    if (const auto known = text_indexes_.find(field); known != text_indexes_.end())
      last_words = text_indexes_.extract(known);
    if (const auto known = payload_indexes_.find(field); known != payload_indexes_.end())
      last = payload_indexes_.extract(known);
    if (params.scoring) text_indexes_.emplace(field, std::move(words));
    payload_indexes_.emplace(field, std::move(index));
  });
}

void Collection::delete_index(std::string_view field) {
  const std::scoped_lock turn(writer_);
  CollectionConfig config = config_;
  const auto known = config.payload_indexes.find(field);
  if (known == config.payload_indexes.end()) return;
  config.payload_indexes.erase(known);
  decltype(text_indexes_)::node_type last_words;  // freed after the lock
  decltype(payload_indexes_)::node_type last;
  reconfigure(std::move(config), [&] {
    if (const auto index = text_indexes_.find(field); index != text_indexes_.end())
      last_words = text_indexes_.extract(index);
    if (const auto index = payload_indexes_.find(field); index != payload_indexes_.end())
      last = payload_indexes_.extract(index);
  });
}

void Collection::upsert(std::span<const PointView> points, const UpsertOptions& options) {
  if (points.empty()) refuse("Empty update request");
  const Predicate holds = options.filter ? compile(*options.filter) : Predicate();
  PreparedRows rows(points);
  const std::scoped_lock turn(writer_);
  check_points(points);
  WriteBatch batch(*this);
  for (const PointView& point : points) {
    if (options.mode != UpsertOptions::Mode::kUpsert || holds) {
      const auto slot = batch.find_alive(point.id);
      using Mode = UpsertOptions::Mode;
      if (options.mode == (slot ? Mode::kInsertOnly : Mode::kUpdateOnly)) continue;
      if (slot && holds && !batch.matches(*slot, holds)) continue;
    }
    PointChange& change = batch.change(batch.slot_for(point.id));
    change.alive = true;
    change.payload = point.payload != nullptr ? *point.payload : Payload();
    for (VectorChange& vector : change.vectors) vector.row = {};
    for (const auto& [name, column] : columns_) {
      if (column.has(change.slot)) WriteBatch::set(change, name, {});
    }
    for (const NamedVector& vector : point.vectors) {
      const auto& [name, column] = *columns_.find(vector.name);
      WriteBatch::set(change, name, rows.add(column, vector.vector));
    }
  }
  write(batch);
}

void Collection::update_vectors(std::span<const PointView> points,
                                const std::optional<Filter>& filter) {
  if (points.empty()) refuse("must specify points to update");
  const Predicate holds = filter ? compile(*filter) : Predicate();
  PreparedRows rows(points);
  std::optional<PointId> missing;
  const std::scoped_lock turn(writer_);
  check_points(points);
  WriteBatch batch(*this);
  for (const PointView& point : points) {
    const auto slot = find_alive(point.id);
    if (!slot) {
      if (!missing) missing = point.id;
      continue;
    }
    if (holds && !batch.matches(*slot, holds)) continue;
    PointChange& change = batch.change(*slot);
    for (const NamedVector& vector : point.vectors) {
      const auto& [name, column] = *columns_.find(vector.name);
      WriteBatch::set(change, name, rows.add(column, vector.vector));
    }
  }
  write(batch);
  if (missing) refuse_missing(*missing);
}

void Collection::delete_vectors(std::span<const std::string> names, const PointsSelector& points) {
  if (names.empty()) refuse("must specify vector names to delete");
  for (const std::string& name : names) check_vector_name(name);
  // A vector that is deleted from the collection meanwhile is gone from its points, too.
  change_slots(points, [&](WriteBatch& batch, Slot slot) {
    for (const std::string& name : names) {
      const auto column = columns_.find(name);
      if (column != columns_.end() && column->second.has(slot))
        WriteBatch::set(batch.change(slot), column->first, {});
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
  if (ids != nullptr && ids->empty()) refuse("Empty update request");
  const Predicate holds = ids == nullptr ? compile(std::get<Filter>(points)) : Predicate();
  std::optional<PointId> missing;
  const std::scoped_lock turn(writer_);
  WriteBatch batch(*this);
  if (ids == nullptr) {
    const auto selected = matching(std::get<Filter>(points), holds);
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
