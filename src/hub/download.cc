// SPDX-License-Identifier: Apache-2.0
// Blobs are written under their lock, checked, renamed; then links, then the ref.
#include "hub/download.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <set>
#include <system_error>
#include <utility>

#include "assay/error.h"
#include "base/checksum.h"
#include "base/file.h"
#include "base/log.h"
#include "hub/progress.h"

namespace assay::hub {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWeights = "model.safetensors";
constexpr const char* kWeightsIndex = "model.safetensors.index.json";

// What older repositories have in place of tokenizer.json.
constexpr std::array kTokenizerFallbacks = {"vocab.json",        "merges.txt",
                                            "added_tokens.json", "spiece.model",
                                            "tokenizer.model",   "sentencepiece.bpe.model"};

// Of a folder that modules.json names.
constexpr std::array kModuleFiles = {"config.json", kWeights};

Error io_error(const fs::path& path, const char* verb, int code) {
  return {ErrorCode::kIo, fmt::format("hub: cannot {} {}: {}; {}", verb, path.string(),
                                      system_message(code), advice_for(code))};
}

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {
    if (fd_ < 0) throw io_error(path, "write", errno);
  }
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_;
};

const fs::path& in_made_folder(const fs::path& path) {
  make_folder(path.parent_path());
  return path;
}

// Held while a blob is written; the system drops it when the process dies. The file stays, as
// removing it would let two holders in.
class BlobLock {
 public:
  BlobLock(const fs::path& path, const std::string& file, Progress& progress)
      : file_(in_made_folder(path), O_RDWR | O_CREAT) {
    if (::flock(file_.get(), LOCK_EX | LOCK_NB) == 0) return;
    if (errno == EWOULDBLOCK) {
      progress.say(fmt::format("hub: {}: waiting for another process that is downloading it ({})",
                               file, path.string()));
      int result = 0;
      do {
        result = ::flock(file_.get(), LOCK_EX);
      } while (result != 0 && errno == EINTR);
      if (result == 0) return;
    }
    // A file system without locks: the checksum still decides what becomes a blob.
    log::warn(fmt::format("hub: cannot lock {}: {}", path.string(), system_message(errno)));
  }

 private:
  Descriptor file_;
};

// The blob under way. Bytes are appended; what is there survives us.
class Incomplete {
 public:
  explicit Incomplete(fs::path path) : path_(std::move(path)), file_(path_, O_RDWR | O_CREAT) {
    struct stat status {};
    if (::fstat(file_.get(), &status) != 0) throw io_error(path_, "read", errno);
    size_ = static_cast<std::uint64_t>(status.st_size);
  }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] const fs::path& path() const noexcept { return path_; }

  void start_over() {
    if (::ftruncate(file_.get(), 0) != 0) throw io_error(path_, "write", errno);
    size_ = 0;
  }
  void append(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written =
          ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(size_));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) throw io_error(path_, "write", errno);
      size_ += static_cast<std::uint64_t>(written);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void become(const fs::path& blob) {
    // Some file systems tell only here that the disk is full.
    if (::fsync(file_.get()) != 0) throw io_error(path_, "write", errno);
    if (::rename(path_.c_str(), blob.c_str()) != 0) throw io_error(blob, "write", errno);
    const Descriptor folder(blob.parent_path(), O_RDONLY | O_DIRECTORY);
    if (::fsync(folder.get()) != 0) throw io_error(blob.parent_path(), "sync", errno);
  }

 private:
  fs::path path_;
  Descriptor file_;
  std::uint64_t size_ = 0;
};

// First byte of a "Content-Range: bytes 5-9/10" answer.
std::optional<std::uint64_t> content_begin(const HttpResponse& response) {
  const auto range = response.header("Content-Range");
  constexpr std::string_view kUnit = "bytes ";
  if (!range || !range->starts_with(kUnit)) return std::nullopt;
  std::uint64_t begin = 0;
  const char* first = range->data() + kUnit.size();
  const auto number = std::from_chars(first, range->data() + range->size(), begin);
  if (number.ec != std::errc()) return std::nullopt;
  return begin;
}

// Thrown by BodySink, caught by fetch(): the peer sends other bytes than it announced.
struct WrongBody {
  std::string problem;
};

// Puts a body where it belongs: behind what is there for 206, at the start for 200.
class BodySink final : public HttpSink {
 public:
  BodySink(Incomplete& file, std::uint64_t size, Progress& progress)
      : file_(file), size_(size), progress_(progress) {}

  void begin(const HttpResponse& response) override {
    const std::string encoding = response.header("Content-Encoding").value_or("identity");
    if (encoding != "identity")
      throw WrongBody{fmt::format("expected plain bytes, got them in {}", encoding)};
    if (response.status != 206) {
      if (file_.size() > 0) file_.start_over();  // the server ignores ranges
    } else if (content_begin(response) != file_.size()) {
      throw WrongBody{fmt::format("expected bytes from {}, got \"{}\"", file_.size(),
                                  response.header("Content-Range").value_or(""))};
    }
    progress_.at(file_.size());
  }
  void write(std::string_view bytes) override {
    if (bytes.size() > size_ - file_.size())
      throw WrongBody{fmt::format("expected {} bytes, got more", size_)};
    file_.append(bytes);
    progress_.at(file_.size());
  }

 private:
  Incomplete& file_;
  std::uint64_t size_;
  Progress& progress_;
};

class Download {
 public:
  Download(const CachedRepo& repo, const Settings& settings)
      : repo_(repo),
        settings_(settings),
        api_(settings),
        progress_(repo.id().name, settings.show_progress) {}

  std::string run(const std::vector<std::string>& files) {
    list();
    fetch_all(files);
    repo_.point_to(listing_.commit);
    return listing_.commit;
  }

  std::string run() {
    list();
    const std::string& commit = listing_.commit;
    const std::vector<std::string> files = choose_files(repo_.id(), listing_);
    const auto chosen = [&](const char* name) {
      return std::find(files.begin(), files.end(), name) != files.end();
    };
    std::vector<std::string> more;
    if (chosen("modules.json")) {
      fetch_all({"modules.json"});
      const fs::path modules = repo_.snapshot(commit) / "modules.json";
      for (const std::string& folder : module_folders(modules)) add_module(folder, more);
    } else {
      try {
        repo_.note_absent(commit, "modules.json");
      } catch (const Error& error) {
        log::debug(error.what());  // a read-only cache; the next call asks again
      }
    }
    if (chosen(kWeightsIndex)) {
      fetch_all({kWeightsIndex});
      for (std::string& shard : shard_files(repo_.snapshot(commit) / kWeightsIndex))
        more.push_back(std::move(shard));
    }
    // Weights last: their presence tells that the rest is there.
    std::vector<std::string> all;
    for (const std::string& file : files) {
      if (file != kWeights) all.push_back(file);
    }
    all.insert(all.end(), more.begin(), more.end());
    if (chosen(kWeights)) all.emplace_back(kWeights);
    fetch_all(all);
    repo_.point_to(commit);
    return commit;
  }

 private:
  void list() {
    listing_ = api_.list(repo_.id());
    if (!is_commit(repo_.id().revision) || listing_.commit == repo_.id().revision) return;
    throw Error(ErrorCode::kNetwork,
                fmt::format("hub: {}: asked for commit {}, the hub answered with {}",
                            repo_.id().name, repo_.id().revision, listing_.commit));
  }

  void add_module(const std::string& folder, std::vector<std::string>& files) const {
    bool any = false;
    for (const char* name : kModuleFiles) {
      const std::string file = folder + "/" + name;
      if (listing_.find(file) == nullptr) continue;
      files.push_back(file);
      any = true;
    }
    if (any) return;
    throw Error(ErrorCode::kUnsupported,
                fmt::format("hub: {}: modules.json names the folder \"{}\", but the repository has "
                            "no {}/config.json",
                            repo_.id().name, folder, folder));
  }

  // Files are independent of each other here, so all sizes are known before the first byte.
  void fetch_all(const std::vector<std::string>& names) {
    std::vector<RemoteFile> files;
    for (const std::string& name : names) {
      if (!done_.insert(name).second) continue;
      const RemoteFile* listed = listing_.find(name);
      if (listed == nullptr) {
        throw Error(ErrorCode::kNotFound,
                    fmt::format("hub: {}: {} is needed, but commit {} has no such file",
                                repo_.id().name, name, listing_.commit));
      }
      files.push_back(listed->digest.empty() ? api_.describe(repo_.id(), listing_.commit, name)
                                             : *listed);
      progress_.expect(files.back().size);
    }
    for (const RemoteFile& file : files) {
      if (in_snapshot(file)) {
        progress_.found(file.size);
        continue;
      }
      place(file);
      repo_.link(listing_.commit, file.name, file.digest);
    }
  }

  // Put there by us or by another program, as a link or a plain file; then nothing is written, so
  // that a read-only cache serves.
  [[nodiscard]] bool in_snapshot(const RemoteFile& file) const {
    std::error_code error;
    const fs::path path = repo_.snapshot(listing_.commit) / file.name;
    return fs::file_size(path, error) == file.size && !error;
  }

  [[nodiscard]] bool in_place(const RemoteFile& file) const {
    std::error_code error;
    const auto size = fs::file_size(repo_.blob(file.digest), error);
    if (error) return false;
    if (size == file.size) return true;
    log::warn(fmt::format("hub: {} has {} bytes instead of {}: fetching it again",
                          repo_.blob(file.digest).string(), size, file.size));
    return false;
  }

  // Makes sure that the blob of `file` exists.
  void place(const RemoteFile& file) {
    if (in_place(file)) return progress_.found(file.size);
    const BlobLock lock(repo_.lock_file(file.digest), repo_.id().name + "/" + file.name, progress_);
    if (in_place(file)) return progress_.found(file.size);  // by whom we waited for
    const fs::path blob = repo_.blob(file.digest);
    make_folder(blob.parent_path());
    Incomplete incomplete(blob.string() + ".incomplete");
    progress_.start_file(file.name, file.size);
    // A wrong checksum may come from what an earlier try left, so the second try starts from
    // nothing. A second failure is the hub's.
    for (int round = 0;; ++round) {
      const std::string problem = fetch(file, incomplete);
      if (problem.empty()) break;
      incomplete.start_over();
      if (round > 0) {
        throw Error(
            ErrorCode::kCorruption,
            fmt::format("hub: {}/{}: {}; fetched twice from {}. Try later; if it stays, the "
                        "hub or a proxy on the way serves a damaged file",
                        repo_.id().name, file.name, problem, settings_.endpoint));
      }
      log::warn(fmt::format("hub: {}/{}: {}: starting over", repo_.id().name, file.name, problem));
    }
    incomplete.become(blob);
    progress_.finish_file();
  }

  // Brings the whole file and checks it; gives what is wrong with it, or nothing.
  std::string fetch(const RemoteFile& file, Incomplete& incomplete) {
    if (incomplete.size() > file.size) incomplete.start_over();
    progress_.at(incomplete.size());
    try {
      transfer(file, incomplete);
    } catch (const WrongBody& wrong) {
      return wrong.problem;
    }
    Checksum checksum =
        file.digest.size() == 64 ? Checksum::sha256() : Checksum::git_blob(file.size);
    checksum.update_from(incomplete.path());
    const std::string found = checksum.finish();
    if (found == file.digest) return "";
    return fmt::format("checksum: expected {}, got {}", file.digest, found);
  }

  // Appends until the size is reached. Tries that get further do not count against the limit.
  void transfer(const RemoteFile& file, Incomplete& incomplete) {
    HttpRequest request;
    request.url = api_.file_url(repo_.id(), listing_.commit, file.name);
    request.headers = {{"Accept-Encoding", "identity"}};  // the checksum is of the plain bytes
    request.bearer_token = settings_.token;
    request.connect_timeout = settings_.connect_timeout;
    request.stall_timeout = settings_.download_timeout;
    int failures = 0;
    std::uint64_t most = incomplete.size();
    bool unreachable_before = false;
    while (incomplete.size() < file.size) {
      const std::uint64_t before = incomplete.size();
      request.range_begin = before;
      BodySink sink(incomplete, file.size, progress_);
      HttpResponse response = api_.client().send(request, &sink);
      if (response.status == 416 && before > 0) {
        throw WrongBody{fmt::format("the hub has no bytes from {} on", before)};
      }
      if (response.ok()) {
        if (incomplete.size() >= file.size) return;
        response.end = HttpEnd::kInterrupted;  // a body that ends early, without a length
        response.problem =
            fmt::format("the body ended after {} of {} bytes", incomplete.size(), file.size);
      }
      if (incomplete.size() > most) failures = 0;
      most = std::max(most, incomplete.size());
      // The hub answered a moment ago: one more try for the place it points to, and no more, as
      // each may take the whole connect_timeout.
      const bool unreachable = response.end == HttpEnd::kUnreachable;
      const bool again =
          unreachable ? !std::exchange(unreachable_before, true) : is_transient(response);
      const auto pause = ++failures < settings_.attempts && again
                             ? pause_before_retry(settings_, failures, response)
                             : std::nullopt;
      if (!pause) throw api_.error_of(response, repo_.id(), file.name);
      log::info(fmt::format(
          "hub: {}: {}; continuing at byte {} in {} ms", request.url,
          response.end == HttpEnd::kAnswered ? std::to_string(response.status) : response.problem,
          incomplete.size(), pause->count()));
      settings_.sleep(*pause);
    }
  }

  const CachedRepo& repo_;
  const Settings& settings_;
  HubApi api_;
  Progress progress_;
  Listing listing_;
  std::set<std::string> done_;
};

}  // namespace

std::vector<std::string> choose_files(const RepoId& id, const Listing& listing) {
  std::vector<std::string> files;
  const auto take = [&](const char* name) {
    if (listing.find(name) == nullptr) return false;
    files.emplace_back(name);
    return true;
  };
  for (const char* name : kConfigs) take(name);
  if (listing.find("tokenizer.json") == nullptr) {
    for (const char* name : kTokenizerFallbacks) take(name);
  }
  if (listing.find("config.json") == nullptr) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("hub: {}: the repository has no config.json, so it holds no model that "
                            "assay reads",
                            id.name));
  }
  if (take(kWeights) || take(kWeightsIndex)) return files;
  std::vector<std::string> others;
  for (const RemoteFile& file : listing.files) {
    for (const char* ending : {".bin", ".onnx", ".h5", ".msgpack", ".gguf", ".safetensors"}) {
      if (file.name.ends_with(ending) && others.size() < 5) others.push_back(file.name);
    }
  }
  throw Error(
      ErrorCode::kUnsupported,
      fmt::format("hub: {}: the repository has no model.safetensors (found: {}). assay reads "
                  "safetensors weights only; look for a repository that holds them, or "
                  "convert it with transformers' save_pretrained()",
                  id.name,
                  others.empty() ? "no weights" : fmt::format("{}", fmt::join(others, ", "))));
}

std::string download_model(const CachedRepo& repo, const Settings& settings) {
  return Download(repo, settings).run();
}

std::string download_files(const CachedRepo& repo, const std::vector<std::string>& files,
                           const Settings& settings) {
  return Download(repo, settings).run(files);
}

}  // namespace assay::hub
