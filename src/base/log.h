// SPDX-License-Identifier: Apache-2.0
// Diagnostics on stderr at the level of ASSAY_LOG (error, warn, info, debug; default warn).
// Thread-safe.
#pragma once

#include <string_view>

namespace assay::log {

enum class Level { kError, kWarn, kInfo, kDebug };

/// Writes one line when `level` is enabled.
void write(Level level, std::string_view message);
inline void warn(std::string_view message) { write(Level::kWarn, message); }
inline void info(std::string_view message) { write(Level::kInfo, message); }
inline void debug(std::string_view message) { write(Level::kDebug, message); }

}  // namespace assay::log
