// SPDX-License-Identifier: Apache-2.0
// From a model's name to its folder.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <string>

#include "assay/error.h"
#include "assay/hub.h"
#include "hub/cache.h"
#include "hub/download.h"

namespace assay {
namespace {

bool is_folder(std::string_view id) {
  if (id.starts_with("./") || id.starts_with("../") || id.starts_with('/') || id == "." ||
      id == "..")
    return true;
  std::error_code ignored;
  return std::filesystem::is_directory(id, ignored);
}

// Ids whose last part resembles that of `id`, for the message about an unknown one.
std::string similar_to(std::string_view id) {
  const std::string_view wanted = id.substr(id.rfind('/') + 1);
  std::string found;
  for (const ModelKind kind : {ModelKind::kDense, ModelKind::kRerank}) {
    for (const ModelInfo& info : list_supported_models(kind)) {
      if (wanted.size() >= 3 && info.model.find(wanted) != std::string::npos &&
          found.size() < 200) {
        found += (found.empty() ? " Did you mean " : ", ") + info.model;
      }
    }
  }
  return found.empty() ? found : found + "?";
}

hub::Repository repository_of(std::string_view id) {
  if (const auto info = find_model(id)) {
    if (!info->supported) {
      throw Error(
          ErrorCode::kUnsupported,
          fmt::format(
              "model {} is listed but not supported yet: {}. `assay models` shows those that are",
              info->model,
              info->source.empty() ? "no repository with safetensors weights is known"
                                   : fmt::format("its network ({}) or tokenizer is not implemented",
                                                 info->architecture)));
    }
    return {info->source, info->revision};
  }
  if (auto repository = hub::parse_repository(id)) return *repository;
  throw Error(ErrorCode::kNotFound,
              fmt::format("model \"{}\" is no catalogue id, no hub repository (org/name) and no "
                          "folder.{} `assay models` lists the catalogue",
                          id, similar_to(id)));
}

}  // namespace

std::filesystem::path cache_directory(const ModelOptions& options) {
  return hub::settings_of(options).cache;
}

bool is_cached(std::string_view id, const ModelOptions& options) {
  if (is_folder(id)) return hub::missing_files(id).empty();
  const auto info = find_model(id);
  const auto repository = info ? std::optional(hub::Repository{info->source, info->revision})
                               : hub::parse_repository(id);
  if (!repository || repository->name.empty()) return false;
  const auto snapshot = hub::find_snapshot(hub::settings_of(options).cache, *repository);
  return snapshot && hub::missing_files(*snapshot).empty();
}

std::filesystem::path resolve_model(std::string_view id, const ModelOptions& options) {
  if (is_folder(id)) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(id, ignored))
      throw Error(ErrorCode::kNotFound, fmt::format("model folder {} does not exist", id));
    return id;
  }
  const hub::Repository repository = repository_of(id);
  const hub::Settings settings = hub::settings_of(options);
  const auto snapshot = hub::find_snapshot(settings.cache, repository);
  const auto missing =
      snapshot ? hub::missing_files(*snapshot)
               : std::vector<std::string>{"config.json", "model.safetensors", "tokenizer.json"};
  if (snapshot && missing.empty()) return *snapshot;
  if (settings.offline) {
    throw Error(
        ErrorCode::kNotFound,
        fmt::format("offline, and {} of {} not in the cache: looked for {} in {}. With a network, "
                    "fetch it by: assay download {}",
                    missing.size() == 1 ? "a file is" : "files are", repository.name,
                    fmt::join(missing, ", "),
                    (snapshot ? *snapshot : hub::folder_of(settings.cache, repository)).string(),
                    id));
  }
  return hub::download(repository, settings);
}

}  // namespace assay
