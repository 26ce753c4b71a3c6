// SPDX-License-Identifier: Apache-2.0
// What the hub says about a repository: its commit and its files with their checksums.
//
// GET {endpoint}/api/models/{org/name}/revision/{revision}?blobs=true answers
//   {"sha": commit, "siblings": [{"rfilename", "size", "blobId": git SHA-1 of the file or of its
//    LFS pointer, "lfs": {"sha256", "size", "pointerSize"} where stored in LFS}, …], …}
// (wire format as read by huggingface_hub, hf_api.py). GET {endpoint}/{org/name}/resolve/{commit}/
// {file} answers with the content or redirects to it; X-Linked-ETag or ETag hold its digest.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/error.h"
#include "base/http_client.h"
#include "base/result.h"
#include "hub/repo_id.h"
#include "hub/settings.h"

namespace assay::hub {

struct RemoteFile {
  std::string name;
  std::uint64_t size = 0;
  std::string digest;  ///< 64 hex digits: SHA-256; 40: git blob SHA-1; empty: the listing had none
};

struct Listing {
  std::string commit;
  std::vector<RemoteFile> files;

  [[nodiscard]] const RemoteFile* find(std::string_view name) const;
};

/// Reads the answer of the models API. Files whose names are not safe are left out: nobody asks for
/// them. Failures are kNetwork: the peer spoke nonsense.
Result<Listing> parse_listing(std::string_view json);

/// Talks to the hub with retries. Externally synchronised.
class HubApi {
 public:
  explicit HubApi(const Settings& settings) : settings_(settings) {}

  /// Errors: kPermission (401, 403), kNotFound (404), kNetwork.
  Listing list(const RepoId& id);
  /// Size and digest of one file by its headers, for hubs whose listing lacks them. Errors as
  /// above.
  RemoteFile describe(const RepoId& id, const std::string& commit, const std::string& file);

  [[nodiscard]] std::string file_url(const RepoId& id, const std::string& commit,
                                     const std::string& file) const;
  [[nodiscard]] HttpClient& client() noexcept { return client_; }
  [[nodiscard]] const Settings& settings() const noexcept { return settings_; }

  /// Error for an answer that is no success, in words a person can act on. `subject` names what was
  /// asked for.
  [[nodiscard]] Error error_of(const HttpResponse& response, const RepoId& id,
                               const std::string& subject) const;

 private:
  HttpResponse ask(const HttpRequest& request);

  const Settings& settings_;
  HttpClient client_;
};

/// Whether asking again may help: 408, 429, 5xx, a cut or stalled connection.
bool is_transient(const HttpResponse& response);

/// The pause before try number `failures` + 1: the hub's Retry-After, else exponential with jitter.
/// Nothing when the hub asks for a longer pause than we make.
std::optional<std::chrono::milliseconds> pause_before_retry(const Settings& settings, int failures,
                                                            const HttpResponse& response);

}  // namespace assay::hub
