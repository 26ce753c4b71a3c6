// SPDX-License-Identifier: Apache-2.0
// A hub on loopback for the tests: the models API, resolve links, and a second server that large
// files are redirected to, as the real one redirects to its CDN. Keeps a record of all requests.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "hub/settings.h"

namespace assay::test {

constexpr const char* kCommit = "0123456789abcdef0123456789abcdef01234567";

/// A request as it arrived.
struct Arrived {
  bool at_cdn = false;
  std::string method;
  std::string path;  ///< decoded, without the query
  std::string range;
  std::string authorization;
  std::string user_agent;
};

/// How the answer to one request differs from the right one.
struct Fault {
  int status = 0;  ///< answer this instead, with `headers` and `body`
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  std::optional<std::size_t> cut_after = {};  ///< close the connection after so many body bytes
  bool ignore_range = false;                  ///< from the start, without a length
  bool damage = false;                        ///< flip the last byte
  bool overlong = false;                      ///< append a byte, without a length
  std::optional<std::string> replace = {};    ///< this content instead
};

class FakeHub {
 public:
  FakeHub();
  ~FakeHub();
  FakeHub(const FakeHub&) = delete;
  FakeHub& operator=(const FakeHub&) = delete;

  [[nodiscard]] std::string endpoint() const;
  /// Adds a file; a large one is listed with SHA-256 and served by the CDN.
  void add(const std::string& name, const std::string& content, bool large = false);
  /// A small BERT embedder: its files, with weights of `weight_bytes` pseudo-random bytes.
  void add_embedder(std::size_t weight_bytes = 100'000);
  void add_reranker(std::size_t weight_bytes = 100'000);
  void remove(const std::string& name);
  [[nodiscard]] std::string content(const std::string& name) const;
  [[nodiscard]] std::string digest(const std::string& name) const;

  /// Asked for a Fault at every request; called from the server's threads, one at a time.
  void on_request(std::function<std::optional<Fault>(const Arrived&)> hook);
  /// The next `count` requests whose path ends with `ending` get `fault`.
  void fail(const std::string& ending, const Fault& fault, int count = 1);
  /// Leaves sizes and checksums out of the listing, as thin mirrors do.
  void thin_listing();
  /// Says this instead of the listing.
  void listing(std::string text);

  [[nodiscard]] std::vector<Arrived> requests() const;
  /// Requests whose path ends with `ending`.
  [[nodiscard]] std::vector<Arrived> requests(const std::string& ending) const;

  std::string repo = "org/tiny";

 private:
  struct Servers;
  struct File {
    std::string content;
    bool large;
  };
  std::optional<Fault> arrived(const Arrived& request);
  std::string listing_text() const;

  std::unique_ptr<Servers> servers_;
  mutable std::mutex mutex_;
  std::map<std::string, File> files_;
  std::vector<Arrived> requests_;
  std::function<std::optional<Fault>(const Arrived&)> hook_;
  bool thin_ = false;
  std::optional<std::string> listing_;
};

/// Settings for `hub` with a cache below `folder`; pauses go to `pauses` instead of being made.
hub::Settings settings_for(const FakeHub& hub, const std::filesystem::path& folder,
                           std::vector<std::chrono::milliseconds>* pauses = nullptr);

/// A port on loopback that refuses connections.
int closed_port();

/// Pseudo-random bytes, the same for the same size.
std::string noise(std::size_t size);

}  // namespace assay::test
