// SPDX-License-Identifier: Apache-2.0
// A filter compiled once and asked point by point.
//
// Used by collection.cc, formula.cc and client/rerank.cc. Key paths, date-times and words of a
// filter are read when it is compiled; each condition becomes a function of a candidate. Semantics:
// qdrant.md section 9, which follows qdrant-client 1.20 in local mode. Immutable, thread-safe.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "assay/filter.h"

namespace assay::store {

/// A point, or an object inside one, which has neither id nor vectors.
struct Candidate {
  const Payload& payload;
  const PointId* id = nullptr;
  const std::function<bool(std::string_view)>* has_vector = nullptr;
};

using Predicate = std::function<bool(const Candidate&)>;

/// Throws kInvalidArgument as Filter says.
Predicate compile(const Filter& filter);

/// The filter of a level of a query and that of the level above, clause by clause (qdrant.md
/// section 7.3); `above` may be null.
std::optional<Filter> merged(const Filter* above, const std::optional<Filter>& own);

/// `filter`, or where there is none one that all points satisfy.
inline const Filter& filter_or_all(const Filter* filter) {
  static const Filter kAll;
  return filter != nullptr ? *filter : kAll;
}
inline const Filter& filter_or_all(const std::optional<Filter>& filter) {
  return filter_or_all(filter ? &*filter : nullptr);
}

}  // namespace assay::store
