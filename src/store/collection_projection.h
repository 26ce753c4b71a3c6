// SPDX-License-Identifier: Apache-2.0
// What the two halves of Collection share: what a read brings back, and how requests are refused.
//
// Used by collection.cc and collection_query.cc.
#pragma once

#include <string>

#include "assay/error.h"
#include "store/collection.h"
#include "store/key_path.h"
#include "store/payload_selector.h"

namespace assay::store {

struct Collection::Projection {
  PayloadProjection payload;
  const VectorSelector& vectors;
};

[[noreturn]] inline void refuse(const std::string& message) {
  throw Error(ErrorCode::kInvalidArgument, message);
}

/// Throws kInvalidArgument for a path that is none.
inline KeyPath path_of(std::string_view key) {
  auto path = parse_key_path(key);
  if (!path.ok()) refuse(path.failure().message);
  return std::move(path.value());
}

}  // namespace assay::store
