// SPDX-License-Identifier: Apache-2.0
// CRC-32C (Castagnoli polynomial, reflected; RFC 3720 appendix B.4) of the rows and headers we
// store. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace assay {

/// The checksum of bytes whose beginning had the checksum `before`: crc32c(ab) equals
/// crc32c(b, crc32c(a)).
[[nodiscard]] std::uint32_t crc32c(std::span<const std::byte> bytes,
                                   std::uint32_t before = 0) noexcept;

}  // namespace assay
