// SPDX-License-Identifier: Apache-2.0
// Which kernel path runs: the one place that reads ASSAY_CPU and steers Highway's dispatch.
//
// Every kernel asks use_reference() once a block of work, then dispatches through Highway.
// Thread-safe.
#pragma once

#include "assay/cpu.h"

namespace assay::kernels {

/// True when the plain C++ references run (ASSAY_CPU=scalar, or a CPU older than SSE4). The first
/// call fixes the target for the process; throws as cpu::active() does.
bool use_reference();

/// True when this CPU has AVX-VNNI, the dot-product instructions of CPUs without AVX-512.
bool has_avx_vnni();

/// Makes `target` the active one until the next call; kernel tests walk every supported target.
/// Not to be called while kernels run.
void set_target_for_test(cpu::Target target);

}  // namespace assay::kernels
