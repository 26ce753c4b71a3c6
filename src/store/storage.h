// SPDX-License-Identifier: Apache-2.0
// The durable side of a store: which collections it has, each with its journal, and their aliases.
//
// Used by collections.cc; sqlite_store.h implements it. Thread-safe, but one name is created and
// dropped by one thread at a time.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/journal.h"

namespace assay::store {

/// Alias to collection.
using Aliases = std::map<std::string, std::string, std::less<>>;

class Storage {
 public:
  struct StoredCollection {
    std::string name;
    CollectionConfig config;
    std::unique_ptr<Journal> journal;
  };

  Storage() = default;
  virtual ~Storage() = default;
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  /// What was stored when it was opened; to be called once.
  virtual std::vector<StoredCollection> collections() = 0;
  [[nodiscard]] virtual Aliases aliases() const = 0;

  /// Each of these is durable when it returns or has changed nothing when it throws (kIo).
  virtual std::unique_ptr<Journal> create(std::string_view name,
                                          const CollectionConfig& config) = 0;
  /// Drops a collection with all its rows and the aliases that point to it. Its journal, if it is
  /// still in use, stores nothing from then on.
  virtual void drop(std::string_view name) = 0;
  virtual void replace_aliases(const Aliases& aliases) = 0;

  /// Makes every write so far durable, whatever the options say.
  virtual void flush() = 0;
  /// As flush(), then lets the folder go; every later write is kUnavailable. Closing again does
  /// nothing.
  virtual void close() = 0;
};

}  // namespace assay::store
