// SPDX-License-Identifier: Apache-2.0
// A write is computed, committed to the journal and applied, in this order: a journal that fails
// leaves the collection as it was, one that is read back gives the same collection, and readers do
// not wait for it.
#include <gmock/gmock.h>

#include <future>
#include <map>

#include "store/random_writes.h"
#include "support.h"

namespace assay::store {
namespace {

// Keeps copies of the rows, as a directory would.
class MemoryJournal : public Journal {
 public:
  struct State {
    struct Point {
      PointId id;
      bool alive;
      Payload payload;
    };
    std::vector<Point> points;
    std::map<std::string, std::map<Slot, std::vector<std::byte>>, std::less<>> vectors;
    std::size_t commits = 0;
    std::string given_up;
    std::vector<Slot> touched;  // by the last commit
    std::function<void()> before_commit = [] {};
  };
  explicit MemoryJournal(State& state) : state_(state) {}

  void load(const Rows& rows) override {
    for (Slot slot = 0; slot < state_.points.size(); ++slot) {
      const auto& point = state_.points[slot];
      rows.point(slot, point.id, point.alive, Payload(point.payload));
    }
    for (const auto& [name, column] : state_.vectors) {
      for (const auto& [slot, row] : column) EXPECT_TRUE(rows.vector(name, slot, row));
    }
  }
  void give_up(std::string reason) override { state_.given_up = std::move(reason); }
  void commit(std::span<const PointChange> changes) override {
    state_.before_commit();
    ++state_.commits;
    state_.touched.clear();
    for (const PointChange& change : changes) {
      state_.touched.push_back(change.slot);
      if (change.slot == state_.points.size())
        state_.points.push_back({change.id, change.alive, {}});
      auto& point = state_.points.at(change.slot);
      EXPECT_EQ(point.id, change.id);
      point.alive = change.alive;
      if (change.payload) point.payload = *change.payload;
      if (!change.alive) {
        for (auto& [name, column] : state_.vectors) column.erase(change.slot);
      }
      for (const auto& [name, row] : change.vectors) {
        auto& column = state_.vectors[std::string(name)];
        if (row) {
          column[change.slot].assign(row->begin(), row->end());
        } else {
          column.erase(change.slot);
        }
      }
    }
  }
  void reconfigure(const CollectionConfig&) override {}

 private:
  State& state_;
};

CollectionConfig two_vectors() {
  return {.vectors = {{"a", {.size = 2, .distance = Distance::kDot}},
                      {"b", {.size = 1, .distance = Distance::kEuclid}}}};
}

class CollectionWriteTest : public testing::Test {
 protected:
  void upsert(PointId id, std::vector<float> a, std::vector<float> b, Payload payload = {}) {
    PointView point{.id = id, .vectors = {}, .payload = &payload};
    if (!a.empty()) point.vectors.push_back({"a", a});
    if (!b.empty()) point.vectors.push_back({"b", b});
    collection_.upsert(std::span(&point, 1));
  }
  [[nodiscard]] std::string reopened() {
    return test::contents(Collection(two_vectors(), std::make_unique<MemoryJournal>(state_)));
  }

  MemoryJournal::State state_;
  Collection collection_{two_vectors(), std::make_unique<MemoryJournal>(state_)};
};

TEST_F(CollectionWriteTest, WhatTheJournalHoldsIsTheCollection) {
  upsert(5, {1, 2}, {3}, {{"n", 1}, {"tags", Value::Array{1, 2}}});
  upsert("00000000-0000-0000-0000-000000000001", {1, 2}, {});
  upsert(2, {}, {4}, {{"n", 2}});
  upsert(9, {0, 1}, {4});
  EXPECT_EQ(reopened(), test::contents(collection_));
  upsert(5, {7, 8}, {}, {{"m", 1}});  // replaces whole: "b" goes
  EXPECT_EQ(reopened(), test::contents(collection_));
  collection_.erase(std::vector<PointId>{2, 77});
  EXPECT_EQ(reopened(), test::contents(collection_));
  upsert(2, {5, 5}, {});  // revived in its slot
  EXPECT_EQ(reopened(), test::contents(collection_));
  const std::vector<float> one = {1};
  const PointView vectors{.id = 9, .vectors = {{"b", one}}};
  collection_.update_vectors(std::span(&vectors, 1));
  const std::vector<std::string> a = {"a"};
  collection_.delete_vectors(a, Filter{});
  EXPECT_EQ(reopened(), test::contents(collection_));
  collection_.set_payload({{"n", 3}}, Filter{}, {});
  collection_.set_payload({{"k", 4}}, std::vector<PointId>{5, 5, 9}, "deep.er");
  EXPECT_EQ(reopened(), test::contents(collection_));
  const std::vector<std::string> keys = {"n", "tags[]"};
  collection_.delete_payload(keys, std::vector<PointId>{5});
  collection_.overwrite_payload({{"x", nullptr}}, std::vector<PointId>{9});
  collection_.clear_payload(std::vector<PointId>{2});
  EXPECT_EQ(reopened(), test::contents(collection_));
  collection_.erase(Filter{});
  EXPECT_EQ(reopened(), test::contents(collection_));
  EXPECT_EQ(collection_.count(), 0u);
}

TEST_F(CollectionWriteTest, ARequestIsOneCommitWithOneChangeASlot) {
  const std::vector<float> v = {1, 2}, w = {3, 4};
  const std::vector<PointView> points = {{.id = 4, .vectors = {{"a", v}}},
                                         {.id = 3, .vectors = {{"a", v}}},
                                         {.id = 4, .vectors = {{"a", w}}}};
  collection_.upsert(points);
  EXPECT_EQ(state_.commits, 1u);
  EXPECT_THAT(state_.touched, testing::ElementsAre(0, 1));
  EXPECT_EQ(reopened(), test::contents(collection_));
  collection_.set_payload({{"n", 1}}, std::vector<PointId>{3, 3}, {});
  EXPECT_EQ(state_.commits, 2u);
  EXPECT_THAT(state_.touched, testing::ElementsAre(1));
  collection_.erase(std::vector<PointId>{99});  // nothing to store
  EXPECT_EQ(state_.commits, 2u);
}

TEST_F(CollectionWriteTest, AMissingPointDoesNotKeepTheOthersFromTheJournal) {
  upsert(1, {1, 2}, {3});
  EXPECT_EQ(
      assay::test::message_of(ErrorCode::kNotFound,
                              [&] {
                                collection_.set_payload({{"n", 1}}, std::vector<PointId>{7, 1}, {});
                              }),
      "Not found: No point with id 7 found");
  EXPECT_EQ(reopened(), test::contents(collection_));
  EXPECT_EQ(state_.points[0].payload, (Payload{{"n", 1}}));
}

TEST_F(CollectionWriteTest, AFailedCommitChangesNothing) {
  upsert(1, {1, 2}, {3}, {{"n", 1}});
  upsert(2, {1, 2}, {3}, {{"n", 1}});
  const std::string before = test::contents(collection_);
  state_.before_commit = [] { throw Error(ErrorCode::kIo, "disk full"); };
  const std::vector<float> v = {9, 9};
  const PointView vectors{.id = 1, .vectors = {{"a", v}}};
  const std::vector<std::string> names = {"a", "b"}, keys = {"n"};
  const std::vector<std::function<void()>> writes = {
      [&] {
        upsert(1, {4, 4}, {});
      },
      [&] {
        upsert(3, {4, 4}, {});
      },
      [&] { collection_.erase(Filter{}); },
      [&] { collection_.update_vectors(std::span(&vectors, 1)); },
      [&] { collection_.delete_vectors(names, Filter{}); },
      [&] {
        collection_.set_payload({{"n", 2}}, Filter{}, {});
      },
      [&] { collection_.delete_payload(keys, Filter{}); },
      [&] { collection_.clear_payload(Filter{}); },
  };
  for (const auto& write : writes) {
    EXPECT_EQ(assay::test::message_of(ErrorCode::kIo, write), "disk full");
    EXPECT_EQ(test::contents(collection_), before);
  }
  state_.before_commit = [] {};
  for (const std::size_t i : {0, 1, 3, 4, 5}) writes[i]();
  EXPECT_EQ(reopened(), test::contents(collection_));
}

TEST_F(CollectionWriteTest, ReadersDoNotWaitForTheJournal) {
  upsert(1, {1, 2}, {3});
  std::promise<void> committing, go_on;
  state_.before_commit = [&] {
    committing.set_value();
    go_on.get_future().wait();
  };
  auto writer = std::async(std::launch::async, [&] { upsert(2, {1, 2}, {3}); });
  committing.get_future().wait();
  EXPECT_EQ(collection_.count(), 1u);  // would hang
  go_on.set_value();
  writer.get();
  EXPECT_EQ(collection_.count(), 2u);
}

}  // namespace
}  // namespace assay::store
