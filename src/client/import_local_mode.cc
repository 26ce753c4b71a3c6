// SPDX-License-Identifier: Apache-2.0
// Client::import_local_mode(): meta.json and points are read as the requests that made them, and
// made again.
#include <fmt/format.h>

#include <exception>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "assay/error.h"
#include "client/client_impl.h"
#include "store/local_mode.h"
#include "wire/collection_json.h"
#include "wire/json.h"
#include "wire/point_json.h"

namespace assay {
namespace {

constexpr std::size_t kPart = 1000;  // points that are read before they are written

const Value::Object& object_of(const Value& value, const std::string& what) {
  const auto* object = value.get_if<Value::Object>();
  if (object == nullptr)
    throw Error(ErrorCode::kCorruption, fmt::format("import: {}: expected an object", what));
  return *object;
}

const Value::Object& member_of(const Value& meta, std::string_view name) {
  static const Value::Object kNone;
  const Value* member = meta.find(name);
  return member == nullptr || member->is_null()
             ? kNone
             : object_of(*member, fmt::format("meta.json: {}", name));
}

// Errors of `work` say what of the folder they are about; the caller has no part in what is there.
void naming(const std::string& what, const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    const bool by_content = error.code() == ErrorCode::kInvalidArgument;
    throw Error(by_content ? ErrorCode::kCorruption : error.code(),
                fmt::format("import: collection {}: {}", what, error.what()));
  }
}

// What `request` created, and the text indexes that came later.
CollectionConfig config_of(const std::string& name, const Value& request, const Value& meta) {
  Value::Object members = object_of(request, fmt::format("meta.json: collection {}", name));
  members.erase("init_from");  // of old clients; the points are there already
  CollectionConfig config;
  naming(name + " in meta.json",
         [&] { config = wire::read_collection_config(Value(std::move(members))); });
  const auto& indexes = member_of(meta, "text_indexes");
  if (const auto fields = indexes.find(name); fields != indexes.end()) {
    // Local mode notes those that score only.
    for (const auto& [field, params] : object_of(fields->second, "meta.json: text_indexes"))
      config.payload_indexes.emplace(field, PayloadIndexParams{.scoring = true});
  }
  return config;
}

}  // namespace

ImportSummary Client::import_local_mode(const std::filesystem::path& folder) {
  const store::LocalModeFolder source(folder);
  const auto parsed = wire::parse_json(source.meta());
  if (!parsed.ok()) {
    throw Error(
        ErrorCode::kCorruption,
        fmt::format("import: {}: {}", (folder / "meta.json").string(), parsed.failure().message));
  }
  const Value& meta = parsed.value();
  std::map<std::string, CollectionConfig> configs;
  for (const auto& [name, request] : member_of(meta, "collections"))
    configs.emplace(name, config_of(name, request, meta));
  std::vector<AliasOperation> aliases;
  for (const auto& [alias, target] : member_of(meta, "aliases")) {
    const auto* collection = target.get_if<std::string>();
    if (collection == nullptr || !configs.contains(*collection)) {
      throw Error(ErrorCode::kCorruption,
                  fmt::format("import: meta.json: alias {} is of no collection", alias));
    }
    aliases.emplace_back(CreateAlias{.collection = *collection, .alias = alias});
  }
  const auto refuse_taken = [&](const std::string& name) {
    if (!collection_exists(name)) return;
    throw Error(ErrorCode::kAlreadyExists,
                fmt::format("import: {} exists already; nothing was imported", name));
  };
  for (const auto& [name, config] : configs) refuse_taken(name);
  for (const auto& alias : aliases) refuse_taken(std::get<CreateAlias>(alias).alias);

  ImportSummary summary;
  try {
    for (const auto& [name, config] : configs) {
      create_collection(name, config);
      auto& imported = summary.collections.emplace_back(ImportSummary::Collection{name, 0});
      std::vector<PointStruct> part;
      const auto write = [&] {
        if (!part.empty()) naming(name, [&] { upsert(name, part); });
        part.clear();
      };
      source.for_each_point(name, [&](Value point) {
        const Value* id = point.find("id");
        naming(fmt::format("{}, point {}", name, id == nullptr ? "?" : id->to_json()),
               [&] { part.push_back(wire::read_point(point)); });
        if (part.size() == kPart) write();
      });
      write();
      imported.points = count(name);
    }
    if (!aliases.empty()) update_collection_aliases(aliases);
    summary.aliases = aliases.size();
  } catch (...) {
    const auto error = std::current_exception();
    for (const auto& imported : summary.collections) {
      try {
        delete_collection(imported.name);
      } catch (const Error&) {  // the store is broken: the first error says more
      }
    }
    std::rethrow_exception(error);
  }
  return summary;
}

}  // namespace assay
