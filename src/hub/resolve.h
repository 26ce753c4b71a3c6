// SPDX-License-Identifier: Apache-2.0
// From what a person types to a model's folder. The public functions are thin shells over these,
// which take settings so that tests can make them.
#pragma once

#include <filesystem>
#include <string_view>

#include "hub/settings.h"

namespace assay::hub {

/// resolve_model() of assay/hub.h.
std::filesystem::path resolve(std::string_view id, const Settings& settings);

/// is_cached() of assay/hub.h.
bool is_complete(std::string_view id, const Settings& settings);

}  // namespace assay::hub
