// SPDX-License-Identifier: Apache-2.0
#include "store/sip_hash.h"

#include <array>
#include <bit>

namespace assay::store {
namespace {

struct State {
  std::uint64_t v0 = 0x736f6d6570736575, v1 = 0x646f72616e646f6d;
  std::uint64_t v2 = 0x6c7967656e657261, v3 = 0x7465646279746573;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void add(std::uint64_t block) {
    v3 ^= block;
    round();
    round();
    v0 ^= block;
  }
};

}  // namespace

std::uint64_t sip_hash(std::span<const std::uint8_t> bytes) {
  State state;
  std::uint64_t block = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    block |= std::uint64_t{bytes[i]} << (8 * (i % 8));
    if (i % 8 != 7) continue;
    state.add(block);
    block = 0;
  }
  state.add(block | std::uint64_t{bytes.size() & 0xff} << 56);
  state.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) state.round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

std::uint64_t sip_hash(const PointId& id) {
  if (!id.is_integer()) return sip_hash(id.uuid_bytes());
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(id.integer() >> (8 * i));
  return sip_hash(bytes);
}

}  // namespace assay::store
