// SPDX-License-Identifier: Apache-2.0
// Reads the environment. Nothing is kept between calls.
#include "hub/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <thread>

#include "assay/error.h"
#include "base/file.h"

namespace assay::hub {
namespace {

constexpr std::size_t kTokenFileLimit = 64 << 10;

// An empty variable counts as unset, as in shells.
std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

std::filesystem::path expand_home(const std::string& path) {
  if (path != "~" && !path.starts_with("~/")) return path;
  const auto home = variable("HOME");
  return home ? std::filesystem::path(*home + path.substr(1)) : std::filesystem::path(path);
}

bool is_true(const std::optional<std::string>& value) {
  if (!value) return false;
  std::string upper = *value;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return upper == "1" || upper == "TRUE" || upper == "YES" || upper == "ON";
}

// The folder of everything the hub's client keeps.
std::filesystem::path hub_home() {
  if (const auto home = variable("HF_HOME")) return expand_home(*home);
  if (const auto cache = variable("XDG_CACHE_HOME")) return expand_home(*cache) / "huggingface";
  if (const auto home = variable("HOME"))
    return std::filesystem::path(*home) / ".cache" / "huggingface";
  throw Error(ErrorCode::kNotFound,
              "hub: no cache directory: HOME is not set; set ASSAY_CACHE_DIR, or pass --cache-dir");
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(kBlank) - first + 1));
}

std::string token() {
  if (const auto value = variable("HF_TOKEN")) return trimmed(*value);
  try {
    const auto named = variable("HF_TOKEN_PATH");
    return trimmed(read_file(named ? expand_home(*named) : hub_home() / "token", kTokenFileLimit));
  } catch (const Error&) {
    return "";  // most people have no such file
  }
}

std::string endpoint(const std::string& standard) {
  const auto value = variable("HF_ENDPOINT");
  if (!value) return standard;
  std::string url = trimmed(*value);
  while (url.ends_with('/')) url.pop_back();
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    throw Error(
        ErrorCode::kInvalidArgument,
        fmt::format("hub: HF_ENDPOINT: expected a URL such as {}, got \"{}\"", standard, *value));
  }
  return url;
}

std::optional<std::chrono::seconds> seconds(const char* name) {
  const auto value = variable(name);
  if (!value) return std::nullopt;
  int count = 0;
  const char* last = value->data() + value->size();
  const auto number = std::from_chars(value->data(), last, count);
  if (number.ec != std::errc() || number.ptr != last || count < 1 || count > 86'400) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("hub: {}: expected seconds from 1 to 86400, got \"{}\"", name, *value));
  }
  return std::chrono::seconds(count);
}

}  // namespace

std::filesystem::path cache_dir_from(const ModelOptions& options) {
  if (!options.cache_dir.empty()) return options.cache_dir;
  for (const char* name : {"ASSAY_CACHE_DIR", "HF_HUB_CACHE"}) {
    if (const auto value = variable(name)) return expand_home(*value);
  }
  return hub_home() / "hub";
}

Settings settings_from(const ModelOptions& options) {
  Settings settings;
  settings.endpoint = endpoint(settings.endpoint);
  settings.token = token();
  if (options.local_files_only) {
    settings.offline = true;
    settings.offline_reason = "--offline";
  } else if (is_true(variable("HF_HUB_OFFLINE"))) {
    settings.offline = true;
    settings.offline_reason = "HF_HUB_OFFLINE";
  }
  settings.cache_dir = cache_dir_from(options);
  settings.cache_dir_given = !options.cache_dir.empty();
  settings.show_progress =
      options.show_progress && !is_true(variable("HF_HUB_DISABLE_PROGRESS_BARS"));
  if (const auto limit = seconds("HF_HUB_ETAG_TIMEOUT")) {
    settings.metadata_timeout = *limit;
    settings.connect_timeout = *limit;
  }
  if (const auto limit = seconds("HF_HUB_DOWNLOAD_TIMEOUT")) settings.download_timeout = *limit;
  settings.sleep = [](std::chrono::milliseconds pause) { std::this_thread::sleep_for(pause); };
  return settings;
}

}  // namespace assay::hub
