// SPDX-License-Identifier: Apache-2.0
// Promise: a large collection is indexed in the background; queries find every point before,
// during and after, and nothing waits for the end of it. A store on disk keeps the graph, and makes
// it again where the file does not fit.
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <thread>

#include "store/collection.h"
#include "store/collections.h"
#include "store/sqlite_store.h"
#include "support.h"

namespace assay::store {
namespace {

// Rows of 16 KiB: 1,280 of them are large enough for a graph.
constexpr std::size_t kDim = 4096;
constexpr std::size_t kPoints = 1400;

std::vector<float> vector_of(std::uint64_t id) {
  std::mt19937_64 engine(id);
  std::normal_distribution<float> normal;
  std::vector<float> vector(kDim);
  for (float& x : vector) x = normal(engine);
  return vector;
}

CollectionConfig config() {
  return {.vectors = VectorParams{.size = kDim, .distance = Distance::kCosine}};
}

void upsert(Collection& collection, std::uint64_t begin, std::uint64_t end) {
  std::vector<std::vector<float>> vectors;
  std::vector<PointView> points;
  for (std::uint64_t id = begin; id < end; ++id) vectors.push_back(vector_of(id));
  for (std::uint64_t id = begin; id < end; ++id) {
    points.push_back(
        {.id = PointId(id), .vectors = {{"", std::span<const float>(vectors[id - begin])}}});
  }
  collection.upsert(points);
}

void wait_for_index(const Collection& collection) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(10);
  while (!collection.index_progress().complete) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

PointId nearest(const Collection& collection, std::uint64_t id) {
  QueryRequest request{.query = Query{NearestQuery{.nearest = vector_of(id)}}, .limit = 1};
  // Few candidates make it walk the graph; what it finds then is not certain.
  request.params.hnsw_ef = 10;
  EXPECT_EQ(collection.query(request).size(), 1u);
  request.params.hnsw_ef = 64;
  const auto found = collection.query(request);
  return found.empty() ? PointId(UINT64_MAX) : found.front().id;
}

TEST(CollectionIndexTest, IndexesALargeCollection) {
  Collection collection(config());
  upsert(collection, 0, 1000);
  EXPECT_EQ(collection.index_progress().indexed_vectors, 0u);
  upsert(collection, 1000, kPoints);
  wait_for_index(collection);
  EXPECT_EQ(collection.index_progress().indexed_vectors, kPoints);
  for (std::uint64_t id = 0; id < kPoints; id += 100)
    EXPECT_EQ(nearest(collection, id), PointId(id));
}

TEST(CollectionIndexTest, IndexesWhatWasStored) {
  const test::ScratchFolder scratch;
  {
    Collections collections(open_sqlite_store(scratch.path()));
    collections.create("c", config());
    upsert(*collections.get("c"), 0, kPoints);
  }
  Collections collections(open_sqlite_store(scratch.path()));
  const auto collection = collections.get("c");
  wait_for_index(*collection);
  EXPECT_EQ(collection->index_progress().indexed_vectors, kPoints);
  EXPECT_EQ(nearest(*collection, 77), PointId(77));
}

TEST(CollectionIndexTest, ThreadsReadAndWriteMeanwhile) {
  Collection collection(config());
  upsert(collection, 0, kPoints);
  {
    std::vector<std::jthread> threads;
    threads.emplace_back([&] {
      for (std::uint64_t id = kPoints; id < kPoints + 40; ++id) {
        upsert(collection, id, id + 1);
        EXPECT_EQ(nearest(collection, id), PointId(id));
        upsert(collection, id - 500, id - 499);  // one that may be in a step
      }
    });
    threads.emplace_back([&] {
      for (std::uint64_t id = 0; id < 40; ++id) EXPECT_EQ(nearest(collection, id), PointId(id));
    });
    threads.emplace_back([&] {
      for (std::uint64_t id = 100; id < 140; ++id)
        collection.erase(std::vector<PointId>{PointId(id)});
    });
  }
  wait_for_index(collection);
  EXPECT_EQ(nearest(collection, kPoints + 39), PointId(kPoints + 39));
  EXPECT_NE(nearest(collection, 120), PointId(std::uint64_t{120}));
}

TEST(CollectionIndexTest, MayEndOrLoseTheVectorMeanwhile) {
  {
    Collection collection(config());
    upsert(collection, 0, kPoints);
  }
  CollectionConfig two = config();
  two.vectors.by_name.emplace("other", VectorParams{.size = 2, .distance = Distance::kDot});
  Collection collection(two);
  upsert(collection, 0, kPoints);
  collection.delete_vector("");
  EXPECT_TRUE(collection.index_progress().complete);
}

// The stored collection "c" of kPoints, its graph saved, that tests share.
class SavedGraphTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    made_ = new test::ScratchFolder;
    Collections collections(open_sqlite_store(made_->path()));
    collections.create("c", config());
    upsert(*collections.get("c"), 0, kPoints);
    wait_for_index(*collections.get("c"));
    answers_ = new std::vector<std::vector<PointId>>(answers(*collections.get("c")));
  }
  static void TearDownTestSuite() {
    delete answers_;
    delete made_;
  }
  SavedGraphTest() {
    std::filesystem::copy(made_->path(), folder(), std::filesystem::copy_options::recursive);
  }
  [[nodiscard]] std::filesystem::path folder() const { return scratch_.path() / "store"; }
  [[nodiscard]] std::filesystem::path graphs() const { return folder() / "graphs"; }
  // The one file of the one column.
  [[nodiscard]] std::filesystem::path file() const {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(graphs()))
      files.push_back(entry.path());
    EXPECT_EQ(files.size(), 1u);
    return files.empty() ? graphs() / "none" : files.front();
  }
  static std::vector<std::vector<PointId>> answers(const Collection& collection) {
    std::vector<std::vector<PointId>> all;
    for (std::uint64_t id = 50'000; id < 50'010; ++id) {
      QueryRequest request{.query = Query{NearestQuery{.nearest = vector_of(id)}}, .limit = 5};
      request.params.hnsw_ef = 5;  // walks
      request.params.indexed_only = true;
      auto& ids = all.emplace_back();
      for (const ScoredPoint& point : collection.query(request)) ids.push_back(point.id);
    }
    return all;
  }
  void build_again() const {
    Collections collections(open_sqlite_store(folder()));
    const auto collection = collections.get("c");
    EXPECT_EQ(nearest(*collection, 77), PointId(77));
    wait_for_index(*collection);
    EXPECT_EQ(collection->index_progress().indexed_vectors, kPoints);
    EXPECT_EQ(nearest(*collection, 78), PointId(78));
  }
  [[nodiscard]] bool is_complete_at_opening() const {
    return Collections(open_sqlite_store(folder())).get("c")->index_progress().complete;
  }
  // What the log says while `work` runs.
  static std::string logged(const std::function<void()>& work) {
    testing::internal::CaptureStderr();
    work();
    return testing::internal::GetCapturedStderr();
  }

  static test::ScratchFolder* made_;
  static std::vector<std::vector<PointId>>* answers_;
  const test::ScratchFolder scratch_;
};

test::ScratchFolder* SavedGraphTest::made_ = nullptr;
std::vector<std::vector<PointId>>* SavedGraphTest::answers_ = nullptr;

TEST_F(SavedGraphTest, IsThereWhenTheStoreIsOpened) {
  const auto written = std::filesystem::last_write_time(file());
  EXPECT_EQ(logged([&] {
              Collections collections(open_sqlite_store(folder()));
              const auto collection = collections.get("c");
              EXPECT_TRUE(collection->index_progress().complete);
              EXPECT_EQ(collection->index_progress().indexed_vectors, kPoints);
              EXPECT_EQ(answers(*collection), *answers_);
              EXPECT_EQ(nearest(*collection, 77), PointId(77));
            }),
            "");
  EXPECT_EQ(std::filesystem::last_write_time(file()), written);  // nothing to save
}

TEST_F(SavedGraphTest, FollowsWhatIsWrittenInAnotherProcess) {
  const std::string old = [&] {
    std::ifstream saved(file(), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(saved), {});
  }();
  {
    Collections collections(open_sqlite_store(folder()));
    const auto collection = collections.get("c");
    upsert(*collection, kPoints, kPoints + 40);
    std::vector<float> moved = vector_of(60'000);
    const PointView point{.id = 7, .vectors = {{"", std::span<const float>(moved)}}};
    collection->upsert(std::span(&point, 1));
    collection->erase(std::vector<PointId>{PointId(std::uint64_t{8}), PointId(kPoints + 39)});
    collections.close();
  }
  for (const bool crashed : {false, true}) {
    // A crash leaves the old file to the new rows.
    if (crashed) std::ofstream(file(), std::ios::binary) << old;
    Collections collections(open_sqlite_store(folder()));
    const auto collection = collections.get("c");
    EXPECT_GE(collection->index_progress().indexed_vectors, kPoints - 2);
    for (int linked = 0; linked < 2; ++linked) {
      EXPECT_EQ(nearest(*collection, kPoints + 11), PointId(kPoints + 11));
      EXPECT_EQ(nearest(*collection, 60'000), PointId(std::uint64_t{7}));
      EXPECT_NE(nearest(*collection, 8), PointId(std::uint64_t{8}));
      EXPECT_NE(nearest(*collection, kPoints + 39), PointId(kPoints + 39));
      wait_for_index(*collection);
    }
    EXPECT_EQ(collection->index_progress().indexed_vectors, kPoints + 38);
  }
}

TEST_F(SavedGraphTest, IsBuiltAgainWhereTheFileDoesNotFit) {
  const auto whole = std::filesystem::file_size(file());
  const std::vector<std::function<void()>> damages = {
      [&] { std::filesystem::resize_file(file(), whole / 2); },
      [&] { std::filesystem::resize_file(file(), 0); },
      [&] {
        std::fstream changed(file(), std::ios::binary | std::ios::in | std::ios::out);
        changed.seekp(static_cast<std::streamoff>(whole / 3));
        changed << "damaged";
      },
  };
  for (std::size_t i = 0; i < damages.size(); ++i) {
    damages[i]();
    const std::string log = logged([&] { build_again(); });
    EXPECT_THAT(log, testing::HasSubstr("is not used and built again: ")) << i;
    EXPECT_THAT(log, testing::HasSubstr(file().string())) << i;
    EXPECT_EQ(std::ranges::count(log, '\n'), 1) << log;
    EXPECT_TRUE(is_complete_at_opening()) << i;  // it was saved again
  }
  std::filesystem::remove_all(graphs());
  EXPECT_EQ(logged([&] { build_again(); }), "");
  EXPECT_TRUE(is_complete_at_opening());
}

TEST_F(SavedGraphTest, IsNotSavedWhereThatIsImpossible) {
  std::filesystem::remove_all(graphs());
  std::ofstream(graphs()) << "in the way";
  const std::string log = logged([&] {
    Collections collections(open_sqlite_store(folder()));
    const auto collection = collections.get("c");
    wait_for_index(*collection);
    EXPECT_EQ(nearest(*collection, 77), PointId(77));
    collections.close();
  });
  EXPECT_THAT(log, testing::HasSubstr("a graph was not saved"));
  EXPECT_EQ(std::ranges::count(log, '\n'), 2) << log;  // it could not be read either
}

TEST_F(SavedGraphTest, GoesWithTheVectorsAndAfterACrash) {
  std::ofstream(graphs() / "1.hnsw.4711.1.tmp") << "half";
  std::ofstream(graphs() / "999.hnsw") << "of a collection that was deleted";
  const auto path = [&] {
    Collections collections(open_sqlite_store(folder()));
    return file();  // the only one
  }();
  {
    Collections collections(open_sqlite_store(folder()));
    collections.get("c")->create_vector("other", VectorParams{.size = 2});
    collections.get("c")->delete_vector("");
    EXPECT_FALSE(std::filesystem::exists(path));
  }
  EXPECT_TRUE(std::filesystem::is_empty(graphs()));
  std::filesystem::remove_all(folder());
  std::filesystem::copy(made_->path(), folder(), std::filesystem::copy_options::recursive);
  Collections collections(open_sqlite_store(folder()));
  collections.erase("c");
  EXPECT_TRUE(std::filesystem::is_empty(graphs()));
}

TEST_F(SavedGraphTest, IsSavedWhileTheStoreIsOpenOnceATenthIsNew) {
  const auto path = file();
  const auto before = std::filesystem::file_size(path);
  Collections collections(open_sqlite_store(folder()));
  const auto collection = collections.get("c");
  upsert(*collection, kPoints, kPoints + 200);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(10);
  while (std::filesystem::file_size(path) == before) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(nearest(*collection, kPoints + 199), PointId(kPoints + 199));
}

}  // namespace
}  // namespace assay::store
