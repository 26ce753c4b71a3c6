// SPDX-License-Identifier: Apache-2.0
// The cache on disk, in the layout of the hub's own client, so that files fetched by other programs
// are found.
//
//   <cache>/models--org--name/refs/<revision>            text: a commit
//   <cache>/models--org--name/snapshots/<commit>/<file>  a link to ../../blobs/<etag> (a copy is
//   read too) <cache>/models--org--name/blobs/<etag>               content; etag = SHA-256 of large
//   files, git blob SHA-1 of others <cache>/.locks/models--org--name/<etag>.lock         held while
//   a blob is written
// Plain functions; nothing here touches the network.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/types.h"

namespace assay::hub {

/// Where files are kept and fetched from.
struct Settings {
  std::filesystem::path cache;
  std::string endpoint;  ///< without a slash at its end
  std::string token;     ///< empty = none
  bool offline = false;
  bool show_progress = true;
};

/// From `options` and the environment: ASSAY_CACHE_DIR, HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME,
/// HF_ENDPOINT, HF_TOKEN, HF_TOKEN_PATH, HF_HUB_OFFLINE.
Settings settings_of(const ModelOptions& options);

/// "org/name", and after an @ a branch, tag or commit.
struct Repository {
  std::string name;
  std::string revision = "main";
};
/// Nothing when `id` is no "org/name[@revision]" of the hub's characters.
std::optional<Repository> parse_repository(std::string_view id);

std::filesystem::path folder_of(const std::filesystem::path& cache, const Repository& repository);

/// The snapshot that the cache has for the revision, complete or not.
std::optional<std::filesystem::path> find_snapshot(const std::filesystem::path& cache,
                                                   const Repository& repository);

/// Names of the files that a model folder needs and lacks; empty = ready to run.
std::vector<std::string> missing_files(const std::filesystem::path& folder);

}  // namespace assay::hub
