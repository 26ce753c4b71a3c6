// SPDX-License-Identifier: Apache-2.0
// No result that is not a number leaves a model.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>

#include "assay/error.h"

namespace assay::embed {

/// Throws kCorruption when the numbers that `model` gave for the text at `index` of a call have NaN
/// or infinity among them.
inline void check_finite(std::span<const float> numbers, std::string_view model,
                         std::size_t index) {
  if (std::ranges::all_of(numbers, [](float x) { return std::isfinite(x); })) return;
  throw Error(
      ErrorCode::kCorruption,
      fmt::format("model: {}: NaN or infinity for text {} of this call. Weights are damaged "
                  "(assay download checks cached ones), or not made for these layers",
                  model, index + 1));
}

}  // namespace assay::embed
