// SPDX-License-Identifier: Apache-2.0
// Fetches a model's files from a hub into the cache: resumed, verified, and visible only when
// complete.
//
// One file after another: list of files from the hub's API, each into blobs/<etag>.incomplete under
// a lock, checked against its etag, renamed, linked into the snapshot; refs/<revision> comes last.
// Two processes that want one blob fetch it once.
#pragma once

#include <chrono>
#include <filesystem>

#include "hub/cache.h"

namespace assay::hub {

/// How often and how patiently a failing transfer is tried again.
struct RetryPolicy {
  int attempts = 5;  ///< without progress; a transfer that advanced starts counting anew
  std::chrono::milliseconds first_wait{500};      ///< doubled each time, with jitter
  std::chrono::milliseconds longest_wait{20000};  ///< bounds Retry-After too
};

/// The snapshot folder of `repository` with every file that a model needs.
/// Errors: kNotFound, kPermission, kNetwork, kCorruption (checksum), kIo, kUnsupported (no
/// safetensors), each naming the repository or file and what to do.
std::filesystem::path download(const Repository& repository, const Settings& settings,
                               const RetryPolicy& policy = {});

}  // namespace assay::hub
