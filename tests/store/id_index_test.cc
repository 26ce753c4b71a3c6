// SPDX-License-Identifier: Apache-2.0
// The index of ids behaves as the std::map that it replaces, whatever the order of insertion.
#include "store/id_index.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace assay::store {
namespace {

struct IdOf {
  const std::vector<PointId>* ids;
  const PointId& operator()(Slot slot) const { return (*ids)[slot]; }
};

class IdIndexTest : public testing::TestWithParam<int> {};

TEST_P(IdIndexTest, IsAMap) {
  std::mt19937_64 random(5);
  std::vector<PointId> ids;
  std::map<PointId, Slot> map;
  IdIndex<IdOf> index(IdOf{&ids});
  EXPECT_EQ(index.begin(), index.end());
  EXPECT_EQ(index.lower_bound(3), index.end());
  EXPECT_EQ(index.find(3), index.end());
  const auto draw = [&](std::uint64_t i) -> PointId {
    switch (GetParam()) {
      case 0:
        return i;  // ascending
      case 1:
        return 100'000 - i;
      case 2:
        return random() % 20'000;
      default:
        return random() % 2 == 0 ? PointId(random()) : PointId::random();
    }
  };
  for (std::uint64_t i = 0; i < 5000; ++i) {
    const PointId id = draw(i);
    if (!map.try_emplace(id, ids.size()).second) continue;
    ids.push_back(id);
    index.emplace(id, ids.size() - 1);
    if (i % 500 != 0) continue;
    auto at = map.begin();
    for (const auto& [known, slot] : index) {
      ASSERT_EQ(known, at->first);
      ASSERT_EQ(slot, at->second);
      ++at;
    }
    ASSERT_EQ(at, map.end());
  }
  for (std::uint64_t i = 0; i < 5000; ++i) {
    const PointId id = i % 2 == 0 ? draw(random() % 6000) : ids[random() % ids.size()];
    const auto there = map.find(id);
    const auto found = index.find(id);
    ASSERT_EQ(found == index.end(), there == map.end());
    if (there != map.end()) {
      ASSERT_EQ(found->second, there->second);
    }
    const auto next = map.lower_bound(id);
    const auto found_next = index.lower_bound(id);
    ASSERT_EQ(found_next == index.end(), next == map.end());
    if (next != map.end()) {
      ASSERT_EQ(found_next->first, next->first);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Orders, IdIndexTest, testing::Range(0, 4));

}  // namespace
}  // namespace assay::store
