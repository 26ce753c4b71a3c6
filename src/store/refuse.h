// SPDX-License-Identifier: Apache-2.0
// How requests to the store are refused.
//
// Used by the halves of Collection and by formula.cc.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "assay/error.h"
#include "store/key_path.h"

namespace assay::store {

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
