// SPDX-License-Identifier: Apache-2.0
// The table of known models. Ids and figures follow FastEmbed 0.9.1; the sources are the
// repositories that hold safetensors weights. Thread-safe.
#pragma once

#include <span>
#include <string_view>

#include "assay/hub.h"

namespace assay::hub {

/// One row of a table, before it becomes a ModelInfo.
struct CatalogueRow {
  std::string_view model;
  std::string_view
      source;  ///< hub repository of the safetensors; empty = `model`, "-" = none known
  std::size_t dim;
  double size_in_gb;
  std::string_view license;
  std::string_view architecture;  ///< config.json "architectures"[0]
  std::string_view description;
  Pooling pooling = Pooling::kMean;  ///< only where the repository has no modules.json
  bool normalize = true;             ///< likewise
  std::string_view query_prefix = {};
  std::string_view passage_prefix = {};
  bool supported = false;  ///< architecture and tokenizer are implemented
};

std::span<const CatalogueRow> dense_rows();   // catalogue_dense.cc
std::span<const CatalogueRow> rerank_rows();  // catalogue_rerank.cc

}  // namespace assay::hub
