// SPDX-License-Identifier: Apache-2.0
// Promise: rows are found from the moment they are written, linked or not; what the index finds is
// what a scan finds, nearly always at the default and wholly when asked to be exact.
#include "store/vector_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "store/exact_search.h"
#include "support.h"

namespace assay::store {
namespace {

constexpr std::size_t kDim = 16;

class VectorIndexTest : public testing::Test {
 protected:
  std::vector<float> random() {
    std::normal_distribution<float> normal;
    std::vector<float> vector(kDim);
    for (float& x : vector) x = normal(engine_);
    prepare_vector(Distance::kCosine, vector);
    return vector;
  }
  void set(Slot slot, std::span<const float> vector) {
    column_.set(slot, vector);
    index_.note(column_, slot);
  }
  void fill(std::size_t rows) {
    for (Slot slot = 0; slot < rows; ++slot) set(slot, random());
  }
  void link(std::size_t count = 64) {
    while (index_.has_work()) index_.finish(column_, index_.build(column_, count));
  }
  // The share of the exact 10 best that are found.
  double recall(std::span<const std::uint8_t> allowed = {}, const GraphParams& params = {}) {
    std::size_t found = 0, wanted = 0;
    for (int i = 0; i < 100; ++i) {
      const auto query = random();
      std::set<Slot> best;
      for (const Hit& hit : exact_search(column_, query, 10, allowed)) best.insert(hit.slot);
      wanted += best.size();
      for (const Hit& hit : index_.search(column_, query, 10, allowed, params))
        found += best.contains(hit.slot) ? 1 : 0;
    }
    return static_cast<double>(found) / static_cast<double>(wanted);
  }

  void erase(Slot slot) {
    column_.clear(slot);
    index_.note_gone(slot);
  }
  void save() {
    GraphNotes notes;
    index_.note_rows(column_, 0, index_.graph().slot_count(), notes);
    write_graph_file(file(), index_.shape(column_), index_.graph(), notes);
    index_.note_saved();
  }
  // As another process finds it: rows of vectors that are there, in order, and the file.
  [[nodiscard]] bool open_again() {
    DenseColumn column(column_.params());
    VectorIndex index(kIndexed, 1);
    for (Slot slot = 0; slot < column_.row_count(); ++slot) {
      if (!column_.has(slot)) continue;
      column.set(slot, column_.row(slot));
      index.note(column, slot);
    }
    const bool taken =
        index.restore(column, read_graph_file(file(), index.shape(column)).or_throw("graph"));
    column_ = std::move(column);
    index_ = std::move(index);
    return taken;
  }
  [[nodiscard]] std::filesystem::path file() const { return scratch_.path() / "graph"; }
  // What a walk finds for each of some queries.
  std::vector<std::vector<std::pair<Slot, float>>> walks() {
    std::vector<std::vector<std::pair<Slot, float>>> all;
    const auto before = engine_;
    for (int i = 0; i < 50; ++i) {
      auto& found = all.emplace_back();
      for (const Hit& hit : index_.search(column_, random(), 10, {}, {.ef = 30}))
        found.emplace_back(hit.slot, hit.score);
    }
    engine_ = before;
    return all;
  }

  static constexpr std::size_t kIndexed = 1000 * kDim * sizeof(float);
  std::mt19937 engine_{42};
  DenseColumn column_{{.size = kDim, .distance = Distance::kCosine}};
  // Walks wherever it can.
  VectorIndex index_{kIndexed, 1};
  const test::ScratchFolder scratch_;
};

TEST_F(VectorIndexTest, BuildsNothingForFewRows) {
  fill(999);
  EXPECT_FALSE(index_.has_work());
  set(999, random());
  EXPECT_TRUE(index_.has_work());
  link();
  EXPECT_EQ(index_.indexed_count(), 1000u);
}

TEST_F(VectorIndexTest, MeasuresHowManyCandidatesItTakes) {
  fill(8000);
  EXPECT_EQ(index_.default_ef(), 0u);
  link();
  EXPECT_GE(index_.default_ef(), VectorIndex::kLadder.front());
  EXPECT_GE(recall(), 0.98);
}

TEST_F(VectorIndexTest, FindsWaitingAndReplacedRows) {
  fill(4000);
  link();
  const auto added = random();
  set(4000, added);
  const auto moved = random();
  set(7, moved);
  const GraphParams walk{.ef = 100};
  ASSERT_EQ(index_.indexed_count(), 3999u);
  EXPECT_EQ(index_.search(column_, added, 1, {}, walk).front().slot, 4000u);
  const auto near = index_.search(column_, moved, 5, {}, walk);
  EXPECT_EQ(near.front().slot, 7u);
  EXPECT_EQ(std::ranges::count(near, Slot{7}, &Hit::slot), 1);
  // A row that changes while a step is under way waits again.
  auto step = index_.build(column_, 64);
  const auto again = random();
  set(7, again);
  index_.finish(column_, step);
  EXPECT_TRUE(index_.has_work());
  EXPECT_EQ(index_.search(column_, again, 1, {}, walk).front().slot, 7u);
  link();
  EXPECT_EQ(index_.indexed_count(), 4001u);
  EXPECT_EQ(index_.search(column_, again, 1, {}, walk).front().slot, 7u);
}

TEST_F(VectorIndexTest, ScoresAreThoseOfAScan) {
  fill(4000);
  link();
  for (int i = 0; i < 20; ++i) {
    const auto query = random();
    const auto exact = exact_search(column_, query, 10);
    const auto found = index_.search(column_, query, 10, {}, {.exact = true});
    ASSERT_EQ(found.size(), exact.size());
    const auto walked = index_.search(column_, query, 10, {}, {.ef = 300});
    for (std::size_t n = 0; n < exact.size(); ++n) {
      EXPECT_EQ(found[n].slot, exact[n].slot);
      EXPECT_EQ(found[n].score, exact[n].score);
      for (const Hit& hit : walked) {
        if (hit.slot == exact[n].slot) {
          EXPECT_EQ(hit.score, exact[n].score);
        }
      }
    }
  }
}

TEST_F(VectorIndexTest, SeveralSearchesFindWhatEachFindsAlone) {
  fill(4000);
  link();
  set(4000, random());  // waits
  std::vector<std::uint8_t> few(4001);
  for (Slot slot = 0; slot < few.size(); slot += 100) few[slot] = 1;
  std::vector<std::vector<float>> queries;
  for (int i = 0; i < 6; ++i) queries.push_back(random());
  const std::vector<Scan> searches = {{queries[0], 10},      {queries[1], 10}, {queries[2], 5, few},
                                      {queries[3], 10, few}, {queries[4], 20}, {queries[5], 10}};
  const std::vector<GraphParams> params = {{},         {.exact = true}, {.ef = 20},
                                           {.ef = 20}, {.ef = 50},      {.indexed_only = true}};
  const auto together = index_.search(column_, searches, params);
  ASSERT_EQ(together.size(), searches.size());
  for (std::size_t s = 0; s < searches.size(); ++s) {
    const auto alone =
        index_.search(column_, searches[s].query, searches[s].k, searches[s].allowed, params[s]);
    ASSERT_EQ(together[s].size(), alone.size()) << s;
    EXPECT_FALSE(alone.empty());
    for (std::size_t i = 0; i < alone.size(); ++i) {
      EXPECT_EQ(together[s][i].slot, alone[i].slot) << s;
      EXPECT_EQ(together[s][i].score, alone[i].score) << s;
    }
  }
}

TEST_F(VectorIndexTest, FiltersOfEveryShare) {
  fill(8000);
  link();
  for (const std::size_t every : {2u, 10u, 100u, 4000u}) {
    std::vector<std::uint8_t> allowed(8000);
    for (Slot slot = 0; slot < 8000; slot += every) allowed[slot] = 1;
    EXPECT_GE(recall(allowed, {.ef = 200}), 0.98) << every;
  }
  EXPECT_TRUE(index_.search(column_, random(), 10, std::vector<std::uint8_t>(8000), {}).empty());
}

TEST_F(VectorIndexTest, ScansWhereThatIsFaster) {
  fill(3000);
  VectorIndex usual(1000 * kDim * sizeof(float));
  for (Slot slot = 0; slot < 3000; ++slot) usual.note(column_, slot);
  while (usual.has_work()) usual.finish(column_, usual.build(column_, 64));
  // 120 x 26 rows are more than there are: exact.
  for (int i = 0; i < 20; ++i) {
    const auto query = random();
    const auto exact = exact_search(column_, query, 10);
    const auto found = usual.search(column_, query, 10, {}, {.ef = 26});
    ASSERT_EQ(found.size(), exact.size());
    for (std::size_t n = 0; n < exact.size(); ++n) EXPECT_EQ(found[n].slot, exact[n].slot);
  }
}

TEST_F(VectorIndexTest, DeletedRowsAreNotFound) {
  fill(6000);
  link();
  for (Slot slot = 0; slot < 6000; slot += 3) column_.clear(slot);
  EXPECT_GE(recall({}, {.ef = 200}), 0.98);
  for (Slot slot = 0; slot < 6000; slot += 3) set(slot, random());
  link();
  EXPECT_EQ(index_.indexed_count(), 6000u);
  EXPECT_GE(recall({}, {.ef = 200}), 0.98);
}

TEST_F(VectorIndexTest, AGraphMostlyOfDeletedRowsIsMadeAnew) {
  fill(6000);
  link();
  for (Slot slot = 0; slot < 3000; ++slot) erase(slot);
  EXPECT_FALSE(index_.has_work());  // just half of them
  EXPECT_EQ(index_.indexed_count(), 3000u);
  set(10, random());
  erase(10);
  link();
  erase(3000);
  erase(3001);
  EXPECT_TRUE(index_.has_work());
  const VectorIndex::Step anew = index_.build(column_, 64);
  erase(4000);
  set(6000, random());
  index_.finish(column_, anew);
  EXPECT_EQ(index_.indexed_count(), 0u);
  EXPECT_EQ(recall(), 1.0);  // all wait, and are scored
  link();
  EXPECT_EQ(index_.indexed_count(), 2998u);
  EXPECT_FALSE(index_.has_work());
  EXPECT_GE(recall({}, {.ef = 200}), 0.98);
}

TEST_F(VectorIndexTest, RowsThatChangedAndWentBeforeTheyWereLinkedAgainAreGone) {
  fill(3000);
  link();
  for (Slot slot = 0; slot < 3000; ++slot) set(slot, random());
  for (Slot slot = 300; slot < 3000; ++slot) erase(slot);
  link();
  EXPECT_EQ(index_.indexed_count(), 300u);
  EXPECT_EQ(index_.graph().size(), 300u);  // made anew
  set(3000, random());
  const VectorIndex::Step step = index_.build(column_, 64);
  erase(3000);
  index_.finish(column_, step);
  EXPECT_EQ(index_.indexed_count(), 300u);
}

TEST_F(VectorIndexTest, RowsThatWentBeforeTheyWereLinkedLeaveAnEmptyGraph) {
  fill(1500);
  for (Slot slot = 0; slot < 1500; ++slot) erase(slot);
  link();
  EXPECT_EQ(index_.graph().size(), 0u);
  fill(1500);
  link();
  EXPECT_EQ(index_.indexed_count(), 1500u);
  EXPECT_GE(recall({}, {.ef = 200}), 0.98);
}

// Nodes at new places with old links are no way to anything.
TEST_F(VectorIndexTest, ScansWhileManyRowsWaitToBeLinkedAgain) {
  fill(3000);
  link();
  for (Slot slot = 0; slot < 3000; slot += 2) set(slot, random());
  EXPECT_EQ(recall({}, {.ef = 20}), 1.0);
  EXPECT_LT(recall({}, {.ef = 20, .indexed_only = true}), 0.99);
  link();
  EXPECT_GE(recall({}, {.ef = 200}), 0.98);
}

// Rows in clusters are found with few candidates, others are not.
TEST_F(VectorIndexTest, MeasuresAgainWhenRowsWereReplaced) {
  constexpr std::size_t kWide = 64, kRows = 3000;
  DenseColumn column({.size = kWide, .distance = Distance::kEuclid});
  VectorIndex index(kIndexed, 1);
  std::normal_distribution<float> normal;
  const auto fill_by = [&](float spread, std::size_t centers) {
    for (Slot slot = 0; slot < kRows; ++slot) {
      std::mt19937 center(static_cast<unsigned>(slot % centers));
      std::normal_distribution<float> of_center;
      std::vector<float> row(kWide);
      for (float& x : row) x = of_center(center) + spread * normal(engine_);
      column.set(slot, row);
      index.note(column, slot);
    }
    while (index.has_work()) index.finish(column, index.build(column, 64));
  };
  fill_by(0.1f, 100);
  const std::size_t before = index.default_ef();
  fill_by(10.0f, 1);
  EXPECT_GT(index.default_ef(), before);
  VectorIndex fresh(kIndexed, 1);
  for (Slot slot = 0; slot < kRows; ++slot) fresh.note(column, slot);
  while (fresh.has_work()) fresh.finish(column, fresh.build(column, 64));
  EXPECT_GE(index.default_ef() * 2, fresh.default_ef());
}

// The walk goes to the long rows, and those that match are short.
TEST_F(VectorIndexTest, ScansForDotProductsOfOtherRowsThanTheNearest) {
  DenseColumn column({.size = kDim, .distance = Distance::kDot});
  VectorIndex index(kIndexed, 1);
  for (Slot slot = 0; slot < 4000; ++slot) {
    auto row = random();
    for (float& x : row) x *= slot % 2 == 0 ? 1.0f : 10.0f;
    column.set(slot, row);
    index.note(column, slot);
  }
  while (index.has_work()) index.finish(column, index.build(column, 64));
  std::vector<std::uint8_t> allowed(4000);
  for (Slot slot = 0; slot < 4000; slot += 2) allowed[slot] = 1;
  for (int i = 0; i < 20; ++i) {
    const auto query = random();
    const auto exact = exact_search(column, query, 10, allowed);
    const auto found = index.search(column, query, 10, allowed, {});
    ASSERT_EQ(found.size(), exact.size());
    for (std::size_t n = 0; n < exact.size(); ++n) EXPECT_EQ(found[n].slot, exact[n].slot);
  }
}

TEST_F(VectorIndexTest, ASavedGraphFindsTheSame) {
  fill(8000);
  link();
  EXPECT_TRUE(index_.is_unsaved(10));
  const auto before = walks();
  const std::size_t ef = index_.default_ef();
  save();
  EXPECT_FALSE(index_.is_unsaved(1'000'000));
  ASSERT_TRUE(open_again());
  EXPECT_FALSE(index_.has_work());
  EXPECT_FALSE(index_.is_unsaved(1'000'000));
  EXPECT_EQ(index_.indexed_count(), 8000u);
  EXPECT_EQ(index_.default_ef(), ef);
  EXPECT_EQ(walks(), before);
  EXPECT_GE(recall(), 0.98);
  // It grows on.
  const auto added = random();
  set(8000, added);
  link();
  EXPECT_EQ(index_.indexed_count(), 8001u);
  EXPECT_EQ(index_.search(column_, added, 1, {}, {.ef = 30}).front().slot, 8000u);
  EXPECT_TRUE(index_.is_unsaved(10'000));
  EXPECT_FALSE(index_.is_unsaved(8000));
}

TEST_F(VectorIndexTest, RowsWrittenSinceAGraphWasSavedWait) {
  fill(4000);
  link();
  save();
  const auto changed = random();
  const auto added = random();
  set(7, changed);
  set(4000, added);
  for (Slot slot = 1000; slot < 1400; ++slot) erase(slot);
  erase(3999);
  erase(4000);
  set(4001, added);
  ASSERT_TRUE(open_again());
  EXPECT_EQ(index_.indexed_count(), 4000u - 1 - 401);
  EXPECT_TRUE(index_.has_work());
  const GraphParams walk{.ef = 100};
  for (int linked = 0; linked < 2; ++linked) {
    const auto near = index_.search(column_, changed, 5, {}, walk);
    EXPECT_EQ(near.front().slot, 7u);
    EXPECT_EQ(std::ranges::count(near, Slot{7}, &Hit::slot), 1);
    EXPECT_EQ(index_.search(column_, added, 1, {}, walk).front().slot, 4001u);
    EXPECT_GE(recall({}, {.ef = 200}), 0.98);
    link();
  }
  EXPECT_EQ(index_.indexed_count(), 4000u - 400);
}

TEST_F(VectorIndexTest, RowsThatWaitedWhenAGraphWasSavedWaitAgain) {
  fill(4000);
  link();
  const auto changed = random();
  set(7, changed);
  set(4000, random());
  erase(20);
  const auto step = index_.build(column_, 1);
  save();
  index_.finish(column_, step);
  ASSERT_TRUE(open_again());
  EXPECT_EQ(index_.indexed_count(), 3998u);
  EXPECT_EQ(index_.search(column_, changed, 1, {}, {.ef = 30}).front().slot, 7u);
  link();
  EXPECT_EQ(index_.indexed_count(), 4000u);
}

TEST_F(VectorIndexTest, NodesThatLostTheirRowsLeadOnAfterOpening) {
  fill(6000);
  link();
  for (Slot slot = 0; slot < 6000; ++slot) {
    if (slot % 9 < 4) erase(slot);
  }
  for (Slot slot = 5900; slot < 6000; ++slot) erase(slot);  // the last rows are not there at all
  const auto queries = engine_;
  const double before = recall({}, {.ef = 100});
  save();
  ASSERT_TRUE(open_again());
  EXPECT_FALSE(index_.has_work());
  engine_ = queries;
  EXPECT_GE(recall({}, {.ef = 100}), before - 0.01);
  for (Slot slot = 0; slot < 6000; slot += 10) set(slot, random());
  link();
  EXPECT_GE(recall({}, {.ef = 200}), 0.98);
}

TEST_F(VectorIndexTest, AGraphOfOtherRowsIsNotTaken) {
  fill(3000);
  link();
  save();
  for (Slot slot = 0; slot < 1501; ++slot) set(slot, random());
  ASSERT_FALSE(open_again());
  EXPECT_EQ(index_.indexed_count(), 0u);
  link();
  EXPECT_EQ(index_.indexed_count(), 3000u);
  EXPECT_GE(recall({}, {.ef = 200}), 0.98);
}

TEST_F(VectorIndexTest, LeavesWaitingRowsOutWhenTold) {
  fill(4000);
  link();
  const auto added = random();
  set(4000, added);
  EXPECT_NE(index_.search(column_, added, 1, {}, {.ef = 100, .indexed_only = true}).front().slot,
            4000u);
}

}  // namespace
}  // namespace assay::store
