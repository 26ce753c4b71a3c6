// SPDX-License-Identifier: Apache-2.0
// Folder, catalogue id or repository; then the cache; then the hub.
#include "hub/resolve.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "assay/error.h"
#include "assay/hub.h"
#include "base/log.h"
#include "hub/cache.h"
#include "hub/catalogue.h"
#include "hub/download.h"
#include "hub/repo_id.h"

namespace assay {
namespace hub {
namespace {

namespace fs = std::filesystem;

// "./x", "/x", "../x": meant as a folder whether or not it exists.
bool spelled_as_path(std::string_view id) {
  return id.starts_with('/') || id.starts_with("./") || id.starts_with("../") || id == "." ||
         id == "..";
}

bool is_folder(std::string_view id) {
  std::error_code ignored;
  return fs::is_directory(id, ignored);
}

Error not_a_model(std::string_view id) {
  const auto similar = near_matches(id);
  return {ErrorCode::kNotFound,
          fmt::format("model: \"{}\" is neither in the catalogue, nor a hub repository "
                      "(\"org/name\" or \"org/name@revision\"), nor a folder. {}; assay models "
                      "lists the known ones",
                      id.substr(0, 200),
                      similar.empty() ? "Check the name"
                                      : fmt::format("Similar: {}", fmt::join(similar, ", ")))};
}

// An entry that is computed without files.
bool needs_no_files(std::string_view id) {
  const auto entry = find_entry(id);
  return entry && entry->info.supported && entry->info.source.empty();
}

// Where an id leads: a folder, or a repository and what the catalogue knows of it.
struct Target {
  fs::path folder;
  std::optional<RepoId> repo;
  bool hinted = false;  // pooling and normalisation are known without modules.json
};

// The entry that a hub id stands for, unless a folder has its name.
std::optional<CatalogueEntry> entry_of(std::string_view id) {
  if (spelled_as_path(id) || is_folder(id)) return std::nullopt;
  return find_entry(id.substr(0, id.find('@')));
}

// What a companion's snapshot lacks.
std::vector<std::string> missing_of(const CachedRepo& repo, const std::vector<std::string>& files) {
  const auto commit = repo.cached_commit();
  if (!commit) return files;
  std::vector<std::string> missing;
  for (const std::string& file : files) {
    std::error_code ignored;
    if (!fs::exists(repo.snapshot(*commit) / file, ignored)) missing.push_back(file);
  }
  return missing;
}

Target target_of(std::string_view id) {
  Target target;
  if (spelled_as_path(id) || is_folder(id)) {
    if (!is_folder(id)) {
      throw Error(ErrorCode::kNotFound,
                  fmt::format("model: {}: no such folder; a model folder holds config.json, "
                              "model.safetensors and tokenizer.json",
                              id));
    }
    target.folder = id;
    return target;
  }
  const auto at = id.find('@');
  const auto entry = find_entry(id.substr(0, at));
  if (!entry) {
    target.repo = parse_repo_id(id);
    if (!target.repo) throw not_a_model(id);
    return target;
  }
  if (!entry->info.supported) throw Error(ErrorCode::kUnsupported, refusal(*entry));
  const ModelInfo& info = entry->info;
  if (info.source.empty()) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("model: {} is computed without files, so it has no folder and nothing "
                            "is fetched",
                            info.model));
  }
  target.hinted =
      info.kind != ModelKind::kDense || (info.pooling.has_value() && info.normalize.has_value());
  const std::string revision(at == std::string_view::npos ? info.revision : id.substr(at + 1));
  if (spelled_as_path(info.source) || is_folder(info.source)) {  // of a custom model
    target.folder = info.source;
    if (!is_folder(info.source)) {
      throw Error(ErrorCode::kNotFound,
                  fmt::format("model: {}: its source {} is no folder", info.model, info.source));
    }
    return target;
  }
  target.repo = parse_repo_id(info.source + "@" + revision);
  if (!target.repo) {
    throw Error(ErrorCode::kNotFound,
                fmt::format("model: {}: \"{}\" at revision \"{}\" is no hub repository", info.model,
                            info.source, revision));
  }
  return target;
}

std::string in_words(const RepoId& id) {
  return id.revision == "main" ? id.name : fmt::format("{}@{}", id.name, id.revision);
}

// "x, y of org/name are not in the cache (looked in …)".
std::string missing_in_words(const CachedRepo& repo, const std::optional<std::string>& commit,
                             const SnapshotState& state) {
  return fmt::format("{} of {} {} not in the cache (looked in {})", fmt::join(state.missing, ", "),
                     in_words(repo.id()), state.missing.size() == 1 ? "is" : "are",
                     commit ? repo.snapshot(*commit).string() : repo.looked_in().string());
}

// The error of a model that is not here and may not be fetched.
Error missing_offline(std::string_view id, const std::string& missing, const Settings& settings) {
  return {ErrorCode::kNotFound,
          fmt::format(
              "model: {}: {}, and {} forbids the network. Fetch it where there is one: assay "
              "download {}{}",
              id, missing, settings.offline_reason, id,
              settings.cache_dir_given ? fmt::format(" --cache-dir {}", settings.cache_dir.string())
                                       : "")};
}

}  // namespace

std::optional<fs::path> resolve_companion(std::string_view id, const Settings& settings) {
  const auto entry = entry_of(id);
  if (!entry || entry->companion.empty()) return std::nullopt;
  const CachedRepo repo(settings.cache_dir, *parse_repo_id(entry->companion));
  const auto missing = missing_of(repo, entry->companion_files);
  const auto commit = repo.cached_commit();
  if (missing.empty()) return repo.snapshot(*commit);
  if (settings.offline)
    throw missing_offline(id, missing_in_words(repo, commit, {missing, false}), settings);
  return repo.snapshot(download_files(repo, entry->companion_files, settings));
}

fs::path resolve(std::string_view id, const Settings& settings) {
  (void)resolve_companion(id, settings);
  const Target target = target_of(id);
  if (!target.repo) return target.folder;
  const CachedRepo repo(settings.cache_dir, *target.repo);
  const auto commit = repo.cached_commit();
  const SnapshotState state =
      commit ? repo.state(*commit)
             : SnapshotState{{"config.json", "tokenizer.json", "model.safetensors"}, false};
  const bool usable = commit && state.missing.empty();
  const bool sure = !state.unsure || target.hinted;
  if (usable && !sure && settings.offline) {
    log::warn(
        fmt::format("hub: {} has no modules.json in the cache, which says how it pools; it may "
                    "not have been fetched, and {} forbids the network",
                    in_words(repo.id()), settings.offline_reason));
  }
  if (usable && (sure || settings.offline)) return repo.snapshot(*commit);
  const std::string missing = usable ? "" : missing_in_words(repo, commit, state);
  if (settings.offline) throw missing_offline(id, missing, settings);
  try {
    return repo.snapshot(download_model(repo, settings));
  } catch (const Error& error) {
    // Another program left a snapshot that runs; only a modules.json may be lacking.
    if (!usable && error.code() == ErrorCode::kNetwork) {
      throw Error(ErrorCode::kNetwork, fmt::format("{}; {}", error.what(), missing));
    }
    if (!usable || error.code() == ErrorCode::kCorruption) throw;
    log::warn(fmt::format("{}. Using {}, which has no modules.json", error.what(),
                          repo.snapshot(*commit).string()));
    return repo.snapshot(*commit);
  }
}

std::optional<fs::path> local_folder(std::string_view id) {
  const auto entry = entry_of(id);
  if (entry && !entry->companion.empty()) return std::nullopt;
  const Target target = target_of(id);
  if (target.repo) return std::nullopt;
  return target.folder;
}

void check_cached(std::string_view id, const Settings& settings) {
  const Target target = target_of(id);
  if (!target.repo) return;
  const CachedRepo repo(settings.cache_dir, *target.repo);
  const auto commit = repo.cached_commit();
  if (!commit) return;
  for (const fs::path& blob : repo.damaged(*commit)) {
    const std::string what =
        fmt::format("hub: {}: its bytes are not those of its checksum", blob.string());
    if (settings.offline) {
      throw Error(ErrorCode::kCorruption,
                  fmt::format("{}. Run assay download {} where there is a network", what, id));
    }
    log::warn(what + ": fetching it again");
    std::error_code error;
    if (!fs::remove(blob, error)) {
      throw Error(ErrorCode::kIo,
                  fmt::format("{}, and it cannot be removed: {}", what, error.message()));
    }
  }
}

bool is_complete(std::string_view id, const Settings& settings) {
  if (needs_no_files(id)) return true;
  try {
    const Target target = target_of(id);
    if (!target.repo) return true;
    if (const auto entry = entry_of(id); entry && !entry->companion.empty()) {
      const CachedRepo companion(settings.cache_dir, *parse_repo_id(entry->companion));
      if (!missing_of(companion, entry->companion_files).empty()) return false;
    }
    const CachedRepo repo(settings.cache_dir, *target.repo);
    const auto commit = repo.cached_commit();
    return commit && repo.state(*commit).missing.empty();
  } catch (const Error& error) {
    // An unknown name, an entry that cannot be loaded, a damaged modules.json: nothing usable.
    if (error.code() == ErrorCode::kIo) log::warn(error.what());
    return false;
  }
}

}  // namespace hub

std::filesystem::path cache_directory(const ModelOptions& options) {
  return hub::cache_dir_from(options);
}

bool is_cached(std::string_view id, const ModelOptions& options) {
  hub::Settings settings;
  try {
    settings.cache_dir = hub::cache_dir_from(options);
  } catch (const Error&) {             // HOME is not set
    settings.cache_dir = "/dev/null";  // a cache that holds nothing
  }
  return hub::is_complete(id, settings);
}

void check_cached(std::string_view id, const ModelOptions& options) {
  if (!hub::local_folder(id)) hub::check_cached(id, hub::settings_from(options));
}

std::filesystem::path resolve_model(std::string_view id, const ModelOptions& options) {
  // Neither the environment nor a home matters to a folder.
  if (auto folder = hub::local_folder(id)) return std::move(*folder);
  return hub::resolve(id, hub::settings_from(options));
}

}  // namespace assay
