// SPDX-License-Identifier: Apache-2.0
// Checksum over OpenSSL's EVP interface.
#include "base/checksum.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <vector>

#include "assay/error.h"
#include "base/assert.h"
#include "base/file.h"

namespace assay {

struct Checksum::Impl {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  Impl() = default;
  ~Impl() { EVP_MD_CTX_free(context); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
};

Checksum::Checksum(const char* algorithm) : impl_(std::make_unique<Impl>()) {
  const EVP_MD* method = EVP_get_digestbyname(algorithm);
  if (impl_->context == nullptr || method == nullptr ||
      EVP_DigestInit_ex(impl_->context, method, nullptr) != 1) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("checksum: this OpenSSL does not offer {}", algorithm));
  }
}

Checksum::~Checksum() = default;
Checksum::Checksum(Checksum&&) noexcept = default;
Checksum& Checksum::operator=(Checksum&&) noexcept = default;

Checksum Checksum::sha256() { return Checksum("SHA256"); }

Checksum Checksum::git_blob(std::uint64_t size) {
  Checksum checksum("SHA1");
  const std::string header = fmt::format("blob {}", size);
  checksum.update({header.c_str(), header.size() + 1});  // the closing NUL is part of it
  return checksum;
}

void Checksum::update(std::string_view bytes) {
  ASSAY_ASSERT(EVP_DigestUpdate(impl_->context, bytes.data(), bytes.size()) == 1);
}

void Checksum::update_from(const std::filesystem::path& path) {
  const auto fail = [&path](int code) {
    throw Error(code == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
                fmt::format("cannot read {}: {}", path.string(), system_message(code)));
  };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"),
                                                             &std::fclose);
  if (!file) fail(errno);
  std::vector<char> buffer(std::size_t{1} << 20);
  for (;;) {
    const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get());
    update({buffer.data(), got});
    if (got == buffer.size()) continue;
    if (std::ferror(file.get()) != 0) fail(errno);
    return;
  }
}

std::string Checksum::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  ASSAY_ASSERT(EVP_DigestFinal_ex(impl_->context, digest.data(), &length) == 1);
  std::string hex;
  for (unsigned int i = 0; i < length; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

}  // namespace assay
