// SPDX-License-Identifier: Apache-2.0
#include "sparse/murmur_hash.h"

#include <bit>
#include <cstddef>

namespace assay::sparse {
namespace {

std::uint32_t scrambled(std::uint32_t block) {
  return std::rotl(block * 0xcc9e2d51u, 15) * 0x1b873593u;
}

}  // namespace

std::uint32_t murmur_hash3(std::string_view bytes, std::uint32_t seed) {
  const auto byte = [&](std::size_t i) {
    return std::uint32_t{static_cast<unsigned char>(bytes[i])};
  };
  std::uint32_t hash = seed;
  std::size_t i = 0;
  for (; i + 4 <= bytes.size(); i += 4) {
    hash ^= scrambled(byte(i) | byte(i + 1) << 8 | byte(i + 2) << 16 | byte(i + 3) << 24);
    hash = std::rotl(hash, 13) * 5 + 0xe6546b64u;
  }
  std::uint32_t tail = 0;
  for (std::size_t k = bytes.size(); k-- > i;) tail = tail << 8 | byte(k);
  hash ^= scrambled(tail);  // of 0 it is 0
  hash ^= static_cast<std::uint32_t>(bytes.size());
  hash = (hash ^ hash >> 16) * 0x85ebca6bu;
  hash = (hash ^ hash >> 13) * 0xc2b2ae35u;
  return hash ^ hash >> 16;
}

std::uint32_t term_index(std::string_view term) {
  const std::uint32_t hash = murmur_hash3(term);
  return hash >> 31 == 0 ? hash : 0u - hash;
}

}  // namespace assay::sparse
