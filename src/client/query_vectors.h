// SPDX-License-Identifier: Apache-2.0
// What a query names outside its collection: texts, and points of other collections.
//
// Used by client.cc. Thread-safe.
#pragma once

#include <optional>
#include <string_view>

#include "assay/query.h"
#include "client/inference.h"
#include "store/collections.h"

namespace assay::client {

/// `request` against `collection` with vectors in place of texts, each embedded once, and of ids
/// with a lookup_from; nothing when it has none. Errors: kNotFound for a collection or point that
/// is not there; those of the models.
std::optional<QueryRequest> with_vectors(const QueryRequest& request, std::string_view collection,
                                         const store::Collections& collections,
                                         Inference& inference);

/// The id that a group's value is, if it is one.
std::optional<PointId> id_of(const Value& value);

}  // namespace assay::client
