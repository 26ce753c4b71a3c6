// SPDX-License-Identifier: Apache-2.0
// The collections of a store by name.
//
// Used by client/. A collection that is deleted while a call works on it lives until that call
// ends. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "store/collection.h"

namespace assay::store {

class Collections {
 public:
  /// Throws kInvalidArgument for a bad name or config, then kAlreadyExists.
  void create(std::string_view name, const CollectionConfig& config);
  /// True when it existed.
  bool erase(std::string_view name);
  /// Throws kNotFound "Collection X not found".
  [[nodiscard]] std::shared_ptr<Collection> get(std::string_view name) const;
  [[nodiscard]] bool contains(std::string_view name) const;
  /// Ascending.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, std::shared_ptr<Collection>, std::less<>> by_name_;  // guarded by mutex_
};

}  // namespace assay::store
