// SPDX-License-Identifier: Apache-2.0
// What lies at the end of a write-ahead log of SQLite before SQLite opens it.
//
// Used by sqlite_store.cc. SQLite drops everything after the last whole transaction without a word.
// This tells a write that was cut off, which is dropped rightly and reported, from damage in
// writes that were acknowledged. Format: sqlite.org/fileformat2.html, section 4. A transaction has
// one commit frame, as with all file layers that promise SQLITE_IOCAP_POWERSAFE_OVERWRITE.
#pragma once

#include <cstdint>
#include <filesystem>

namespace assay::store {

struct WalState {
  std::uint64_t valid_bytes = 0;  ///< end of the last whole transaction; 0: there is none
  std::uint64_t tail_bytes = 0;   ///< of this log (not of older ones) after valid_bytes
  /// The tail holds the end of one transaction and something of another: the first one had been
  /// synced before the other began, if every write was synced.
  bool later_writes = false;
};

/// Reads the log of database `file`; a log that is not there is an empty state. Errors: kIo.
WalState inspect_wal(const std::filesystem::path& file);

/// Cuts the tail off.
void drop_wal_tail(const std::filesystem::path& file, const WalState& state);

}  // namespace assay::store
