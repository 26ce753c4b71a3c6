// SPDX-License-Identifier: Apache-2.0
// MurmurHash3 for 32-bit machines (Austin Appleby, public domain): what turns a term into an index.
#pragma once

#include <cstdint>
#include <string_view>

namespace assay::sparse {

/// MurmurHash3_x86_32 of the bytes, the same on every machine.
std::uint32_t murmur_hash3(std::string_view bytes, std::uint32_t seed = 0);

/// The index FastEmbed gives a term: the absolute value of its hash read as a signed number. Any of
/// 0 to 2^31, both included.
std::uint32_t term_index(std::string_view term);

}  // namespace assay::sparse
