// SPDX-License-Identifier: Apache-2.0
// A store in a folder: one SQLite database with all collections. Format: docs/formats/store.md.
//
// Used by client_open.cc. The database is the durable copy only: it is read once, at opening, and
// written by each commit; requests are answered from memory. Thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "store/storage.h"

namespace assay::store {

struct SqliteStoreOptions {
  /// Commits return before they are synced, which is done so often. None: each is synced.
  std::optional<std::chrono::milliseconds> sync_interval = {};
  /// Size of the write-ahead log above which it is moved into the file: the larger, the fewer pages
  /// are written twice, and the longer is opening after a crash.
  std::size_t checkpoint_bytes = std::size_t{16} << 20;
  std::string vfs = {};  ///< SQLite's name of a file layer; "" is its own
};

/// Opens the store in `folder`, which is made when it is not there.
///
/// A write that a crash cut off is dropped, with a warning in the log. Errors: kIo for a folder
/// that cannot be made or written in; kUnavailable when the store is in use; kCorruption for
/// damaged or missing files; kUnsupported for a store of a newer version, a file of another
/// program, a database that is a symbolic link.
std::unique_ptr<Storage> open_sqlite_store(const std::filesystem::path& folder,
                                           const SqliteStoreOptions& options = {});

}  // namespace assay::store
