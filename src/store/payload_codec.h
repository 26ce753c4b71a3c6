// SPDX-License-Identifier: Apache-2.0
// A payload to and from bytes: CBOR (RFC 8949), which keeps what JSON text would not: NaN,
// infinities, every bit of a float, 64-bit integers.
//
// Used by sqlite_store.cc. Written are definite lengths, shortest integers and 64-bit floats; only
// these are read. Format: docs/formats/store.md.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "assay/types.h"
#include "base/result.h"

namespace assay::store {

/// Appends the bytes of `payload` to `out`. Nested more than 512 levels deep is kInvalidArgument.
void encode_payload(const Payload& payload, std::string& out);

/// kCorruption, with the place of the fault, for bytes that encode_payload() does not write.
Result<Payload> decode_payload(std::span<const std::byte> bytes);

}  // namespace assay::store
