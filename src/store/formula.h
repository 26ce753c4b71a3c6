// SPDX-License-Identifier: Apache-2.0
// A formula compiled once and evaluated point by point (qdrant.md section 8).
//
// Used by collection_query.cc. Paths, score indices, conditions and constants are read when it is
// compiled; each expression becomes a function of a point. Immutable, thread-safe.
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "assay/formula.h"
#include "store/filter.h"

namespace assay::store {

class PointFormula {
 public:
  struct Point {
    const Candidate& candidate;
    std::span<const std::optional<float>> scores;  ///< by prefetch
  };
  using Term = std::function<double(const Point&)>;

  /// Throws kInvalidArgument for what FormulaQuery refuses before any point is looked at.
  explicit PointFormula(const FormulaQuery& query);

  /// Throws kInvalidArgument where the formula has no finite value.
  [[nodiscard]] float score(const Point& point) const;

 private:
  Term term_;
};

}  // namespace assay::store
