// SPDX-License-Identifier: Apache-2.0
// A walk over all levels of a query and the vectors, texts and ids that they name.
//
// Used by collection_query.cc and by client/. Plain templates: `Request` is a QueryRequest or a
// Prefetch, const or not.
#pragma once

#include <type_traits>
#include <utility>
#include <variant>

#include "assay/query.h"

namespace assay::store {

/// A stored vector in the place of an id or a text.
inline VectorInput input_of(StoredVector vector) {
  return std::visit([](auto& kind) { return VectorInput(std::move(kind)); }, vector);
}

/// Calls `take` with every VectorInput of `query`.
template <class AnyQuery, class Take>
void for_each_input(AnyQuery& query, const Take& take) {
  const auto pairs = [&](auto& context) {
    for (auto& pair : context) {
      take(pair.positive);
      take(pair.negative);
    }
  };
  std::visit(
      [&](auto& kind) {
        using Kind = std::remove_cvref_t<decltype(kind)>;
        if constexpr (std::is_same_v<Kind, NearestQuery>) {
          take(kind.nearest);
        } else if constexpr (std::is_same_v<Kind, RecommendQuery>) {
          for (auto& input : kind.positive) take(input);
          for (auto& input : kind.negative) take(input);
        } else if constexpr (std::is_same_v<Kind, DiscoverQuery>) {
          take(kind.target);
          pairs(kind.context);
        } else if constexpr (std::is_same_v<Kind, ContextQuery>) {
          pairs(kind.context);
        } else if constexpr (std::is_same_v<Kind, RelevanceFeedbackQuery>) {
          take(kind.target);
          for (auto& item : kind.feedback) take(item.example);
        }
      },
      query.kind);
}

/// Calls `take` with `request` and every prefetch below it.
template <class Request, class Take>
void for_each_level(Request& request, const Take& take) {
  take(request);
  for (auto& prefetch : request.prefetch) for_each_level(prefetch, take);
}

}  // namespace assay::store
