// SPDX-License-Identifier: Apache-2.0
// Answers of reads in the JSON of Qdrant's REST interface, and the request of a search matrix.
//
// Used by tests and by what speaks REST. Points of an answer are those of point_json.h.
#pragma once

#include <span>

#include "assay/query.h"

namespace assay::wire {

/// `{"points":[…]}`.
Value query_response_value(const QueryResponse& response);
/// `{"groups":[…]}`.
Value groups_value(std::span<const PointGroup> groups);
/// `{"points":[…],"next_page_offset":id or null}`.
Value scroll_response_value(const ScrollResponse& response);
/// `{"hits":[{"value","count"}]}`.
Value facet_value(std::span<const FacetHit> hits);

/// `{"sample"?,"limit"?,"using"?,"filter"?}`; throws kInvalidArgument as query_json.h says.
SearchMatrixRequest read_search_matrix_request(const Value& json);
/// `{"pairs":[{"a","b","score"}]}`.
Value matrix_pairs_value(const SearchMatrix& matrix);
/// `{"offsets_row","offsets_col","scores","ids"}`.
Value matrix_offsets_value(const SearchMatrix& matrix);

}  // namespace assay::wire
