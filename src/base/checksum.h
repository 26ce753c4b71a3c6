// SPDX-License-Identifier: Apache-2.0
// Checksums of streamed bytes: SHA-256 (large files of the hub) and git's blob SHA-1 (its others).
//
// Used by hub/. The arithmetic is OpenSSL's. Externally synchronised.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace assay {

class Checksum {
 public:
  static Checksum sha256();
  /// SHA-1 over "blob <size>\0" and the content, which is what git names a file by.
  static Checksum git_blob(std::uint64_t size);
  ~Checksum();
  Checksum(Checksum&&) noexcept;
  Checksum& operator=(Checksum&&) noexcept;

  void update(std::string_view bytes);
  /// Adds all bytes of a file, read in pieces. Errors: kIo, kNotFound.
  void update_from(const std::filesystem::path& path);
  /// The digest in lower-case hex. Nothing may be added afterwards.
  std::string finish();

 private:
  struct Impl;
  explicit Checksum(const char* algorithm);
  std::unique_ptr<Impl> impl_;
};

}  // namespace assay
