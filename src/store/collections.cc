// SPDX-License-Identifier: Apache-2.0
// The map from names to collections; its lock is held for look-ups only, never for a request.
#include "store/collections.h"

#include <fmt/format.h>

#include <mutex>
#include <utility>
#include <variant>

#include "assay/error.h"
#include "store/names.h"

namespace assay::store {

Collections::Collections(std::unique_ptr<Storage> storage) : storage_(std::move(storage)) {
  if (storage_ == nullptr) return;
  for (auto& [name, config, journal] : storage_->collections())
    by_name_.emplace(name, std::make_shared<Collection>(config, std::move(journal)));
  aliases_ = storage_->aliases();
}

namespace {

[[noreturn]] void refuse_existing(std::string_view what, std::string_view name) {
  throw Error(ErrorCode::kAlreadyExists, fmt::format("{} {} already exists", what, name));
}

[[noreturn]] void refuse_missing(std::string_view name) {
  throw Error(ErrorCode::kNotFound, fmt::format("Collection {} not found", name));
}

}  // namespace

void Collections::create(std::string_view name, const CollectionConfig& config) {
  check_new_collection_name(name);
  check_new_config(config);
  const std::scoped_lock schema(schema_);
  {
    const std::shared_lock lock(mutex_);
    check_open();
    if (by_name_.contains(name)) refuse_existing("Collection", name);
    if (aliases_.contains(name)) refuse_existing("Alias", name);
  }
  std::shared_ptr<Collection> collection;
  if (storage_ == nullptr) {
    collection = std::make_shared<Collection>(config, nullptr);
  } else {
    auto journal = storage_->create(name, config);
    try {
      collection = std::make_shared<Collection>(config, std::move(journal));
    } catch (...) {
      storage_->drop(name);
      throw;
    }
  }
  const std::scoped_lock lock(mutex_);
  by_name_.emplace(name, std::move(collection));
}

bool Collections::erase(std::string_view name) {
  const std::scoped_lock schema(schema_);
  {
    const std::shared_lock lock(mutex_);
    check_open();
    if (!by_name_.contains(name)) return false;
  }
  if (storage_ != nullptr) storage_->drop(name);
  std::shared_ptr<Collection> last;  // freed after the lock
  const std::scoped_lock lock(mutex_);
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return false;  // closed meanwhile
  last = std::move(found->second);
  by_name_.erase(found);
  std::erase_if(aliases_, [&](const auto& alias) { return alias.second == name; });
  return true;
}

void Collections::change_aliases(std::span<const AliasOperation> operations) {
  const std::scoped_lock schema(schema_);
  Aliases changed = aliases();
  const auto require_free = [&](const std::string& alias) {
    if (by_name_.contains(alias)) refuse_existing("Collection", alias);  // schema_ keeps it still
  };
  for (const AliasOperation& operation : operations) {
    if (const auto* create = std::get_if<CreateAlias>(&operation)) {
      if (!by_name_.contains(create->collection)) refuse_missing(create->collection);
      require_free(create->alias);
      changed[create->alias] = create->collection;
    } else if (const auto* erase = std::get_if<DeleteAlias>(&operation)) {
      changed.erase(erase->alias);
    } else {
      const auto& rename = std::get<RenameAlias>(operation);
      require_free(rename.new_alias);
      const auto old = changed.find(rename.old_alias);
      if (old == changed.end()) {
        throw Error(ErrorCode::kNotFound, fmt::format("Alias {} does not exist", rename.old_alias));
      }
      std::string target = std::move(old->second);
      changed.erase(old);
      changed[rename.new_alias] = std::move(target);
    }
  }
  if (storage_ != nullptr) storage_->replace_aliases(changed);
  const std::scoped_lock lock(mutex_);
  aliases_ = std::move(changed);
}

Aliases Collections::aliases() const {
  const std::shared_lock lock(mutex_);
  check_open();
  return aliases_;
}

Collections::ByName::const_iterator Collections::find(std::string_view name) const {
  const auto alias = aliases_.find(name);
  return by_name_.find(alias == aliases_.end() ? name : std::string_view(alias->second));
}

std::shared_ptr<Collection> Collections::get(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  check_open();
  const auto found = find(name);
  if (found == by_name_.end()) refuse_missing(name);
  return found->second;
}

bool Collections::contains(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  check_open();
  return find(name) != by_name_.end();
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
  ByName last;  // freed after the lock
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    last.swap(by_name_);
  }
  // Graphs are saved while the folder is ours.
  for (const auto& [name, collection] : last) collection->end_indexing();
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
