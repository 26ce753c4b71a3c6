// SPDX-License-Identifier: Apache-2.0
// The collections of a store by name.
//
// Used by client/. A collection that is deleted while a call works on it lives until that call
// ends. With a storage every change of the map is durable before it is seen. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/collection.h"
#include "store/storage.h"

namespace assay::store {

class Collections {
 public:
  /// Holds what is stored; without a storage, nothing yet, in memory. Throws kCorruption naming
  /// what is damaged.
  explicit Collections(std::unique_ptr<Storage> storage = {});

  /// Throws kInvalidArgument for a bad name or config, then kAlreadyExists, for an alias too.
  void create(std::string_view name, const CollectionConfig& config);
  /// True when it existed; its aliases go too. An alias is none of it.
  bool erase(std::string_view name);
  /// All or, when it throws, none; see Client.
  void change_aliases(std::span<const AliasOperation> operations);
  [[nodiscard]] Aliases aliases() const;
  /// Throws kNotFound "Collection X not found".
  [[nodiscard]] std::shared_ptr<Collection> get(std::string_view name) const;
  [[nodiscard]] bool contains(std::string_view name) const;
  /// Ascending.
  [[nodiscard]] std::vector<std::string> names() const;

  /// Makes all writes durable.
  void flush();
  /// Lets the collections and the storage go; every later call but this one is kUnavailable.
  void close();

 private:
  using ByName = std::map<std::string, std::shared_ptr<Collection>, std::less<>>;

  void check_open() const;                                                 // mutex_ is held
  [[nodiscard]] ByName::const_iterator find(std::string_view name) const;  // by alias too; likewise

  std::mutex schema_;  // held by the one thread that creates or deletes, before mutex_
  const std::unique_ptr<Storage> storage_;  // null in memory
  mutable std::shared_mutex mutex_;
  // Guarded by mutex_; the first two change under schema_ only.
  ByName by_name_;
  Aliases aliases_;
  bool closed_ = false;
};

}  // namespace assay::store
