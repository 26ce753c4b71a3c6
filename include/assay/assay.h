// SPDX-License-Identifier: Apache-2.0
// The whole public API.
#pragma once

#include "assay/client.h"                           // IWYU pragma: export
#include "assay/collection.h"                       // IWYU pragma: export
#include "assay/cpu.h"                              // IWYU pragma: export
#include "assay/error.h"                            // IWYU pragma: export
#include "assay/export.h"                           // IWYU pragma: export
#include "assay/filter.h"                           // IWYU pragma: export
#include "assay/formula.h"                          // IWYU pragma: export
#include "assay/hub.h"                              // IWYU pragma: export
#include "assay/late_interaction_text_embedding.h"  // IWYU pragma: export
#include "assay/muvera.h"                           // IWYU pragma: export
#include "assay/point.h"                            // IWYU pragma: export
#include "assay/query.h"                            // IWYU pragma: export
#include "assay/reranker.h"                         // IWYU pragma: export
#include "assay/sparse_text_embedding.h"            // IWYU pragma: export
#include "assay/text_embedding.h"                   // IWYU pragma: export
#include "assay/tokenizer.h"                        // IWYU pragma: export
#include "assay/types.h"                            // IWYU pragma: export
#include "assay/version.h"                          // IWYU pragma: export
