// SPDX-License-Identifier: Apache-2.0
// A repository's model files from the hub into the cache: resumed, verified, atomic, once.
//
// Order: what decides what else is needed (modules.json, shard index), small files, weights, and
// last refs/<revision>, so that a model cut short never looks complete. Safe between threads and
// processes: a blob is written under its flock.
#pragma once

#include <string>
#include <vector>

#include "hub/cache.h"
#include "hub/hub_api.h"
#include "hub/settings.h"

namespace assay::hub {

/// Downloads what snapshot of repo.id() lacks; gives its commit. Errors: kPermission, kNotFound,
/// kUnsupported (no safetensors weights), kNetwork, kIo, kCorruption (checksum).
std::string download_model(const CachedRepo& repo, const Settings& settings);

/// Downloads `files` of the repository and nothing else; gives its commit. Errors as above.
std::string download_files(const CachedRepo& repo, const std::vector<std::string>& files,
                           const Settings& settings);

/// Files at the top of a repository that a model is made of, in the order they are fetched, as far
/// as `listing` has them. Errors: kUnsupported when it holds no model that assay reads.
std::vector<std::string> choose_files(const RepoId& id, const Listing& listing);

}  // namespace assay::hub
