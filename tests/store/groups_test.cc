// SPDX-License-Identifier: Apache-2.0
// Promise: hits are put together by the integers and strings at a path, in the order of the first
// hit of each group; a hit with any other value joins none.
#include "store/groups.h"

#include <gmock/gmock.h>

#include "support.h"

namespace assay::store {
namespace {

using testing::ElementsAre;

std::vector<PointGroup> grouped(const std::vector<Value>& values, std::size_t limit = 10,
                                std::size_t size = 3) {
  Groups groups(
      {.request = {.limit = limit}, .group_by = "g", .group_size = size, .with_lookup = {}});
  for (std::size_t i = 0; i < values.size(); ++i)
    groups.add({{"g", values[i]}}, [&] { return ScoredPoint{.id = i}; });
  return groups.take();
}

TEST(Groups, JoinHitsByEachOfTheirValues) {
  const auto groups = grouped({"b", Value::Array{1, "b", 1}, "a", 1});
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_EQ(groups[0].id, Value("b"));
  EXPECT_EQ(groups[0].hits.size(), 2u);
  EXPECT_EQ(groups[1].id, Value(1));
  EXPECT_EQ(groups[1].hits.size(), 2u);  // a value that stands twice counts once
  EXPECT_EQ(groups[2].id, Value("a"));
}

TEST(Groups, LeaveOutHitsWithAnyOtherValue) {
  EXPECT_TRUE(grouped({true, 1.5, nullptr, Value::Object{}, Value::Array{1, false}}).empty());
  EXPECT_EQ(grouped({"1", 1}).size(), 2u);
}

TEST(Groups, KeepTheirLimits) {
  const auto groups = grouped({"a", "b", "a", "a", "c"}, 2, 2);
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].hits.size(), 2u);
  EXPECT_EQ(groups[0].hits[1].id, PointId(2));
}

TEST(Groups, RefuseWhatTheyCannotDo) {
  const auto refused = [](QueryGroupsRequest request) {
    return test::message_of(ErrorCode::kInvalidArgument, [&] { Groups{request}; });
  };
  EXPECT_EQ(refused({.request = {}, .group_by = "a[", .group_size = 1}), "Invalid path");
  EXPECT_EQ(refused({.request = {}, .group_by = "a", .group_size = 0}),
            "group_size value 0 is invalid. Must be 1 or larger.");
  EXPECT_EQ(refused({.request = {.offset = 1}, .group_by = "a"}), "groups take no offset");
}

}  // namespace
}  // namespace assay::store
