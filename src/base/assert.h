// SPDX-License-Identifier: Apache-2.0
// Checks of our own promises. User input never reaches them.
#pragma once

#include "assay/error.h"

#define ASSAY_STRINGIFY_(x) #x
#define ASSAY_STRINGIFY(x) ASSAY_STRINGIFY_(x)

/// Throws Error{kInternal} naming the place when `condition` is false.
#define ASSAY_ASSERT(condition)                                                                  \
  do {                                                                                           \
    if (!(condition)) {                                                                          \
      throw ::assay::Error(::assay::ErrorCode::kInternal,                                        \
                           "internal: " __FILE__ ":" ASSAY_STRINGIFY(__LINE__) ": " #condition); \
    }                                                                                            \
  } while (false)

#ifdef NDEBUG
#define ASSAY_DCHECK(condition) static_cast<void>(0)
#else
#define ASSAY_DCHECK(condition) ASSAY_ASSERT(condition)
#endif
