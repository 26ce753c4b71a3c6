// SPDX-License-Identifier: Apache-2.0
#include "store/groups.h"

#include <algorithm>
#include <utility>

#include "store/payload_values.h"
#include "store/refuse.h"

namespace assay::store {

Groups::Groups(const QueryGroupsRequest& request)
    : path_(path_of(request.group_by)),
      limit_(request.request.limit),
      group_size_(request.group_size) {
  if (group_size_ == 0) refuse("group_size value 0 is invalid. Must be 1 or larger.");
  if (request.request.offset != 0) refuse("groups take no offset");
}

void Groups::add(const Payload& payload, const std::function<ScoredPoint()>& make) {
  const std::vector<const Value*> values = values_at(payload, path_, Arrays::kUnwrapped);
  const bool groupable = std::ranges::all_of(values, [](const Value* value) {
    return value->get_if<std::int64_t>() != nullptr || value->get_if<std::uint64_t>() != nullptr ||
           value->get_if<std::string>() != nullptr;
  });
  if (!groupable) return;
  std::vector<std::size_t> joined;
  for (const Value* value : values) {
    const auto [place, is_new] = places_.try_emplace(value->to_json(), groups_.size());
    if (is_new) groups_.push_back({.id = *value, .hits = {}});
    if (std::ranges::find(joined, place->second) != joined.end()) continue;
    joined.push_back(place->second);
    auto& hits = groups_[place->second].hits;
    if (place->second < limit_ && hits.size() < group_size_) hits.push_back(make());
  }
}

std::vector<PointGroup> Groups::take() {
  if (groups_.size() > limit_) groups_.resize(limit_);
  return std::move(groups_);
}

}  // namespace assay::store
