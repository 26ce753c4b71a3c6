// SPDX-License-Identifier: Apache-2.0
// From what a person types to a model's folder. The public functions are thin shells over these,
// which take settings so that tests can make them.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "hub/settings.h"

namespace assay::hub {

/// resolve_model() of assay/hub.h.
std::filesystem::path resolve(std::string_view id, const Settings& settings);

/// The folder of the second repository that a catalogue entry needs, downloading what is missing;
/// nothing for a model that lies in one folder. Errors as resolve().
std::optional<std::filesystem::path> resolve_companion(std::string_view id,
                                                       const Settings& settings);

/// The folder of an id that needs nothing of cache and hub. Errors as resolve().
std::optional<std::filesystem::path> local_folder(std::string_view id);

/// check_cached() of assay/hub.h.
void check_cached(std::string_view id, const Settings& settings);

/// is_cached() of assay/hub.h.
bool is_complete(std::string_view id, const Settings& settings);

}  // namespace assay::hub
