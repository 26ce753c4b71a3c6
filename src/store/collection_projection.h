// SPDX-License-Identifier: Apache-2.0
// What a read brings back, which the halves of Collection share.
//
// Used by collection.cc and collection_query.cc.
#pragma once

#include "store/collection.h"
#include "store/payload_selector.h"
#include "store/refuse.h"  // IWYU pragma: export

namespace assay::store {

struct Collection::Projection {
  PayloadProjection payload;
  const VectorSelector& vectors;
};

}  // namespace assay::store
