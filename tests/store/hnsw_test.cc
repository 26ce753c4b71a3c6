// SPDX-License-Identifier: Apache-2.0
// Promise: the graph finds what a scan finds, nearly always, on random and clustered rows and every
// metric; it does not depend on threads; filters, deleted and replaced vectors are respected.
#include "store/hnsw.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <set>

#include "store/exact_search.h"

namespace assay::store {
namespace {

constexpr std::size_t kNoBudget = std::numeric_limits<std::size_t>::max();
constexpr std::size_t kDim = 24;

class HnswTest : public testing::Test {
 protected:
  std::vector<float> row(Distance distance, std::size_t clusters = 0) {
    std::normal_distribution<float> normal;
    std::vector<float> vector(kDim);
    for (float& x : vector) x = normal(engine_);
    if (clusters > 0) {
      std::mt19937 center(static_cast<unsigned>(engine_() % clusters));
      for (float& x : vector) x = 0.1f * x + normal(center);
    }
    prepare_vector(distance, vector);
    return vector;
  }
  DenseColumn column(Distance distance, std::size_t rows, std::size_t clusters = 0) {
    DenseColumn result({.size = kDim, .distance = distance});
    for (Slot slot = 0; slot < rows; ++slot) result.set(slot, row(distance, clusters));
    return result;
  }
  std::mt19937 engine_{20261126};
};

void link(Hnsw& graph, const DenseColumn& column, Slot begin, Slot end, std::size_t threads = 0,
          const RowCodes* codes = nullptr) {
  std::vector<Slot> batch;
  for (Slot slot = begin; slot < end; ++slot) {
    batch.push_back(slot);
    if (batch.size() < 50 && slot + 1 < end) continue;
    graph.apply(graph.plan(column, codes, batch, threads));
    batch.clear();
  }
}

std::set<Slot> exact(const DenseColumn& column, std::span<const float> query,
                     std::span<const std::uint8_t> allowed = {}) {
  std::set<Slot> slots;
  for (const Hit& hit : exact_search(column, query, 10, allowed)) slots.insert(hit.slot);
  return slots;
}

std::size_t found_of(const std::set<Slot>& wanted, const std::vector<Hnsw::Near>& met) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < std::min(wanted.size(), met.size()); ++i)
    found += wanted.contains(met[i].slot) ? 1 : 0;
  return found;
}

TEST_F(HnswTest, FindsWhatAScanFinds) {
  for (const Distance distance :
       {Distance::kCosine, Distance::kDot, Distance::kEuclid, Distance::kManhattan}) {
    for (const std::size_t clusters : {0u, 20u}) {
      const DenseColumn rows = column(distance, 3000, clusters);
      Hnsw graph;
      link(graph, rows, 0, 3000);
      EXPECT_EQ(graph.size(), 3000u);
      std::size_t found = 0;
      for (int i = 0; i < 50; ++i) {
        const auto query = row(distance, clusters);
        const auto met = graph.search(rows, query, 200, {}, kNoBudget);
        ASSERT_TRUE(met);
        EXPECT_TRUE(std::ranges::is_sorted(*met, {}, &Hnsw::Near::distance));
        found += found_of(exact(rows, query), *met);
      }
      EXPECT_GE(found, 490u) << static_cast<int>(distance) << ", clusters: " << clusters;
    }
  }
}

TEST_F(HnswTest, CodesAreAsGood) {
  for (const Distance distance : {Distance::kCosine, Distance::kDot}) {
    for (const std::size_t clusters : {0u, 20u}) {
      const DenseColumn rows = column(distance, 1500, clusters);
      RowCodes codes(rows);
      codes.extend(rows, 1500);
      Hnsw by_rows, by_codes;
      link(by_rows, rows, 0, 1500);
      link(by_codes, rows, 0, 1500, 0, &codes);
      std::size_t found_by_rows = 0, found_by_codes = 0;
      for (int i = 0; i < 100; ++i) {
        const auto query = row(distance, clusters);
        const auto wanted = exact(rows, query);
        found_by_rows += found_of(wanted, *by_rows.search(rows, query, 30, {}, kNoBudget));
        found_by_codes += found_of(wanted, *by_codes.search(rows, query, 30, {}, kNoBudget));
      }
      EXPECT_GE(found_by_codes + 10, found_by_rows)
          << static_cast<int>(distance) << ", clusters: " << clusters;
    }
  }
}

TEST_F(HnswTest, DoesNotDependOnThreads) {
  const DenseColumn rows = column(Distance::kCosine, 1500);
  Hnsw one, many;
  link(one, rows, 0, 1500, 1);
  link(many, rows, 0, 1500, 4);
  for (int i = 0; i < 100; ++i) {
    const auto query = row(Distance::kCosine);
    const auto a = one.search(rows, query, 20, {}, kNoBudget);
    const auto b = many.search(rows, query, 20, {}, kNoBudget);
    ASSERT_EQ(a->size(), b->size());
    for (std::size_t n = 0; n < a->size(); ++n) ASSERT_EQ((*a)[n].slot, (*b)[n].slot);
  }
}

TEST_F(HnswTest, KeepsMatchesOnly) {
  const DenseColumn rows = column(Distance::kEuclid, 3000);
  Hnsw graph;
  link(graph, rows, 0, 3000);
  std::vector<std::uint8_t> allowed(3000);
  for (Slot slot = 0; slot < 3000; slot += 5) allowed[slot] = 1;
  std::size_t found = 0;
  for (int i = 0; i < 50; ++i) {
    const auto query = row(Distance::kEuclid);
    const auto met = graph.search(rows, query, 100, allowed, kNoBudget);
    for (const auto& near : *met) ASSERT_EQ(near.slot % 5, 0u);
    found += found_of(exact(rows, query, allowed), *met);
  }
  EXPECT_GE(found, 490u);
}

TEST_F(HnswTest, GivesUpBeyondTheBudget) {
  const DenseColumn rows = column(Distance::kDot, 1000);
  Hnsw graph;
  link(graph, rows, 0, 1000);
  EXPECT_FALSE(graph.search(rows, row(Distance::kDot), 100, {}, 50));
}

TEST_F(HnswTest, FindsReplacedVectorsWhereTheyAreNow) {
  DenseColumn rows = column(Distance::kEuclid, 2000);
  Hnsw graph;
  link(graph, rows, 0, 2000);
  for (Slot slot = 0; slot < 2000; slot += 4) rows.clear(slot);
  for (Slot slot = 1; slot < 2000; slot += 4) rows.set(slot, row(Distance::kEuclid));
  std::vector<Slot> replaced;
  for (Slot slot = 1; slot < 2000; slot += 4) replaced.push_back(slot);
  for (std::size_t i = 0; i < replaced.size(); i += 50)
    graph.apply(graph.plan(rows, nullptr, std::span(replaced).subspan(i, 50)));
  EXPECT_EQ(graph.size(), 2000u);
  std::size_t found = 0;
  for (int i = 0; i < 50; ++i) {
    const auto query = row(Distance::kEuclid);
    const auto met = graph.search(rows, query, 200, {}, kNoBudget);
    for (const auto& near : *met) ASSERT_NE(near.slot % 4, 0u);
    found += found_of(exact(rows, query), *met);
  }
  EXPECT_GE(found, 490u);
}

TEST_F(HnswTest, EqualRowsStayReachable) {
  DenseColumn rows({.size = kDim, .distance = Distance::kCosine});
  const auto same = row(Distance::kCosine);
  for (Slot slot = 0; slot < 500; ++slot) rows.set(slot, same);
  for (Slot slot = 500; slot < 1000; ++slot) rows.set(slot, row(Distance::kCosine));
  Hnsw graph;
  link(graph, rows, 0, 1000);
  const auto met = graph.search(rows, same, 10, {}, kNoBudget);
  ASSERT_EQ(met->size(), 10u);
  for (const auto& near : *met) EXPECT_LT(near.slot, 500u);
  std::size_t found = 0;
  for (Slot slot = 500; slot < 1000; ++slot)
    found += graph.search(rows, rows.row(slot), 100, {}, kNoBudget)->front().slot == slot ? 1 : 0;
  EXPECT_GE(found, 490u);
}

TEST_F(HnswTest, AnEmptyGraphFindsNothing) {
  const DenseColumn rows({.size = kDim, .distance = Distance::kDot});
  const Hnsw graph;
  EXPECT_TRUE(graph.search(rows, row(Distance::kDot), 10, {}, kNoBudget)->empty());
}

}  // namespace
}  // namespace assay::store
