// SPDX-License-Identifier: Apache-2.0
// Whatever happens to the disk: power lost in the middle of a write or of a checkpoint, a full
// disk, a failing one. What was acknowledged is there after reopening, what was not is there whole
// or not at all, and a store whose disk has room again goes on.
#include <gmock/gmock.h>
#include <sqlite3.h>

#include <optional>

#include "store/faulty_vfs.h"
#include "store/random_writes.h"
#include "store/sqlite_store.h"
#include "support.h"

namespace assay::store {
namespace {

class PowerLossTest : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path folder() const { return scratch_.path() / "store"; }
  [[nodiscard]] std::unique_ptr<Storage> open(
      std::optional<std::chrono::milliseconds> grouped = {}) {
    return open_sqlite_store(folder(), {.sync_interval = grouped,
                                        .checkpoint_bytes = 200'000,  // so that there are some
                                        .vfs = vfs_.name()});
  }
  // The contents of a store with these files.
  [[nodiscard]] std::string contents_of(const std::map<std::string, std::string>& files) const {
    const assay::test::ScratchFolder scratch;
    for (const auto& [name, bytes] : files) scratch.write(name, bytes);
    return test::contents(Collections(open_sqlite_store(scratch.path())));
  }

  test::FaultyVfs vfs_;
  assay::test::ScratchFolder scratch_;
};

TEST_F(PowerLossTest, AcknowledgedWritesSurvivePowerLoss) {
  constexpr int kWrites = 200;
  std::mt19937_64 random(99);
  (void)open_sqlite_store(folder());  // that a store was made whole is sqlite_database_test's
  struct Loss {
    int acknowledged;  // writes, when the power went
    std::map<std::string, std::string> files;
  };
  std::vector<Loss> losses;
  std::vector<std::string> after;  // contents after so many writes
  int acknowledged = 0;
  Collections collections(open());
  vfs_.before = [&](std::size_t) {
    if (random() % 8 == 0) losses.push_back({acknowledged, vfs_.after_power_loss(random)});
    return SQLITE_OK;
  };
  after.push_back(test::contents(collections));
  for (; acknowledged < kWrites; ++acknowledged) {
    test::random_write(collections, 8, static_cast<std::uint64_t>(acknowledged));
    after.push_back(test::contents(collections));
  }
  collections.close();
  ASSERT_GE(losses.size(), 300u);
  for (std::size_t i = 0; i < losses.size(); ++i) {
    const Loss& loss = losses[i];
    const std::string found = contents_of(loss.files);
    const auto write = static_cast<std::size_t>(loss.acknowledged);
    if (found == after[write]) continue;
    ASSERT_LT(write + 1, after.size());
    ASSERT_EQ(found, after[write + 1]) << "loss " << i << " during write " << write;
  }
}

TEST_F(PowerLossTest, GroupedWritesSurviveAsFarAsTheyWereSynced) {
  std::mt19937_64 random(7);
  (void)open_sqlite_store(folder());
  Collections collections(open(std::chrono::hours(1)));
  std::vector<std::string> after = {test::contents(collections)};
  std::size_t flushed = 0;
  for (std::uint64_t i = 0; i < 60; ++i) {
    test::random_write(collections, 3, i);
    after.push_back(test::contents(collections));
    if (i % 7 == 6) {
      collections.flush();
      flushed = after.size() - 1;
    }
    const std::string found = contents_of(vfs_.after_power_loss(random));
    EXPECT_NE(std::find(after.begin() + static_cast<std::ptrdiff_t>(flushed), after.end(), found),
              after.end())
        << "write " << i;
  }
}

TEST_F(PowerLossTest, AFullDiskChangesNothingAndWritesWorkAgainAfterwards) {
  for (const int fault : {SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC}) {
    std::filesystem::remove_all(folder());
    Collections memory;
    Collections disk(open());
    std::size_t failures = 0;
    for (std::uint64_t i = 0; i < 60; ++i) {
      const std::string before = test::contents(disk);
      // Every second write meets the fault in one of its operations, if it has so many.
      std::size_t left = i / 2 % 9 + 1;
      vfs_.before = [&](std::size_t) { return i % 2 == 1 && --left == 0 ? fault : SQLITE_OK; };
      try {
        test::random_write(disk, 21, i);
      } catch (const Error& error) {
        ++failures;
        EXPECT_EQ(error.code(), ErrorCode::kIo);
        EXPECT_THAT(error.what(),
                    testing::AllOf(testing::HasSubstr((folder() / "assay.sqlite").string()),
                                   testing::HasSubstr("Nothing of this write was stored")));
        EXPECT_EQ(test::contents(disk), before);
        vfs_.before = {};
        test::random_write(disk, 21, i);  // again, with room
      }
      vfs_.before = {};
      test::random_write(memory, 21, i);
      ASSERT_EQ(test::contents(disk), test::contents(memory)) << "write " << i;
    }
    EXPECT_GT(failures, 10u) << fault;
    const auto files = [&] {
      std::map<std::string, std::string> read;
      for (const char* name : {"assay.sqlite", "assay.sqlite-wal"}) {
        std::ifstream file(folder() / name, std::ios::binary);
        read[name].assign(std::istreambuf_iterator<char>(file), {});
      }
      return read;
    }();
    EXPECT_EQ(contents_of(files), test::contents(memory));  // as after kill -9
  }
}

TEST_F(PowerLossTest, AStoreIsReadOnAFullDiskAndItsLogIsKept) {
  const auto killed = scratch_.path() / "killed";
  std::filesystem::create_directory(killed);
  std::string before;
  {
    Collections collections(open());
    for (std::uint64_t i = 0; i < 25; ++i) test::random_write(collections, 4, i);
    before = test::contents(collections);
    for (const char* name : {"assay.sqlite", "assay.sqlite-wal"})
      std::filesystem::copy_file(folder() / name, killed / name);
  }
  ASSERT_GT(std::filesystem::file_size(killed / "assay.sqlite-wal"), 0u);
  const auto reopen = [&] { return open_sqlite_store(killed, {.vfs = vfs_.name()}); };
  vfs_.before = [](std::size_t) { return SQLITE_FULL; };
  {
    Collections full(reopen());
    EXPECT_EQ(test::contents(full), before);
    EXPECT_THAT(assay::test::message_of(ErrorCode::kIo, [&] { (void)full.create("mine", {}); }),
                testing::HasSubstr("Nothing of this write was stored"));
  }
  vfs_.before = {};
  {
    Collections again(reopen());
    EXPECT_EQ(test::contents(again), before);
    (void)again.create("mine", {});
  }
  EXPECT_THAT(test::contents(Collections(reopen())), testing::HasSubstr("mine"));
}

TEST_F(PowerLossTest, AGroupThatCannotBeSyncedStopsLaterWrites) {
  Collections collections(open(std::chrono::hours(1)));
  test::random_write(collections, 1, 0);
  collections.create("mine", {});
  vfs_.before = [](std::size_t) { return SQLITE_IOERR_FSYNC; };
  EXPECT_THAT(assay::test::message_of(ErrorCode::kIo, [&] { collections.flush(); }),
              testing::HasSubstr("assay.sqlite"));
  vfs_.before = {};
  const PointView point{.id = 1};
  EXPECT_THAT(assay::test::message_of(
                  ErrorCode::kIo, [&] { collections.get("mine")->upsert(std::span(&point, 1)); }),
              testing::HasSubstr("nothing more is written"));
  EXPECT_EQ(collections.get("mine")->count(), 0u);  // reading goes on
}

// It syncs too, and what a failed sync leaves behind no later one tells of.
TEST_F(PowerLossTest, ACheckpointThatCannotBeSyncedStopsLaterWrites) {
  for (const auto grouped : {std::optional<std::chrono::milliseconds>(std::chrono::hours(1)),
                             std::optional<std::chrono::milliseconds>()}) {
    std::filesystem::remove_all(folder());
    Collections collections(open(grouped));
    collections.create("mine", {});
    const auto mine = collections.get("mine");
    std::size_t faults = 0;
    const std::string large(60'000, 'x');
    std::uint64_t written = 0;
    // The log is synced by checkpoints alone when commits are grouped, the database always.
    vfs_.before_sync = [&](const std::string& file) {
      if (file != (grouped ? "assay.sqlite-wal" : "assay.sqlite")) return SQLITE_OK;
      ++faults;
      return SQLITE_IOERR_FSYNC;
    };
    const auto write = [&] {
      const Payload payload = {{"text", large}};
      const PointView point{.id = written, .payload = &payload};
      mine->upsert(std::span(&point, 1));
      ++written;
    };
    while (faults == 0 && written < 100) write();
    ASSERT_EQ(faults, 1u);
    vfs_.before_sync = {};
    EXPECT_THAT(assay::test::message_of(ErrorCode::kIo, write),
                testing::HasSubstr("nothing more is written"));
    EXPECT_THAT(assay::test::message_of(ErrorCode::kIo, [&] { collections.flush(); }),
                testing::HasSubstr("assay.sqlite"));
    EXPECT_EQ(mine->count(), written);
    EXPECT_THROW(collections.close(), Error);
    Collections again(open(grouped));  // this disk forgot nothing
    EXPECT_EQ(again.get("mine")->count(), written);
    again.create("other", {});
  }
}

}  // namespace
}  // namespace assay::store
