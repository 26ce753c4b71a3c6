// SPDX-License-Identifier: Apache-2.0
// A write-ahead log is whole, or its last write was cut off, or a write before the last one is
// damaged: each is told, byte by byte, from logs that SQLite wrote.
#include "store/sqlite_wal.h"

#include <gtest/gtest.h>

#include <set>

#include "store/sqlite_database.h"
#include "support.h"

namespace assay::store {
namespace {

class SqliteWalTest : public testing::Test {
 protected:
  void SetUp() override {
    SqliteDatabase::create(file_, "CREATE TABLE t(n INTEGER, bytes BLOB)");
    SqliteDatabase database(file_, 1 << 20);
    SqliteStatement insert(database, "INSERT INTO t VALUES(1, randomblob(20000))");
    for (int i = 0; i < 3; ++i) {
      insert.run();
      ends_.push_back(std::filesystem::file_size(wal()));
    }
  }
  [[nodiscard]] std::filesystem::path wal() const { return file_.string() + "-wal"; }
  [[nodiscard]] std::string bytes() const {
    std::ifstream file(wal(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] WalState with(std::string_view changed) const {
    std::ofstream(wal(), std::ios::binary) << changed;
    return inspect_wal(file_);
  }
  // What SQLite finds.
  [[nodiscard]] std::int64_t rows() const {
    return SqliteDatabase(file_, 1 << 20).integer("SELECT count(*) FROM t");
  }

  assay::test::ScratchFolder scratch_;
  std::filesystem::path file_ = scratch_.path() / "a.sqlite";
  std::vector<std::uint64_t> ends_;  // of the transactions
};

TEST_F(SqliteWalTest, AWholeOrMissingOrEmptyLogHasNoTail) {
  EXPECT_EQ(inspect_wal(file_).valid_bytes, ends_.back());
  EXPECT_EQ(inspect_wal(file_).tail_bytes, 0u);
  EXPECT_EQ(with("").tail_bytes, 0u);
  std::filesystem::remove(wal());
  EXPECT_EQ(inspect_wal(file_).valid_bytes, 0u);
}

TEST_F(SqliteWalTest, ACutInTheLastWriteIsATailAndNoDamage) {
  const std::string whole = bytes();
  for (std::uint64_t length = ends_[1] + 24; length < ends_[2]; length += 2999) {
    const WalState state = with(whole.substr(0, length));
    EXPECT_EQ(state.valid_bytes, ends_[1]);
    EXPECT_EQ(state.valid_bytes + state.tail_bytes, length);
    EXPECT_FALSE(state.later_writes);
    drop_wal_tail(file_, state);
    EXPECT_EQ(std::filesystem::file_size(wal()), ends_[1]);
  }
  EXPECT_EQ(rows(), 2);
}

TEST_F(SqliteWalTest, DamageBeforeTheLastWriteIsTold) {
  const std::string whole = bytes();
  for (std::uint64_t at = 32; at < whole.size(); at += 2999) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    const WalState state = with(damaged);
    const std::size_t hit = at < ends_[0] ? 0 : at < ends_[1] ? 1 : 2;
    EXPECT_EQ(state.valid_bytes, hit == 0 ? 0 : ends_[hit - 1]) << at;
    EXPECT_EQ(state.later_writes, hit < 2) << at;
    EXPECT_GT(state.tail_bytes, 0u) << at;
    EXPECT_EQ(rows(), static_cast<std::int64_t>(hit)) << at;
  }
}

TEST_F(SqliteWalTest, ADamagedHeaderHidesEverything) {
  std::string damaged = bytes();
  damaged[25] ^= 1;  // of its checksum
  const WalState state = with(damaged);
  EXPECT_EQ(state.valid_bytes, 0u);
  EXPECT_TRUE(state.later_writes);
  EXPECT_EQ(rows(), 0);
}

TEST_F(SqliteWalTest, FramesOfEarlierRoundsAreNoTail) {
  {
    SqliteDatabase database(file_, 1);  // moved into the file at the first commit
    SqliteStatement(database, "INSERT INTO t VALUES(1, NULL)").run();
    SqliteStatement(database, "INSERT INTO t VALUES(1, NULL)").run();
  }
  const WalState state = inspect_wal(file_);
  EXPECT_LT(state.valid_bytes, std::filesystem::file_size(wal()));
  EXPECT_GT(state.valid_bytes, 0u);
  EXPECT_EQ(state.tail_bytes, 0u);
  EXPECT_EQ(rows(), 5);
}

}  // namespace
}  // namespace assay::store
