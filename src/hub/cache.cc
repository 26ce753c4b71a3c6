// SPDX-License-Identifier: Apache-2.0
// Layout as in cache.h. Other programs write here at the same time: everything appears by rename.
#include "hub/cache.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>
#include <utility>

#include "assay/error.h"
#include "base/checksum.h"
#include "base/file.h"
#include "base/json_text.h"

namespace assay::hub {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kRefLimit = 1 << 10;
constexpr std::size_t kSmallJsonLimit = std::size_t{1} << 20;
constexpr std::size_t kIndexLimit = std::size_t{64} << 20;

// Any one of these lets the tokenizer be built.
constexpr std::array kTokenizerFiles = {"tokenizer.json", "vocab.txt",
                                        "vocab.json",     "sentencepiece.bpe.model",
                                        "spiece.model",   "tokenizer.model"};

// Follows links; a link to a blob that is gone counts as absent.
bool present(const fs::path& file) {
  std::error_code ignored;
  return fs::is_regular_file(file, ignored);
}

std::string trimmed(const std::string& text) {
  const auto last = text.find_last_not_of(" \t\r\n");
  return last == std::string::npos ? "" : text.substr(0, last + 1);
}

nlohmann::json parse(const fs::path& file, std::size_t limit) {
  auto json = parse_json(read_file(file, limit));
  if (json.is_discarded()) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("hub: {}: not JSON, or nested too deeply", file.string()));
  }
  return json;
}

Error leaves_folder(const fs::path& file, const std::string& name) {
  return {ErrorCode::kCorruption,
          fmt::format("hub: {}: \"{}\" is not a file name below the model's folder", file.string(),
                      name)};
}

// What a link in a snapshot stands for.
fs::path blob_of(const fs::path& link) {
  std::error_code ignored;
  return (link.parent_path() / fs::read_symlink(link, ignored)).lexically_normal();
}

// A cross-encoder has a head of its own, so it needs no modules.json.
bool is_classifier(const fs::path& config_json) {
  const auto json = parse(config_json, kSmallJsonLimit);
  const auto names = json.is_object() ? json.find("architectures") : json.end();
  if (!json.is_object() || names == json.end() || !names->is_array() || names->empty())
    return false;
  return names->front().is_string() &&
         names->front().get_ref<const std::string&>().ends_with("ForSequenceClassification");
}

}  // namespace

std::string advice_for(int code) {
  switch (code) {
    case ENOSPC:
    case EDQUOT:
      return "free some space there, or choose another directory with --cache-dir or "
             "ASSAY_CACHE_DIR; what was downloaded so far is kept and the next try continues it";
    case EFBIG:
      return "the file size limit of this process or file system is too small (see ulimit -f); "
             "what was downloaded so far is kept and the next try continues it";
    case EACCES:
    case EPERM:
    case EROFS:
      return "make the directory writable, or choose another with --cache-dir or ASSAY_CACHE_DIR";
    default:
      return "choose another directory with --cache-dir or ASSAY_CACHE_DIR";
  }
}

namespace {

Error cannot_write(const fs::path& path, int code) {
  return {ErrorCode::kIo, fmt::format("hub: cannot write {}: {}; {}", path.string(),
                                      system_message(code), advice_for(code))};
}

// write_file_atomically() with our advice.
void write_small(const fs::path& path, std::string_view text) {
  make_folder(path.parent_path());
  try {
    write_file_atomically(path, text);
  } catch (const Error& error) {
    throw Error(ErrorCode::kIo, fmt::format("hub: {}; {}", error.what(), advice_for(EIO)));
  }
}

}  // namespace

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw cannot_write(folder, error.value());
}

CachedRepo::CachedRepo(const fs::path& cache_dir, RepoId id) : id_(std::move(id)) {
  std::string name = "models--" + id_.name;
  name.replace(name.find('/'), 1, "--");
  folder_ = cache_dir / name;
  locks_ = cache_dir / ".locks" / name;
}

fs::path CachedRepo::blob(std::string_view digest) const { return folder_ / "blobs" / digest; }
fs::path CachedRepo::lock_file(std::string_view digest) const {
  return locks_ / (std::string(digest) + ".lock");
}
fs::path CachedRepo::snapshot(std::string_view commit) const {
  return folder_ / "snapshots" / commit;
}

fs::path CachedRepo::looked_in() const {
  return is_commit(id_.revision) ? snapshot(id_.revision) : folder_ / "refs" / id_.revision;
}

std::optional<std::string> CachedRepo::cached_commit() const {
  std::error_code ignored;
  if (is_commit(id_.revision)) {
    if (!fs::is_directory(snapshot(id_.revision), ignored)) return std::nullopt;
    return id_.revision;
  }
  const fs::path ref = looked_in();
  if (!present(ref)) return std::nullopt;
  std::string commit = trimmed(read_file(ref, kRefLimit));
  // Another program may name snapshots otherwise than by commit, but never outside snapshots/.
  if (commit.find('/') != std::string::npos || !is_safe_file_name(commit)) return std::nullopt;
  return commit;
}

SnapshotState CachedRepo::state(std::string_view commit) const {
  const fs::path here = snapshot(commit);
  SnapshotState state;
  const auto need = [&](const std::string& file) {
    if (!present(here / file)) state.missing.push_back(file);
    return present(here / file);
  };
  const bool configured = need("config.json");
  if (std::none_of(kTokenizerFiles.begin(), kTokenizerFiles.end(),
                   [&](const char* file) { return present(here / file); })) {
    state.missing.emplace_back("tokenizer.json");
  }
  if (present(here / "modules.json")) {
    for (const std::string& folder : module_folders(here / "modules.json")) {
      if (!need(folder + "/config.json")) continue;
      // A linear module or a norm: its weights are as necessary as its config.
      const auto config = parse(here / folder / "config.json", kSmallJsonLimit);
      if (config.is_object() && (config.contains("in_features") || config.contains("dimension")))
        need(folder + "/model.safetensors");
    }
  } else if (configured && !is_classifier(here / "config.json")) {
    state.unsure = !present(folder_ / ".no_exist" / commit / "modules.json");
  }
  std::error_code ignored;
  for (const char* file : kConfigs) {
    const bool known = std::ranges::find(state.missing, file) != state.missing.end();
    if (!known && fs::is_symlink(here / file, ignored)) need(file);
  }
  if (present(here / "model.safetensors.index.json") && !present(here / "model.safetensors")) {
    for (const std::string& shard : shard_files(here / "model.safetensors.index.json")) need(shard);
  } else {
    need("model.safetensors");
  }
  return state;
}

std::vector<fs::path> CachedRepo::damaged(std::string_view commit) const {
  constexpr std::size_t kSha256 = 64, kSha1 = 40;  // letters
  std::vector<fs::path> blobs;
  std::error_code error;
  for (auto at = fs::recursive_directory_iterator(snapshot(commit), error);
       at != fs::recursive_directory_iterator(); at.increment(error)) {
    if (!at->is_symlink(error)) continue;
    const fs::path blob = blob_of(at->path());
    const std::string digest = blob.filename().string();
    // Other programs may name blobs otherwise.
    const bool is_digest = (digest.size() == kSha256 || digest.size() == kSha1) &&
                           digest.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!is_digest || !present(blob)) continue;
    Checksum checksum =
        digest.size() == kSha256 ? Checksum::sha256() : Checksum::git_blob(fs::file_size(blob));
    checksum.update_from(blob);
    if (checksum.finish() != digest) blobs.push_back(blob);
  }
  return blobs;
}

void CachedRepo::link(std::string_view commit, const std::string& file,
                      std::string_view digest) const {
  const fs::path pointer = snapshot(commit) / file;
  make_folder(pointer.parent_path());
  std::error_code error;
  const fs::path target = fs::relative(blob(digest), pointer.parent_path(), error);
  if (error) throw cannot_write(pointer, error.value());
  if (fs::is_symlink(pointer, error) && fs::read_symlink(pointer, error) == target) return;
  const fs::path temporary = temporary_name(pointer);
  fs::create_symlink(target, temporary, error);
  if (error) {  // a file system without links: a second name, else a copy
    fs::create_hard_link(blob(digest), temporary, error);
    if (error) fs::copy_file(blob(digest), temporary, error);
    if (error) throw cannot_write(pointer, error.value());
  }
  fs::rename(temporary, pointer, error);
  if (error) {
    const int code = error.value();
    fs::remove(temporary, error);
    throw cannot_write(pointer, code);
  }
}

void CachedRepo::note_absent(std::string_view commit, const std::string& file) const {
  const fs::path mark = folder_ / ".no_exist" / commit / file;
  if (!present(mark)) write_small(mark, "");
}

void CachedRepo::point_to(std::string_view commit) const {
  if (is_commit(id_.revision)) return;  // a commit stands for itself
  if (cached_commit() == commit) return;
  write_small(folder_ / "refs" / id_.revision, commit);
}

std::vector<std::string> module_folders(const fs::path& modules_json) {
  const auto json = parse(modules_json, kSmallJsonLimit);
  const auto malformed = [&] {
    return Error(ErrorCode::kCorruption,
                 fmt::format("hub: {}: expected a list of modules with a text \"path\"",
                             modules_json.string()));
  };
  if (!json.is_array()) throw malformed();
  std::vector<std::string> folders;
  for (const auto& module : json) {
    if (!module.is_object() || !module.contains("path") || !module["path"].is_string() ||
        !module.contains("type") || !module["type"].is_string()) {
      throw malformed();
    }
    const auto& path = module["path"].get_ref<const std::string&>();
    if (path.empty()) continue;  // the transformer itself
    if (!is_safe_file_name(path)) throw leaves_folder(modules_json, path);
    if (module["type"].get_ref<const std::string&>().ends_with(".Normalize")) continue;  // no files
    folders.push_back(path);
  }
  return folders;
}

std::vector<std::string> shard_files(const fs::path& index_json) {
  const auto json = parse(index_json, kIndexLimit);
  const auto map = json.is_object() ? json.find("weight_map") : json.end();
  if (!json.is_object() || map == json.end() || !map->is_object() || map->empty()) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("hub: {}: expected an object \"weight_map\"", index_json.string()));
  }
  std::set<std::string> shards;  // in name order, each once
  for (const auto& file : *map) {
    if (!file.is_string()) throw leaves_folder(index_json, file.dump());
    const auto& name = file.get_ref<const std::string&>();
    if (!is_safe_file_name(name)) throw leaves_folder(index_json, name);
    shards.insert(name);
  }
  return {shards.begin(), shards.end()};
}

}  // namespace assay::hub
