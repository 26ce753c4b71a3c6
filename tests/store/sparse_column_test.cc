// SPDX-License-Identifier: Apache-2.0
// Promise: rows come back as they were stored, and the inverted index follows every change.
#include "store/sparse_column.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

namespace assay::store {
namespace {

std::vector<std::byte> encoded(const SparseVector& vector) {
  std::vector<std::byte> bytes;
  SparseColumn::encode({vector.indices, vector.values}, bytes);
  return bytes;
}

SparseVector stored(const SparseColumn& column, Slot slot) {
  const SparseView row = column.row(slot);
  return {{row.indices.begin(), row.indices.end()}, {row.values.begin(), row.values.end()}};
}

TEST(SparseColumnTest, KeepsRowsAndTellsWhoHasOne) {
  SparseColumn column;
  const SparseVector vector{{3, 4000000000}, {0.5f, -2}};
  column.set_bytes(2, encoded(vector));
  column.set_bytes(5, encoded({}));  // empty, and there
  EXPECT_FALSE(column.has(0));
  EXPECT_TRUE(column.has(2));
  EXPECT_TRUE(column.has(5));
  EXPECT_FALSE(column.has(6));
  EXPECT_EQ(stored(column, 2), vector);
  EXPECT_EQ(stored(column, 5), SparseVector());
  EXPECT_EQ(column.present_count(), 2u);
  EXPECT_EQ(column.row_count(), 6u);
  column.clear(2);
  column.clear(2);
  EXPECT_EQ(column.present_count(), 1u);
}

TEST(SparseColumnTest, AStoredZeroIsHeldWhateverItsSign) {
  SparseColumn column;
  column.set_bytes(0, encoded({{1, 2}, {0.0f, -0.0f}}));
  EXPECT_TRUE(std::signbit(stored(column, 0).values[1]));
  for (const std::uint32_t index : {1, 2}) {
    EXPECT_EQ(column.holding_count(index), 1u);
    EXPECT_FALSE(column.postings(index)[0].is_gone());
  }
}

TEST(SparseColumnTest, KnowsItsBytes) {
  EXPECT_TRUE(SparseColumn::fits(encoded({})));
  EXPECT_TRUE(SparseColumn::fits(encoded({{1, 2}, {0, 0}})));
  EXPECT_FALSE(SparseColumn::fits(encoded({{2, 1}, {0, 0}})));
  EXPECT_FALSE(SparseColumn::fits(encoded({{1, 1}, {0, 0}})));
  EXPECT_FALSE(SparseColumn::fits(std::vector<std::byte>(12)));
}

TEST(SparseColumnTest, IndexFollowsEveryChange) {
  std::mt19937 random(7);
  SparseColumn column;
  std::map<Slot, SparseVector> wanted;
  for (int step = 0; step < 2000; ++step) {
    const Slot slot = random() % 40;
    if (random() % 3 == 0) {
      column.clear(slot);
      wanted.erase(slot);
      continue;
    }
    SparseVector vector;
    for (std::uint32_t index = 0; index < 12; ++index) {
      if (random() % 4 != 0) continue;
      vector.indices.push_back(index);
      vector.values.push_back(static_cast<float>(random() % 100));
    }
    column.set_bytes(slot, encoded(vector));
    wanted[slot] = vector;
    for (std::uint32_t index = 0; index < 12; ++index) {
      std::vector<std::pair<Slot, float>> expected, found;
      for (const auto& [holder, its] : wanted) {
        for (std::size_t i = 0; i < its.indices.size(); ++i) {
          if (its.indices[i] == index) expected.emplace_back(holder, its.values[i]);
        }
      }
      const auto postings = column.postings(index);
      for (const Posting& posting : postings) {
        if (!posting.is_gone()) found.emplace_back(posting.slot, posting.value);
      }
      ASSERT_EQ(found, expected) << "step " << step << ", index " << index;
      ASSERT_EQ(column.holding_count(index), expected.size());
      ASSERT_LE(postings.size(), 2 * expected.size());
      ASSERT_TRUE(std::ranges::is_sorted(postings, {}, &Posting::slot));
    }
    ASSERT_EQ(column.present_count(), wanted.size());
  }
}

}  // namespace
}  // namespace assay::store
