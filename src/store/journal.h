// SPDX-License-Identifier: Apache-2.0
// The durable side of a collection: what a write changes, row by row, and who keeps it.
//
// Used by collection.cc, which computes the changes of a write, has them committed and applies them
// in memory afterwards; sqlite_store.h implements it for directories, and a collection in memory
// has none. Calls of one journal are externally synchronised (a collection's writer mutex).
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "assay/collection.h"
#include "assay/point.h"
#include "store/dense_column.h"

namespace assay::store {

/// A vector of a point: its row as its column encodes it, or none when the point has it no longer.
struct VectorChange {
  std::string_view name;
  std::optional<std::span<const std::byte>> row;
};

/// A point as a write leaves it. Slots are given out in order, none is left out.
struct PointChange {
  Slot slot = 0;
  PointId id = {};
  bool alive = true;                       ///< false: deleted, and with it all vectors and payload
  std::optional<Payload> payload = {};     ///< none: as before (empty for a point that is new)
  std::vector<VectorChange> vectors = {};  ///< names that are not listed: as before
};

class Journal {
 public:
  /// Rows as they were committed last, for load().
  struct Rows {
    std::function<void(Slot, PointId, bool alive, Payload&&)> point;  ///< every slot, ascending
    /// Then the vectors, name by name, slots ascending. False: these bytes are no row.
    std::function<bool(std::string_view name, Slot, std::span<const std::byte> row)> vector;
  };

  Journal() = default;
  virtual ~Journal() = default;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Hands out everything that is stored. Throws kCorruption naming collection and point.
  virtual void load(const Rows& rows) = 0;
  /// Stores all changes or, when it throws (kIo), none. They are durable as the store's options say
  /// when it returns.
  virtual void commit(std::span<const PointChange> changes) = 0;
  /// What was committed is not what memory holds: nothing more is stored, by any journal of the
  /// store, and later calls throw kIo with this reason.
  virtual void give_up(std::string reason) = 0;
  /// Stores another configuration; vectors of names that it no longer has are dropped.
  virtual void reconfigure(const CollectionConfig& config) = 0;
  /// Where a graph of these vectors may be kept; the file is only read and replaced whole, and may
  /// vanish. nullopt: nowhere, or no longer. Thread-safe.
  [[nodiscard]] virtual std::optional<std::filesystem::path> graph_file(
      std::string_view /*vector*/) const {
    return std::nullopt;
  }
};

}  // namespace assay::store
