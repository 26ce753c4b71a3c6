// SPDX-License-Identifier: Apache-2.0
// Files: mapped for reading, read whole, written atomically.
//
// Used by model/, tokenizer/, hub/ and store/. Every failure is Error{kIo} or {kNotFound} naming
// the path and the system's reason.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace assay {

/// A read-only mapping of a whole file. Movable; the bytes stay valid as long as the object lives.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;

  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return {data_, size_}; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// Lets the system drop pages already read; they are read again when touched.
  void forget_pages() const noexcept;

 private:
  std::filesystem::path path_;
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

/// The bytes of a file of at most `limit` bytes; kCorruption when it is larger.
std::string read_file(const std::filesystem::path& path, std::size_t limit = std::size_t{1} << 30);

/// A file that is there whole or, until commit(), as it was: written under a temporary name beside
/// it, which goes away with an object that was not committed. For one thread at a time.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Appends, unbuffered.
  void write(std::span<const std::byte> bytes);
  /// Syncs the file, renames it to its path and syncs the folder; once.
  void commit();

 private:
  std::filesystem::path path_, temporary_;
  int fd_;
  bool committed_ = false;
};

/// Replaces `path` by `bytes`, as AtomicFile does.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

/// Renames a file whose bytes are synced, and syncs the folder of its new name.
void rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);

/// Whether a file or folder is there. Throws kIo for a link that leads nowhere, which is never
/// meant, and where it cannot be told.
bool file_exists(const std::filesystem::path& path);

/// Makes a folder and those above it that are missing, and syncs where they are entered.
void make_folders_durably(const std::filesystem::path& folder);

/// A name beside `path` that no other thread or process uses.
std::filesystem::path temporary_name(const std::filesystem::path& path);

/// Text of errno `code`.
std::string system_message(int code);

}  // namespace assay
