// SPDX-License-Identifier: Apache-2.0
// SHA-256, and the SHA-1 by which git names a blob; both over a stream of parts.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace assay {

/// A digest under way. Not synchronised.
class Digest {
 public:
  static Digest sha256();
  /// Of a git blob of `size` bytes: SHA-1 over "blob <size>\0" and the content.
  static Digest git_blob(std::uint64_t size);
  ~Digest();
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;

  void update(std::span<const char> bytes);
  /// Lower-case hexadecimal digits. Ends the digest.
  std::string hex();

 private:
  struct Impl;
  explicit Digest(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace assay
