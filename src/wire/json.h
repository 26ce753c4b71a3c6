// SPDX-License-Identifier: Apache-2.0
// JSON text as assay::Value, for readers inside the library.
#pragma once

#include <string_view>

#include "assay/types.h"
#include "base/result.h"

namespace assay::wire {

/// One JSON text; the failure names the byte. At most 128 levels deep; a key that appears twice
/// keeps its last value; invalid UTF-8 and lone surrogates are refused.
Result<Value> parse_json(std::string_view text);

}  // namespace assay::wire
