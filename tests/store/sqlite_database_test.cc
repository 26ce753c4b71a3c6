// SPDX-License-Identifier: Apache-2.0
// A database is created whole, keeps what is committed, names file and reason when it fails, and
// keeps its write-ahead log short.
#include "store/sqlite_database.h"

#include <gmock/gmock.h>

#include "support.h"

namespace assay::store {
namespace {

class SqliteDatabaseTest : public testing::Test {
 protected:
  [[nodiscard]] std::uintmax_t wal_size() const {
    return std::filesystem::file_size(file_.string() + "-wal");
  }
  assay::test::ScratchFolder scratch_;
  std::filesystem::path file_ = scratch_.path() / "a.sqlite";
};

TEST_F(SqliteDatabaseTest, KeepsValuesOfEachKind) {
  SqliteDatabase::create(file_, "CREATE TABLE t(n INTEGER, text TEXT, bytes BLOB)");
  {
    SqliteDatabase database(file_, 1 << 20);
    SqliteStatement insert(database, "INSERT INTO t VALUES(?, ?, ?)");
    const std::array<std::byte, 2> bytes = {std::byte{0}, std::byte{255}};
    insert.bind(1, INT64_MIN).bind(2, std::string_view("größe")).bind(3, bytes).run();
    insert.bind(1, 5).bind(2, std::string_view("")).bind(3, std::span<const std::byte>()).run();
    insert.bind_null(1).run();  // the others stay
    EXPECT_EQ(database.changed_rows(), 1u);
  }
  SqliteDatabase database(file_, 1 << 20);
  SqliteStatement query(database, "SELECT n, text, bytes FROM t ORDER BY rowid");
  ASSERT_TRUE(query.next());
  EXPECT_EQ(query.integer(0), INT64_MIN);
  EXPECT_EQ(query.text(1), "größe");
  EXPECT_EQ(query.bytes(2).size(), 2u);
  ASSERT_TRUE(query.next());
  EXPECT_TRUE(query.is_integer(0));
  EXPECT_FALSE(query.is_null(2));
  EXPECT_TRUE(query.bytes(2).empty());
  ASSERT_TRUE(query.next());
  EXPECT_TRUE(query.is_null(0));
  EXPECT_FALSE(query.next());
  EXPECT_EQ(database.integer("SELECT count(*) FROM t"), 3);
}

TEST_F(SqliteDatabaseTest, AFailedCreationLeavesNothing) {
  EXPECT_THAT(assay::test::message_of(ErrorCode::kIo,
                                      [&] { SqliteDatabase::create(file_, "CREATE NONSENSE"); }),
              testing::HasSubstr(file_.string()));
  EXPECT_TRUE(std::filesystem::is_empty(scratch_.path()));
}

TEST_F(SqliteDatabaseTest, TheLogIsMovedIntoTheFileWhenItIsLong) {
  SqliteDatabase::create(file_, "CREATE TABLE t(bytes BLOB)");
  SqliteDatabase database(file_, 100'000);
  SqliteStatement insert(database, "INSERT INTO t VALUES(randomblob(4000))");
  for (int i = 0; i < 500; ++i) insert.run();
  EXPECT_LT(wal_size(), 200'000u);
  EXPECT_GT(std::filesystem::file_size(file_), 1'800'000u);
  database.sync();
  database.checkpoint();
  EXPECT_EQ(wal_size(), 0u);
}

TEST_F(SqliteDatabaseTest, ErrorsNameTheFile) {
  EXPECT_THAT(
      assay::test::message_of(ErrorCode::kIo, [&] { const SqliteDatabase missing(file_, 1); }),
      testing::HasSubstr(file_.string()));
  SqliteDatabase::create(file_, "CREATE TABLE t(n INTEGER)");
  SqliteDatabase database(file_, 1 << 20);
  EXPECT_THAT(
      assay::test::message_of(ErrorCode::kInternal, [&] { database.execute("SELECT nothing"); }),
      testing::AllOf(testing::HasSubstr(file_.string()), testing::HasSubstr("nothing")));
}

}  // namespace
}  // namespace assay::store
