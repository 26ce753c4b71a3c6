// SPDX-License-Identifier: Apache-2.0
// The alphabet of byte-level BPE: one printable character for each byte (GPT-2, encoder.py).
#pragma once

#include <array>
#include <cstddef>

namespace assay::tokenizer {

/// Printable bytes of Latin-1 stand for themselves, the others for U+0100 and up in order.
inline constexpr auto kByteCharacters = [] {
  std::array<char32_t, 256> characters{};
  char32_t next = 0x100;
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const bool printable =
        (byte >= '!' && byte <= '~') || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    characters[byte] = printable ? static_cast<char32_t>(byte) : next++;
  }
  return characters;
}();

}  // namespace assay::tokenizer
