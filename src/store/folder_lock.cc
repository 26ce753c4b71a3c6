// SPDX-License-Identifier: Apache-2.0
#include "store/folder_lock.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <string>
#include <string_view>

#include "assay/error.h"
#include "base/file.h"

namespace assay::store {
namespace {

// What the holder wrote; empty when it has not come to that yet.
std::string holder(int fd) {
  std::array<char, 512> bytes{};
  const ssize_t got = ::pread(fd, bytes.data(), bytes.size(), 0);
  std::string_view text(bytes.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  return std::string(text.substr(0, text.find('\n')));
}

}  // namespace

FolderLock::FolderLock(const std::filesystem::path& folder)
    : fd_(::open((folder / ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
  if (fd_ < 0) {
    throw Error(ErrorCode::kIo,
                fmt::format("store: cannot write in {}: {}. A store needs a folder it may write in",
                            folder.string(), system_message(errno)));
  }
  if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    const int code = errno;
    const std::string by = code == EWOULDBLOCK ? holder(fd_) : "";
    ::close(fd_);
    if (code != EWOULDBLOCK) {
      throw Error(ErrorCode::kIo,
                  fmt::format("store: cannot lock {}: {}", folder.string(), system_message(code)));
    }
    throw Error(
        ErrorCode::kUnavailable,
        fmt::format("Storage folder {} is in use by {}. Close it there, or share it through "
                    "a server",
                    folder.string(), by.empty() ? "another process" : by));
  }
  std::tm utc{};
  const std::time_t now = std::time(nullptr);
  ::gmtime_r(&now, &utc);
  const std::string text = fmt::format("process {} ({}, since {:%Y-%m-%d %H:%M:%S} UTC)\n",
                                       ::getpid(), program_invocation_short_name, utc);
  // Only for the message above: a full disk is no reason not to open.
  if (::ftruncate(fd_, 0) == 0) (void)!::pwrite(fd_, text.data(), text.size(), 0);
}

FolderLock::~FolderLock() {
  (void)::flock(fd_, LOCK_UN);  // a child that was forked still has the file open
  ::close(fd_);
}

}  // namespace assay::store
