// SPDX-License-Identifier: Apache-2.0
#include "hub/cache.h"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "base/file.h"

namespace assay::hub {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string trimmed(std::string text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
  while (!text.empty() && is_space(text.back())) text.pop_back();
  while (!text.empty() && is_space(text.front())) text.erase(text.begin());
  return text;
}

std::filesystem::path home() {
  const std::string home = variable("HOME");
  return home.empty() ? "." : home;
}

std::filesystem::path hub_home() {
  if (const std::string path = variable("HF_HOME"); !path.empty()) return path;
  if (const std::string path = variable("XDG_CACHE_HOME"); !path.empty()) {
    return std::filesystem::path(path) / "huggingface";
  }
  return home() / ".cache" / "huggingface";
}

bool is_true(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return std::toupper(c); });
  return text == "1" || text == "TRUE" || text == "YES" || text == "ON";
}

std::string token() {
  if (const std::string value = variable("HF_TOKEN"); !value.empty()) return trimmed(value);
  const std::string named = variable("HF_TOKEN_PATH");
  const std::filesystem::path file =
      named.empty() ? hub_home() / "token" : std::filesystem::path(named);
  std::error_code ignored;
  return std::filesystem::is_regular_file(file, ignored) ? trimmed(read_file(file, 4096)) : "";
}

bool is_file(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

bool is_part(std::string_view part) {
  return !part.empty() && part != "." && part != ".." &&
         std::all_of(part.begin(), part.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
         });
}

}  // namespace

Settings settings_of(const ModelOptions& options) {
  Settings settings;
  settings.cache = options.cache_dir;
  if (settings.cache.empty()) settings.cache = variable("ASSAY_CACHE_DIR");
  if (settings.cache.empty()) settings.cache = variable("HF_HUB_CACHE");
  if (settings.cache.empty()) settings.cache = hub_home() / "hub";
  settings.endpoint = variable("HF_ENDPOINT");
  if (settings.endpoint.empty()) settings.endpoint = "https://huggingface.co";
  while (settings.endpoint.ends_with('/')) settings.endpoint.pop_back();
  settings.token = token();
  settings.offline = options.local_files_only || is_true(variable("HF_HUB_OFFLINE"));
  settings.show_progress = options.show_progress;
  return settings;
}

std::optional<Repository> parse_repository(std::string_view id) {
  Repository repository;
  if (const auto at = id.find('@'); at != std::string_view::npos) {
    repository.revision = id.substr(at + 1);
    id = id.substr(0, at);
    // A revision may hold slashes ("refs/pr/1"), never a step upwards.
    std::string_view rest = repository.revision;
    while (true) {
      const auto slash = rest.find('/');
      if (!is_part(rest.substr(0, slash))) return std::nullopt;
      if (slash == std::string_view::npos) break;
      rest.remove_prefix(slash + 1);
    }
  }
  const auto slash = id.find('/');
  if (slash == std::string_view::npos || !is_part(id.substr(0, slash)) ||
      !is_part(id.substr(slash + 1))) {
    return std::nullopt;
  }
  repository.name = id;
  return repository;
}

std::filesystem::path folder_of(const std::filesystem::path& cache, const Repository& repository) {
  std::string name = "models--" + repository.name;
  name.replace(name.find('/'), 1, "--");
  return cache / name;
}

std::optional<std::filesystem::path> find_snapshot(const std::filesystem::path& cache,
                                                   const Repository& repository) {
  const auto folder = folder_of(cache, repository);
  std::string commit = repository.revision;
  if (const auto ref = folder / "refs" / repository.revision; is_file(ref))
    commit = trimmed(read_file(ref, 4096));
  if (!is_part(commit)) return std::nullopt;
  const auto snapshot = folder / "snapshots" / commit;
  std::error_code ignored;
  return std::filesystem::is_directory(snapshot, ignored) ? std::optional(snapshot) : std::nullopt;
}

std::vector<std::string> missing_files(const std::filesystem::path& folder) {
  std::vector<std::string> missing;
  const auto need = [&](const std::string& name) {
    if (!is_file(folder / name)) missing.push_back(name);
  };
  need("config.json");
  if (!is_file(folder / "vocab.txt")) need("tokenizer.json");
  using nlohmann::json;
  if (const auto index = folder / "model.safetensors.index.json";
      !is_file(folder / "model.safetensors") && is_file(index)) {
    const json file = json::parse(read_file(index), nullptr, false);
    std::set<std::string> shards;
    if (file.is_object() && file.contains("weight_map") && file["weight_map"].is_object()) {
      for (const auto& shard : file["weight_map"]) {
        if (shard.is_string()) shards.insert(shard.get<std::string>());
      }
    }
    for (const std::string& shard : shards) need(shard);
  } else {
    need("model.safetensors");
  }
  if (const auto modules = folder / "modules.json"; is_file(modules)) {
    const json list = json::parse(read_file(modules), nullptr, false);
    for (const json& module : list.is_array() ? list : json::array()) {
      const std::string type = module.is_object() ? module.value("type", "") : "";
      const std::string path = module.is_object() ? module.value("path", "") : "";
      if (path.empty() || type.ends_with("Normalize")) continue;
      need(path + "/config.json");
      if (type.ends_with("Dense")) need(path + "/model.safetensors");
    }
  }
  return missing;
}

}  // namespace assay::hub
