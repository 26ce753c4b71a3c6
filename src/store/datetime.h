// SPDX-License-Identifier: Apache-2.0
// Date-times of payloads and filters.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace assay::store {

/// Microseconds since 1970-01-01 UTC of a text as DatetimeRange describes it (qdrant.md section
/// 9.5); nothing for any other text. Years 1 to 9999; fractions are cut to microseconds.
std::optional<std::int64_t> parse_datetime(std::string_view text);

}  // namespace assay::store
