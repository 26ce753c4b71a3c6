// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <system_error>
#include <utility>

#include "assay/error.h"

namespace assay {
namespace {

[[noreturn]] void throw_errno(int code, std::string_view verb, const std::filesystem::path& path) {
  throw Error(code == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
              fmt::format("cannot {} {}: {}", verb, path.string(), system_message(code)));
}

// Opening a FIFO does not wait for somebody who writes: size_of() refuses it.
constexpr int kReading = O_RDONLY | O_NONBLOCK;

// Owns a descriptor.
class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags, std::string_view verb)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {
    if (fd_ < 0) throw_errno(errno, verb, path);
  }
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_;
};

std::size_t size_of(const Descriptor& file, const std::filesystem::path& path) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw_errno(errno, "read", path);
  if (!S_ISREG(status.st_mode)) {
    throw Error(ErrorCode::kIo, fmt::format("cannot read {}: not a regular file", path.string()));
  }
  return static_cast<std::size_t>(status.st_size);
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : ".";
}

void sync_folder(const std::filesystem::path& folder) {
  const Descriptor directory(folder, O_RDONLY | O_DIRECTORY, "open");
  if (::fsync(directory.get()) != 0) throw_errno(errno, "sync", folder);
}

}  // namespace

std::filesystem::path temporary_name(const std::filesystem::path& path) {
  static std::atomic<unsigned> count{0};
  return path.string() + fmt::format(".{}.{}.tmp", ::getpid(), ++count);
}

std::string system_message(int code) { return std::generic_category().message(code); }

MappedFile::MappedFile(const std::filesystem::path& path) : path_(path) {
  const Descriptor file(path, kReading, "open");
  size_ = size_of(file, path);
  if (size_ == 0) return;  // an empty mapping is refused by the system; an empty span is right
  void* address = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (address == MAP_FAILED) throw_errno(errno, "map", path);
  data_ = static_cast<const std::byte*>(address);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : path_(std::move(other.path_)),
      data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

void MappedFile::forget_pages() const noexcept {
  if (data_ != nullptr) ::madvise(const_cast<std::byte*>(data_), size_, MADV_DONTNEED);
}

std::string read_file(const std::filesystem::path& path, std::size_t limit) {
  const Descriptor file(path, kReading, "open");
  const std::size_t size = size_of(file, path);
  if (size > limit) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("{}: expected at most {} bytes, got {}", path.string(), limit, size));
  }
  std::string bytes(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t got = ::read(file.get(), bytes.data() + filled, size - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw_errno(errno, "read", path);
    if (got == 0) break;  // shortened while it was read
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

AtomicFile::AtomicFile(std::filesystem::path path)
    : path_(std::move(path)),
      temporary_(temporary_name(path_)),
      fd_(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
  if (fd_ < 0) throw_errno(errno, "create", temporary_);
}

AtomicFile::~AtomicFile() {
  ::close(fd_);
  if (!committed_) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      throw_errno(errno, "write", temporary_);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void AtomicFile::commit() {
  if (::fsync(fd_) != 0) throw_errno(errno, "write", temporary_);
  rename_durably(temporary_, path_);
  committed_ = true;
}

void write_file_atomically(const std::filesystem::path& path, std::string_view bytes) {
  AtomicFile file(path);
  file.write(std::as_bytes(std::span(bytes)));
  file.commit();
}

void rename_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) throw_errno(errno, "rename to", to);
  sync_folder(folder_of(to));
}

bool file_exists(const std::filesystem::path& path) {
  std::error_code code;
  const auto status = std::filesystem::status(path, code);
  if (std::filesystem::exists(status)) return true;
  if (status.type() != std::filesystem::file_type::not_found)
    throw_errno(code.value(), "read", path);
  if (!std::filesystem::is_symlink(std::filesystem::symlink_status(path, code))) return false;
  throw Error(ErrorCode::kIo,
              fmt::format("cannot read {}: it is a link to {}, which is not there", path.string(),
                          std::filesystem::read_symlink(path, code).string()));
}

void make_folders_durably(const std::filesystem::path& folder) {
  if (folder.empty() || std::filesystem::is_directory(folder)) return;
  const auto path = folder.has_filename() ? folder : folder.parent_path();  // "a/" is "a"
  const std::filesystem::path parent = folder_of(path);
  make_folders_durably(parent);
  if (::mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) throw_errno(errno, "make folder", path);
  sync_folder(parent);
}

}  // namespace assay
