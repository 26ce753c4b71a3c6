// SPDX-License-Identifier: Apache-2.0
// SipHash-2-4 with a zero key (Aumasson and Bernstein 2012), which cuts ids into slices.
#pragma once

#include <cstdint>
#include <span>

#include "assay/point.h"

namespace assay::store {

std::uint64_t sip_hash(std::span<const std::uint8_t> bytes);

/// Of an integer's 8 bytes, lowest first, or a UUID's 16 in the order of its text.
std::uint64_t sip_hash(const PointId& id);

}  // namespace assay::store
