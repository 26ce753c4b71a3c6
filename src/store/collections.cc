// SPDX-License-Identifier: Apache-2.0
// The map from names to collections; its lock is held for look-ups only, never for a request.
#include "store/collections.h"

#include <fmt/format.h>

#include <mutex>
#include <utility>

#include "assay/error.h"
#include "store/names.h"

namespace assay::store {

Collections::Collections(std::unique_ptr<Storage> storage) : storage_(std::move(storage)) {
  for (auto& [name, config, journal] : storage_->collections())
    by_name_.emplace(name, std::make_shared<Collection>(config, std::move(journal)));
}

void Collections::create(std::string_view name, const CollectionConfig& config) {
  check_new_collection_name(name);
  check_new_config(config);
  const std::scoped_lock schema(schema_);
  if (contains(name)) {
    throw Error(ErrorCode::kAlreadyExists, fmt::format("Collection {} already exists", name));
  }
  auto journal = storage_ != nullptr ? storage_->create(name, config) : nullptr;
  auto collection = std::make_shared<Collection>(config, std::move(journal));
  const std::scoped_lock lock(mutex_);
  by_name_.emplace(name, std::move(collection));
}

bool Collections::erase(std::string_view name) {
  const std::scoped_lock schema(schema_);
  if (!contains(name)) return false;
  if (storage_ != nullptr) storage_->drop(name);
  std::shared_ptr<Collection> last;  // freed after the lock
  const std::scoped_lock lock(mutex_);
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return false;  // closed meanwhile
  last = std::move(found->second);
  by_name_.erase(found);
  return true;
}

std::shared_ptr<Collection> Collections::get(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  check_open();
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) {
    throw Error(ErrorCode::kNotFound, fmt::format("Collection {} not found", name));
  }
  return found->second;
}

bool Collections::contains(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  check_open();
  return by_name_.contains(name);
}

void Collections::check_open() const {
  if (closed_) throw Error(ErrorCode::kUnavailable, "The client is closed. Create a new one");
}

void Collections::flush() {
  {
    const std::shared_lock lock(mutex_);
    check_open();
  }
  if (storage_ != nullptr) storage_->flush();
}

void Collections::close() {
  const std::scoped_lock schema(schema_);
  decltype(by_name_) last;  // freed after the lock
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    last.swap(by_name_);
  }
  if (storage_ != nullptr) storage_->close();
}

std::vector<std::string> Collections::names() const {
  const std::shared_lock lock(mutex_);
  check_open();
  std::vector<std::string> names;
  for (const auto& [name, collection] : by_name_) names.push_back(name);
  return names;
}

}  // namespace assay::store
