// SPDX-License-Identifier: Apache-2.0
// What kind of model an id or a folder is.
#pragma once

#include <string_view>

#include "assay/hub.h"
#include "assay/types.h"

namespace assay::embed {

/// From the catalogue, else from the folder's config.json and modules.json (fetched if need be):
/// a folder with miniCOIL's word vectors and
/// a masked language model without a pooling module is sparse, HF_ColBERT and PyLate modules are
/// late interaction, a sequence classifier is a reranker, everything else is dense. Errors as
/// resolve_model().
ModelKind kind_of(std::string_view id, const ModelOptions& options);

}  // namespace assay::embed
