// SPDX-License-Identifier: Apache-2.0
// Hits put together by a payload value, one after another (qdrant.md section 7.9).
//
// Used by collection_query.cc and by client/rerank.cc. Externally synchronised.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "assay/query.h"
#include "store/key_path.h"

namespace assay::store {

class Groups {
 public:
  /// For the hits of `request`. Throws kInvalidArgument for a path that is none, a size of 0, an
  /// offset.
  explicit Groups(const QueryGroupsRequest& request);

  /// Adds a hit with this payload to the group of each of its values; `make` is asked once a group
  /// that takes it.
  void add(const Payload& payload, const std::function<ScoredPoint()>& make);

  /// The groups in the order of their first hits.
  std::vector<PointGroup> take();

 private:
  const KeyPath path_;
  const std::size_t limit_;
  const std::size_t group_size_;
  std::vector<PointGroup> groups_;
  std::unordered_map<std::string, std::size_t> places_;  // by the value's JSON
};

}  // namespace assay::store
