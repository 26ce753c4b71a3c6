// SPDX-License-Identifier: Apache-2.0
// The map from names to collections; its lock is held for look-ups only, never for a request.
#include "store/collections.h"

#include <fmt/format.h>

#include <mutex>
#include <utility>

#include "assay/error.h"
#include "store/names.h"

namespace assay::store {

void Collections::create(std::string_view name, const CollectionConfig& config) {
  check_new_collection_name(name);
  auto collection = std::make_shared<Collection>(config);
  const std::scoped_lock lock(mutex_);
  if (!by_name_.try_emplace(std::string(name), std::move(collection)).second) {
    throw Error(ErrorCode::kAlreadyExists, fmt::format("Collection {} already exists", name));
  }
}

bool Collections::erase(std::string_view name) {
  std::shared_ptr<Collection> last;  // freed after the lock
  const std::scoped_lock lock(mutex_);
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return false;
  last = std::move(found->second);
  by_name_.erase(found);
  return true;
}

std::shared_ptr<Collection> Collections::get(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) {
    throw Error(ErrorCode::kNotFound, fmt::format("Collection {} not found", name));
  }
  return found->second;
}

bool Collections::contains(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  return by_name_.contains(name);
}

std::vector<std::string> Collections::names() const {
  const std::shared_lock lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, collection] : by_name_) names.push_back(name);
  return names;
}

}  // namespace assay::store
