// SPDX-License-Identifier: Apache-2.0
#include "embed/limits.h"

#include <fmt/format.h>

#include <algorithm>

#include "assay/error.h"
#include "model/config.h"
#include "model/sentence_config.h"

namespace assay::embed {

std::optional<std::size_t> max_length_of(const std::filesystem::path& folder) {
  if (const auto stated = model::stated_max_length(folder)) return stated;
  const auto config = model::Config::read_if_exists(folder / "config.json");
  return config ? config->size_if("max_position_embeddings") : std::nullopt;
}

std::size_t effective_max_length(const std::filesystem::path& folder,
                                 std::optional<std::size_t> requested, std::size_t positions) {
  if (!requested) return std::min(max_length_of(folder).value_or(positions), positions);
  if (*requested == 0 || *requested > positions) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("max_length: expected 1 to {}, the positions of {}, got {}", positions,
                            folder.string(), *requested));
  }
  return *requested;
}

}  // namespace assay::embed
