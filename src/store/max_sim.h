// SPDX-License-Identifier: Apache-2.0
// MaxSim of two multi-vectors (Khattab and Zaharia 2020; qdrant.md section 6): the sum over the
// query's rows of the largest similarity to a row of the document.
//
// Used by vector_search.cc. Similarities are those of similarity.h, so bigger is better. Rows must
// have gone through prepare_vector(). Immutable, so it may be shared by threads.
#pragma once

#include <span>
#include <vector>

#include "assay/collection.h"
#include "kernels/aligned.h"
#include "kernels/gemm.h"
#include "store/vector_view.h"

namespace assay::store {

class MaxSim {
 public:
  /// Keeps a copy of `query`, at least one row.
  MaxSim(Distance distance, const MultiView& query);

  /// `document` has at least one row of the query's size; `scratch` belongs to the calling thread.
  /// `upcoming` are the rows of the next document, if there is one: they are fetched meanwhile.
  [[nodiscard]] float operator()(const MultiView& document, kernels::AlignedBuffer& scratch,
                                 std::span<const float> upcoming = {}) const;

 private:
  Distance distance_;
  std::size_t dim_;
  kernels::PackedMatrix packed_;  // on kCosine and kDot: both products are one of matrices
  std::vector<float> rows_;       // on the others
};

}  // namespace assay::store
