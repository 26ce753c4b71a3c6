// SPDX-License-Identifier: Apache-2.0
// Promise: the inverted index finds what comparing every row finds, in the same order and to the
// last bit, whatever the filter, the number of threads and the place of a point.
#include "store/sparse_search.h"

#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <random>
#include <set>

namespace assay::store {
namespace {

std::vector<std::byte> encoded(const SparseVector& vector) {
  std::vector<std::byte> bytes;
  SparseColumn::encode({vector.indices, vector.values}, bytes);
  return bytes;
}

SparseVector random_vector(std::mt19937& random, std::size_t entries, std::uint32_t vocabulary) {
  std::set<std::uint32_t> indices;
  // Some indices are common, as words are.
  for (std::size_t i = 0; i < entries; ++i)
    indices.insert(static_cast<std::uint32_t>(
        std::pow(static_cast<double>(random() % 10000) / 10000.0, 3.0) * vocabulary));
  SparseVector vector;
  for (const std::uint32_t index : indices) {
    vector.indices.push_back(index);
    vector.values.push_back(static_cast<float>(static_cast<int>(random() % 41) - 12) / 8);
  }
  return vector;
}

std::vector<Hit> by_brute_force(const SparseColumn& column, const SparseVector& query,
                                std::size_t k, std::span<const std::uint8_t> allowed) {
  TopK best(k, false);
  for (Slot slot = 0; slot < column.row_count(); ++slot) {
    if (!column.has(slot) || (!allowed.empty() && allowed[slot] == 0)) continue;
    const SparseView row = column.row(slot);
    bool common = false;
    for (const std::uint32_t index : row.indices)
      common = common || std::ranges::find(query.indices, index) != query.indices.end();
    if (common) best.push({sparse_dot({query.indices, query.values}, row), slot});
  }
  return best.take();
}

std::vector<std::pair<float, Slot>> pairs(const std::vector<Hit>& hits) {
  std::vector<std::pair<float, Slot>> result;
  for (const Hit& hit : hits) result.emplace_back(hit.score, hit.slot);
  return result;
}

TEST(SparseSearchTest, FindsWhatBruteForceFinds) {
  std::mt19937 random(11);
  SparseColumn column;
  constexpr Slot kSlots = 30000;  // several blocks
  for (Slot slot = 0; slot < kSlots; ++slot) {
    if (random() % 9 != 0) column.set_bytes(slot, encoded(random_vector(random, 12, 400)));
  }
  for (int i = 0; i < 300; ++i) {
    const Slot slot = random() % kSlots;
    column.clear(slot);
    if (i % 2 == 0) column.set_bytes(slot, encoded(random_vector(random, 6, 400)));
  }
  for (int round = 0; round < 12; ++round) {
    SparseVector query = random_vector(random, 1 + random() % 8, 500);
    if (round % 3 == 0) {
      for (float& value : query.values) value = -std::fabs(value);  // all scores below zero
    }
    std::vector<std::uint8_t> allowed;
    if (round % 4 != 0) {
      allowed.resize(kSlots);
      const std::size_t one_in = round % 4 == 1 ? 2 : 900;
      for (auto& is : allowed) is = random() % one_in == 0 ? 1 : 0;
    }
    for (const std::size_t k : {1u, 10u, 40000u}) {
      const auto wanted = pairs(by_brute_force(column, query, k, allowed));
      for (const std::size_t threads : {1u, 3u}) {
        EXPECT_EQ(pairs(sparse_search(column, {query.indices, query.values}, k, allowed, threads)),
                  wanted)
            << "round " << round << ", k " << k << ", threads " << threads;
      }
    }
    std::vector<float> dots(column.row_count());
    sparse_dots(column, {query.indices, query.values}, dots);
    for (Slot slot = 0; slot < dots.size(); ++slot) {
      ASSERT_EQ(dots[slot], column.has(slot)
                                ? sparse_dot({query.indices, query.values}, column.row(slot))
                                : 0.0f);
    }
  }
}

TEST(SparseSearchTest, FindsNothingWithoutACommonIndex) {
  SparseColumn column;
  column.set_bytes(0, encoded({{1, 2}, {1, -1}}));
  column.set_bytes(1, encoded({{5}, {1}}));
  column.set_bytes(2, encoded({}));
  const SparseVector query{{1, 2}, {1, 1}};
  EXPECT_THAT(pairs(sparse_search(column, {query.indices, query.values}, 10)),
              testing::ElementsAre(testing::Pair(0.0f, Slot{0})));  // shares, though it scores 0
  EXPECT_TRUE(sparse_search(column, {}, 10).empty());
}

TEST(SparseSearchTest, FindsNothingOfRowsThatWent) {
  std::mt19937 random(5);
  SparseColumn changed, fresh;
  std::map<Slot, std::vector<std::byte>> rows;
  for (int step = 0; step < 3000; ++step) {
    const Slot slot = random() % 300;
    if (random() % 3 == 0) {
      changed.clear(slot);
      rows.erase(slot);
    } else {
      rows[slot] = encoded(random_vector(random, 4, 20));
      changed.set_bytes(slot, rows[slot]);
    }
  }
  for (const auto& [slot, bytes] : rows) fresh.set_bytes(slot, bytes);
  std::vector<std::uint8_t> some(300);
  for (auto& is : some) is = random() % 2;
  for (int round = 0; round < 20; ++round) {
    SparseVector query = random_vector(random, 3, 20), same = query;
    for (const std::span<const std::uint8_t> allowed : {std::span<const std::uint8_t>(), {some}}) {
      apply_idf(changed, allowed, query);
      apply_idf(fresh, allowed, same);
      ASSERT_EQ(query, same);
      for (const std::size_t k : {5, 1000}) {
        ASSERT_EQ(pairs(sparse_search(changed, {query.indices, query.values}, k, allowed, 1)),
                  pairs(by_brute_force(changed, query, k, allowed)));
      }
    }
  }
}

TEST(SparseSearchTest, SortsByIndex) {
  SparseVector vector{{9, 1, 5}, {9, 1, 5}};
  sort_by_index(vector);
  EXPECT_EQ(vector, (SparseVector{{1, 5, 9}, {1, 5, 9}}));
}

TEST(SparseSearchTest, MultipliesByTheInverseDocumentFrequency) {
  SparseColumn column;
  column.set_bytes(0, encoded({{1, 2}, {1, 1}}));
  column.set_bytes(1, encoded({{1}, {1}}));
  column.set_bytes(3, encoded({}));
  const auto idf = [](double n, double df) {
    return static_cast<float>(std::log((n - df + 0.5) / (df + 0.5) + 1));
  };
  const SparseVector query{{1, 2, 3}, {1, 2, 1}};
  SparseVector all = query;
  apply_idf(column, {}, all);
  EXPECT_THAT(all.values, testing::ElementsAre(idf(3, 2), 2 * idf(3, 1), idf(3, 0)));
  SparseVector some = query;
  const std::vector<std::uint8_t> corpus = {0, 1, 1, 1};  // slot 2 has no vector
  apply_idf(column, corpus, some);
  EXPECT_THAT(some.values, testing::ElementsAre(idf(2, 1), 2 * idf(2, 0), idf(2, 0)));
  column.clear(0);
  SparseVector later = query;
  apply_idf(column, {}, later);
  EXPECT_THAT(later.values, testing::ElementsAre(idf(2, 1), 2 * idf(2, 0), idf(2, 0)));
}

TEST(SparseSearchTest, AveragesOverTheUnionOfIndices) {
  const std::vector<SparseVector> positive = {{{1, 4}, {2, 4}}, {{2}, {6}}};
  const std::vector<SparseVector> negative = {{{4, 7}, {1, 3}}};
  EXPECT_EQ(sparse_average(positive, {}), (SparseVector{{1, 2, 4}, {1, 3, 2}}));
  EXPECT_EQ(sparse_average(positive, negative), (SparseVector{{1, 2, 4, 7}, {2, 6, 3, -3}}));
}

}  // namespace
}  // namespace assay::store
