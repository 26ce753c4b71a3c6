// SPDX-License-Identifier: Apache-2.0
// The version of the library, as semantic versioning has it.
#pragma once

#include <string_view>

#include "assay/export.h"

namespace assay {

/// "MAJOR.MINOR.PATCH" of the linked library.
ASSAY_EXPORT std::string_view version() noexcept;

}  // namespace assay
