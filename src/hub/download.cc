// SPDX-License-Identifier: Apache-2.0
#include "hub/download.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <random>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "assay/error.h"
#include "base/checksum.h"
#include "base/file.h"
#include "base/http_client.h"
#include "base/log.h"
#include "hub/progress.h"

namespace assay::hub {
namespace {

using nlohmann::json;
using std::filesystem::path;

constexpr std::uint64_t kLargestFile = std::uint64_t{1} << 40;
constexpr std::size_t kLargestListing = std::size_t{64} << 20;

struct RemoteFile {
  std::string name;
  std::string etag;  // SHA-256 when `large`, else git blob SHA-1
  bool large = false;
  std::uint64_t size = 0;
};

struct Listing {
  std::string commit;
  std::vector<RemoteFile> files;
};

Error failed(ErrorCode code, const Repository& repository, const std::string& fault) {
  return {code, fmt::format("hub: {}: {}", repository.name, fault)};
}

// What a status other than 200 and 206 means to the user.
Error refused(const Repository& repository, const std::string& what, const HttpResponse& response,
              bool had_token) {
  switch (response.status) {
    case 401:
    case 403:
      return failed(ErrorCode::kPermission, repository,
                    fmt::format("{}: the hub answered {}: the repository does not exist, is "
                                "private, or its terms must be accepted "
                                "first. {}",
                                what, response.status,
                                had_token ? "The token in HF_TOKEN was sent; does it have access?"
                                          : "Set HF_TOKEN to an access token if you have access."));
    case 404:
      return failed(ErrorCode::kNotFound, repository,
                    fmt::format("{}: the hub answered 404. Is the name spelled right, and does "
                                "revision \"{}\" exist?",
                                what, repository.revision));
    default:
      return failed(ErrorCode::kNetwork, repository,
                    fmt::format("{}: the hub answered {}", what, response.status));
  }
}

bool worth_another_try(long status) { return status == 408 || status == 429 || status >= 500; }

// Waits between tries.
class Backoff {
 public:
  explicit Backoff(const RetryPolicy& policy) : policy_(policy), random_(std::random_device()()) {}

  /// False when the tries are used up; else waits. `response` may carry Retry-After.
  bool wait(const HttpResponse* response) {
    if (++failures_ >= policy_.attempts) return false;
    auto pause =
        std::min(policy_.first_wait * (1 << std::min(failures_ - 1, 16)), policy_.longest_wait);
    // Half of it at random, so that many clients do not come back at once.
    pause = pause / 2 + pause * std::uniform_int_distribution<int>(0, 100)(random_) / 200;
    if (response != nullptr) {
      if (const auto after = response->headers.find("retry-after");
          after != response->headers.end()) {
        const long seconds = std::atol(after->second.c_str());
        if (seconds > 0)
          pause = std::min(std::chrono::milliseconds(seconds * 1000L), policy_.longest_wait);
      }
    }
    std::this_thread::sleep_for(pause);
    return true;
  }
  void made_progress() { failures_ = 0; }

 private:
  const RetryPolicy& policy_;
  std::mt19937 random_;
  int failures_ = 0;
};

long seconds_of(const char* variable, long fallback) {
  const char* value = std::getenv(variable);
  const long seconds = value == nullptr ? 0 : std::atol(value);
  return seconds > 0 ? seconds : fallback;
}

HttpRequest request_for(const Settings& settings, const std::string& url) {
  return {.url = url,
          .bearer_token = settings.token,
          .connect_timeout_ms = 1000 * seconds_of("HF_HUB_ETAG_TIMEOUT", 5),
          .stall_timeout_s = seconds_of("HF_HUB_DOWNLOAD_TIMEOUT", 10)};
}

std::string unreachable(const Settings& settings, const std::string& reason) {
  return fmt::format(
      "the hub at {} did not answer: {}. Check the network, or work with what is in the cache by "
      "--offline",
      settings.endpoint, reason);
}

// Every sibling is checked before its name goes anywhere near the file system.
bool is_safe_name(const std::string& name) {
  if (name.empty() || name.size() > 255 || name.front() == '/' ||
      name.find('\\') != std::string::npos || name.find('\0') != std::string::npos) {
    return false;
  }
  for (const auto& part : path(name)) {
    if (part == ".." || part == ".") return false;
  }
  return true;
}

Listing parse_listing(const Repository& repository, const std::string& body) {
  const auto broken = [&](std::string_view fault) {
    return failed(ErrorCode::kNetwork, repository,
                  fmt::format("the hub's list of files is not understood: {}", fault));
  };
  const json root = json::parse(body, nullptr, false);
  if (!root.is_object()) throw broken("expected a JSON object");
  Listing listing;
  static const std::regex commit_form("[0-9a-f]{40}");
  if (!root.contains("sha") || !root["sha"].is_string()) throw broken("\"sha\" is missing");
  listing.commit = root["sha"].get<std::string>();
  if (!std::regex_match(listing.commit, commit_form)) throw broken("\"sha\" is no commit");
  if (!root.contains("siblings") || !root["siblings"].is_array())
    throw broken("\"siblings\" is missing");
  static const std::regex etag_form("[0-9a-f]{40}|[0-9a-f]{64}");
  for (const json& sibling : root["siblings"]) {
    if (!sibling.is_object() || !sibling.contains("rfilename") || !sibling["rfilename"].is_string())
      throw broken("a file without a name");
    RemoteFile file;
    file.name = sibling["rfilename"].get<std::string>();
    const bool large = sibling.contains("lfs") && sibling["lfs"].is_object();
    const json& details = large ? sibling["lfs"] : sibling;
    file.large = large;
    const char* key = large ? "sha256" : "blobId";
    file.etag =
        details.contains(key) && details[key].is_string() ? details[key].get<std::string>() : "";
    file.size = details.contains("size") && details["size"].is_number_unsigned()
                    ? details["size"].get<std::uint64_t>()
                    : kLargestFile + 1;
    if (!is_safe_name(file.name)) throw broken(fmt::format("\"{}\" is no file name", file.name));
    listing.files.push_back(std::move(file));
  }
  return listing;
}

Listing fetch_listing(const Repository& repository, const Settings& settings,
                      const RetryPolicy& policy) {
  const std::string url = fmt::format("{}/api/models/{}/revision/{}?blobs=true", settings.endpoint,
                                      repository.name, repository.revision);
  Backoff backoff(policy);
  for (;;) {
    std::string body;
    auto result =
        http_get(request_for(settings, url), [&](const HttpResponse&, std::span<const char> bytes) {
          if (body.size() + bytes.size() > kLargestListing)
            throw failed(ErrorCode::kNetwork, repository, "the hub's list of files is too long");
          body.append(bytes.begin(), bytes.end());
        });
    // An unreachable hub is reported at once: the user waits for an answer, not for a hope.
    if (!result.ok())
      throw failed(ErrorCode::kNetwork, repository,
                   unreachable(settings, result.failure().message));
    const HttpResponse& response = result.value();
    if (response.status == 200) return parse_listing(repository, body);
    if (!worth_another_try(response.status) || !backoff.wait(&response)) {
      throw refused(repository, "list of files", response, !settings.token.empty());
    }
  }
}

// The files of a listing that a model needs.
std::vector<RemoteFile> choose(const Repository& repository, const Listing& listing) {
  static const std::regex wanted(
      "config\\.json|tokenizer\\.json|tokenizer_config\\.json|special_tokens_map\\.json|vocab\\."
      "txt|vocab\\.json|merges\\.txt|"
      "sentencepiece\\.bpe\\.model|modules\\.json|sentence_bert_config\\.json|config_sentence_"
      "transformers\\.json|"
      "[0-9]+_[A-Za-z]+/(config\\.json|model\\.safetensors)");
  static const std::regex shard(
      "model-[0-9]+-of-[0-9]+\\.safetensors|model\\.safetensors\\.index\\.json");
  const auto has = [&](std::string_view name) {
    return std::any_of(listing.files.begin(), listing.files.end(),
                       [&](const RemoteFile& file) { return file.name == name; });
  };
  const bool single = has("model.safetensors");
  if (!single && !has("model.safetensors.index.json")) {
    throw failed(ErrorCode::kUnsupported, repository,
                 "the repository has no model.safetensors; weights in other formats (ONNX, "
                 "PyTorch) are not read");
  }
  std::vector<RemoteFile> files;
  for (const RemoteFile& file : listing.files) {
    const bool weights =
        single ? file.name == "model.safetensors" : std::regex_match(file.name, shard);
    if (!weights && !std::regex_match(file.name, wanted)) continue;
    static const std::regex etag_form("[0-9a-f]+");
    if (file.etag.size() != (file.large ? 64u : 40u) || !std::regex_match(file.etag, etag_form) ||
        file.size > kLargestFile) {
      throw failed(ErrorCode::kNetwork, repository,
                   fmt::format("the hub names no checksum or size for {}", file.name));
    }
    files.push_back(file);
  }
  return files;
}

[[noreturn]] void throw_io(int code, std::string_view verb, const path& file) {
  const bool full = code == ENOSPC || code == EDQUOT || code == EFBIG;
  throw Error(
      ErrorCode::kIo,
      fmt::format(
          "hub: cannot {} {}: {}.{}", verb, file.string(), system_message(code),
          full ? " Free some space or choose another folder with --cache-dir; what has come so far "
                 "is kept and resumed"
               : " Choose a cache folder you can write to with --cache-dir or ASSAY_CACHE_DIR"));
}

void make_folders(const path& folder) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code) throw_io(code.value(), "create", folder);
}

// Owns a descriptor.
class OpenFile {
 public:
  OpenFile(const path& file, int flags)
      : path_(file), fd_(::open(file.c_str(), flags | O_CLOEXEC, 0644)) {
    if (fd_ < 0) throw_io(errno, "open", file);
  }
  ~OpenFile() { ::close(fd_); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  [[nodiscard]] int fd() const { return fd_; }

  void write(std::span<const char> bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) throw_io(errno, "write", path_);
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
  }
  void truncate(std::uint64_t size) {
    if (::ftruncate(fd_, static_cast<off_t>(size)) != 0 ||
        ::lseek(fd_, static_cast<off_t>(size), SEEK_SET) < 0) {
      throw_io(errno, "write", path_);
    }
  }
  void sync() {
    if (::fsync(fd_) != 0) throw_io(errno, "write", path_);
  }

 private:
  path path_;
  int fd_;
};

// Holds a blob's lock file; a second process waits here.
class Lock {
 public:
  explicit Lock(const path& file) : file_(file, O_RDWR | O_CREAT) {
    if (::flock(file_.fd(), LOCK_EX | LOCK_NB) == 0) return;
    log::info(fmt::format("waiting for another process that fetches {}", file.stem().string()));
    while (::flock(file_.fd(), LOCK_EX) != 0) {
      if (errno != EINTR) throw_io(errno, "lock", file);
    }
  }

 private:
  OpenFile file_;  // closing it unlocks
};

std::string digest_of(const path& file, const RemoteFile& remote) {
  const MappedFile content(file);
  Digest digest = remote.large ? Digest::sha256() : Digest::git_blob(remote.size);
  const auto bytes = content.bytes();
  digest.update({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  return digest.hex();
}

// Fills `incomplete` up to the file's size, however many connections that takes.
void transfer(const Repository& repository, const Settings& settings, const RetryPolicy& policy,
              const std::string& url, const RemoteFile& remote, const path& incomplete,
              Progress& progress) {
  OpenFile out(incomplete, O_WRONLY | O_CREAT);
  std::error_code ignored;
  std::uint64_t have = std::filesystem::file_size(incomplete, ignored);
  if (ignored || have > remote.size) have = 0;
  out.truncate(have);
  progress.at(have);
  Backoff backoff(policy);
  while (have < remote.size) {
    HttpRequest request = request_for(settings, url);
    request.range_begin = have;
    const std::uint64_t before = have;
    bool started = false;
    auto result = http_get(request, [&](const HttpResponse& response, std::span<const char> bytes) {
      if (!started) {
        started = true;
        // 200 answers a range with the whole file: start over.
        if (response.status == 200 && have > 0) out.truncate(have = 0);
      }
      if (bytes.size() > remote.size - have) {
        throw failed(
            ErrorCode::kCorruption, repository,
            fmt::format("{}: more than the {} bytes announced came", remote.name, remote.size));
      }
      out.write(bytes);
      have += bytes.size();
      progress.at(have);
    });
    if (have == remote.size) break;
    if (have > before) backoff.made_progress();
    const HttpResponse* response = result.ok() ? &result.value() : nullptr;
    if (response != nullptr && response->status == 416) {
      out.truncate(have = 0);  // what is there does not belong to this file
    } else if (response != nullptr && response->status != 200 && response->status != 206 &&
               !worth_another_try(response->status)) {
      throw refused(repository, remote.name, *response, !settings.token.empty());
    }
    if (!backoff.wait(response)) {
      if (response != nullptr && response->status >= 400)
        throw refused(repository, remote.name, *response, !settings.token.empty());
      throw failed(ErrorCode::kNetwork, repository,
                   fmt::format("{}: the connection broke at byte {} of {} again and again{}. Run "
                               "the command again to resume",
                               remote.name, have, remote.size,
                               result.ok() ? "" : " (" + result.failure().message + ")"));
    }
  }
  out.sync();
}

void link_into_snapshot(const path& link, const path& blob) {
  make_folders(link.parent_path());
  std::error_code code;
  if (std::filesystem::equivalent(link, blob, code)) return;
  const path temporary = link.string() + fmt::format(".{}.tmp", ::getpid());
  std::filesystem::remove(temporary, code);
  std::filesystem::create_symlink(std::filesystem::relative(blob, link.parent_path()), temporary,
                                  code);
  if (!code) std::filesystem::rename(temporary, link, code);
  if (code) throw_io(code.value(), "link", link);
}

void fetch_file(const Repository& repository, const Settings& settings, const RetryPolicy& policy,
                const std::string& commit, const RemoteFile& remote, const path& folder) {
  const path blob = folder / "blobs" / remote.etag;
  const path incomplete = blob.string() + ".incomplete";
  const path locks = settings.cache / ".locks" / folder.filename();
  make_folders(locks);
  const Lock lock(locks / (remote.etag + ".lock"));
  const auto complete = [&] {
    std::error_code code;
    return std::filesystem::file_size(blob, code) == remote.size && !code;
  };
  if (!complete()) {
    log::info(
        fmt::format("fetching {} of {} ({} bytes)", remote.name, repository.name, remote.size));
    const std::string url =
        fmt::format("{}/{}/resolve/{}/{}", settings.endpoint, repository.name, commit, remote.name);
    Progress progress(remote.name, remote.size, settings.show_progress);
    for (int attempt = 0;; ++attempt) {
      transfer(repository, settings, policy, url, remote, incomplete, progress);
      const std::string digest = digest_of(incomplete, remote);
      if (digest == remote.etag) break;
      std::error_code ignored;
      std::filesystem::remove(incomplete, ignored);
      if (attempt == 1) {
        throw failed(
            ErrorCode::kCorruption, repository,
            fmt::format("{}: expected checksum {}, got {}, twice. Is a proxy changing the file?",
                        remote.name, remote.etag, digest));
      }
    }
    std::error_code code;
    std::filesystem::rename(incomplete, blob, code);
    if (code) throw_io(code.value(), "rename", incomplete);
  }
  link_into_snapshot(folder / "snapshots" / commit / remote.name, blob);
}

}  // namespace

path download(const Repository& repository, const Settings& settings, const RetryPolicy& policy) {
  const Listing listing = fetch_listing(repository, settings, policy);
  const auto files = choose(repository, listing);
  const path folder = folder_of(settings.cache, repository);
  make_folders(folder / "blobs");
  make_folders((folder / "refs" / repository.revision).parent_path());
  for (const RemoteFile& file : files)
    fetch_file(repository, settings, policy, listing.commit, file, folder);
  write_file_atomically(folder / "refs" / repository.revision, listing.commit);
  return folder / "snapshots" / listing.commit;
}

}  // namespace assay::hub
