// SPDX-License-Identifier: Apache-2.0
// The models known by name: FastEmbed 0.9.1's ids, one file a kind, and those added by the caller.
//
// Ids, dimensions, sizes and licences follow FastEmbed's registry; sources and architectures name
// the repository that holds the safetensors weights. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assay/hub.h"

namespace assay::hub {

struct CatalogueEntry {
  ModelInfo info;
  /// What assay lacks to run it, as a noun phrase; empty where info.supported.
  std::string missing;
  /// A second repository, and what is needed of it; see resolve_companion().
  std::string companion = {};
  std::vector<std::string> companion_files = {};
};

/// The built-in entries of a kind, in FastEmbed's order. Immutable.
const std::vector<CatalogueEntry>& dense_models();
const std::vector<CatalogueEntry>& sparse_models();
const std::vector<CatalogueEntry>& late_interaction_models();
const std::vector<CatalogueEntry>& rerank_models();

/// Entry of an id or alias, in any case.
std::optional<CatalogueEntry> find_entry(std::string_view id);

/// Up to `count` ids that resemble `id`, best first.
std::vector<std::string> near_matches(std::string_view id, std::size_t count = 3);

/// Why `entry` cannot be loaded, and what can instead.
std::string refusal(const CatalogueEntry& entry);

}  // namespace assay::hub
