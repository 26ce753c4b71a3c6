// SPDX-License-Identifier: Apache-2.0
// Which kernel path runs on this CPU. Guide: docs/cpu.md.
#pragma once

#include <string_view>
#include <vector>

#include "assay/export.h"

namespace assay::cpu {

/// Kernel paths, slowest first. kScalar is the plain C++ reference of every kernel.
enum class Target { kScalar, kSse4, kAvx2, kAvx512, kAvx512Vnni };

/// Name of a target as ASSAY_CPU spells it: scalar, sse4, avx2, avx512, avx512_vnni.
ASSAY_EXPORT std::string_view to_string(Target target) noexcept;

/// Targets this CPU can run, slowest first; never empty.
ASSAY_EXPORT std::vector<Target> supported();

/// The target every kernel runs on: the best supported one, or the one that the environment
/// variable ASSAY_CPU names. Throws kInvalidArgument when that is unknown or not supported here.
ASSAY_EXPORT Target active();

}  // namespace assay::cpu
