// SPDX-License-Identifier: Apache-2.0
// One repository in a cache of the hub's own layout, shared with other programs:
//
//   <cache>/models--org--name/blobs/<digest>               contents, named by SHA-256 or git SHA-1
//                             blobs/<digest>.incomplete    a download under way or cut short
//                             snapshots/<commit>/<file>    -> ../../blobs/<digest>
//                             refs/<revision>              text: the commit
//                             .no_exist/<commit>/<file>    empty: the commit has no such file
//   <cache>/.locks/models--org--name/<digest>.lock         flock while a blob is written
//
// As huggingface_hub writes and reads it. A snapshot's files may be links or plain files. Reading
// never writes, so a read-only cache serves. Plain paths; the functions may be called from many
// threads and processes.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/repo_id.h"

namespace assay::hub {

/// What a model's folder may hold at its top beside weights. Small and read whole; "modules.json"
/// leads, because it decides what else is needed.
inline constexpr std::array kConfigs = {
    "modules.json",
    "config.json",
    "config_sentence_transformers.json",
    "sentence_bert_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.txt",
    "idf.json"};  // inference-free sparse models: weights of query tokens

/// A snapshot, judged from its files alone.
struct SnapshotState {
  std::vector<std::string> missing;  ///< files without which the model cannot run
  /// modules.json may exist at the hub though it is not here: whether token rows are averaged or
  /// the first one is taken hangs on it.
  bool unsure = false;
};

class CachedRepo {
 public:
  CachedRepo(const std::filesystem::path& cache_dir, RepoId id);

  [[nodiscard]] const RepoId& id() const noexcept { return id_; }
  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
  [[nodiscard]] std::filesystem::path blob(std::string_view digest) const;
  [[nodiscard]] std::filesystem::path lock_file(std::string_view digest) const;
  [[nodiscard]] std::filesystem::path snapshot(std::string_view commit) const;

  /// The commit of id().revision, as far as the cache knows it.
  [[nodiscard]] std::optional<std::string> cached_commit() const;
  /// Where cached_commit() looked, for messages.
  [[nodiscard]] std::filesystem::path looked_in() const;

  /// What is missing in snapshot(commit), files that only a link is left of included.
  [[nodiscard]] SnapshotState state(std::string_view commit) const;
  /// Blobs of snapshot(commit) whose bytes are not those of the checksum they are named by; reads
  /// all of them. Errors: kIo.
  [[nodiscard]] std::vector<std::filesystem::path> damaged(std::string_view commit) const;

  /// Makes snapshot(commit)/file stand for the blob, atomically. Errors: kIo.
  void link(std::string_view commit, const std::string& file, std::string_view digest) const;
  /// Notes that `commit` has no `file`. Errors: kIo.
  void note_absent(std::string_view commit, const std::string& file) const;
  /// Makes id().revision stand for `commit`: the last step of a download. Errors: kIo.
  void point_to(std::string_view commit) const;

 private:
  RepoId id_;
  std::filesystem::path folder_;
  std::filesystem::path locks_;
};

/// Folder names below a model folder that its modules.json lists. Errors: kCorruption for a file
/// that is no such list, or for a path that leaves the folder.
std::vector<std::string> module_folders(const std::filesystem::path& modules_json);

/// File names of the shards that a model.safetensors.index.json lists. Errors as above.
std::vector<std::string> shard_files(const std::filesystem::path& index_json);

/// create_directories() with a message that says what to do. Errors: kIo.
void make_folder(const std::filesystem::path& folder);

/// Words after "cannot write": what the person can do about errno `code`.
std::string advice_for(int code);

}  // namespace assay::hub
