// SPDX-License-Identifier: Apache-2.0
#include "base/checksum.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <string_view>

#include "assay/error.h"

namespace assay {

struct Digest::Impl {
  explicit Impl(const EVP_MD* kind) : context(EVP_MD_CTX_new()) {
    if (context == nullptr || EVP_DigestInit_ex(context, kind, nullptr) != 1) fail();
  }
  ~Impl() { EVP_MD_CTX_free(context); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  [[noreturn]] static void fail() {
    throw Error(ErrorCode::kInternal, "checksum: the cryptography library refused");
  }

  EVP_MD_CTX* context;
};

Digest::Digest(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

Digest Digest::sha256() { return Digest(std::make_unique<Impl>(EVP_sha256())); }

Digest Digest::git_blob(std::uint64_t size) {
  Digest digest(std::make_unique<Impl>(EVP_sha1()));
  const std::string header = fmt::format("blob {}", size);
  digest.update({header.c_str(), header.size() + 1});  // the final zero byte belongs to it
  return digest;
}

void Digest::update(std::span<const char> bytes) {
  if (EVP_DigestUpdate(impl_->context, bytes.data(), bytes.size()) != 1) Impl::fail();
}

std::string Digest::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned length = 0;
  if (EVP_DigestFinal_ex(impl_->context, digest.data(), &length) != 1) Impl::fail();
  std::string text;
  for (unsigned i = 0; i < length; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

}  // namespace assay
