// SPDX-License-Identifier: Apache-2.0
// Promise: a folder of qdrant-client's local mode is read without changing it, and one that is in
// use, unfinished or damaged is refused by name.
#include "store/local_mode.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/file.h>

#include "support.h"

namespace assay::store {
namespace {

using testing::HasSubstr;

class LocalMode : public testing::Test {
 protected:
  [[nodiscard]] std::string refusal(ErrorCode code, const std::string& collection = "plain") const {
    return test::message_of(code, [&] { (void)count(collection); });
  }
  [[nodiscard]] std::size_t count(const std::string& collection) const {
    std::size_t points = 0;
    LocalModeFolder(folder_).for_each_point(collection, [&](const Value& point) {
      EXPECT_NE(point.find("id"), nullptr);
      ++points;
    });
    return points;
  }
  [[nodiscard]] std::filesystem::path database(const std::string& collection = "plain") const {
    return folder_ / "collection" / collection / "storage.sqlite";
  }

  test::ScratchFolder scratch_;
  std::filesystem::path folder_ = scratch_.copy("local_mode");
};

TEST_F(LocalMode, ReadsPoints) {
  EXPECT_EQ(count("plain"), 4u);
  EXPECT_EQ(count("kinds"), 3u);
  EXPECT_EQ(count("empty"), 0u);
}

TEST_F(LocalMode, LeavesNoTraces) {
  const auto names = [&] {
    std::vector<std::string> result;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_))
      result.push_back(entry.path().string());
    std::ranges::sort(result);
    return result;
  };
  const auto before = names();
  std::filesystem::permissions(database().parent_path(), std::filesystem::perms::owner_read |
                                                             std::filesystem::perms::owner_exec);
  EXPECT_EQ(count("plain"), 4u);
  EXPECT_EQ(names(), before);
  std::filesystem::permissions(database().parent_path(), std::filesystem::perms::owner_all);
}

TEST_F(LocalMode, ReadsANameThatAddressesCannotHold) {
  const auto odd = scratch_.path() / "a?b#c%20";
  std::filesystem::rename(folder_, odd);
  folder_ = odd;
  EXPECT_EQ(count("plain"), 4u);
}

TEST_F(LocalMode, RefusesAFolderInUse) {
  const int fd = ::open((folder_ / ".lock").c_str(), O_RDONLY);
  ASSERT_GE(fd, 0);
  ASSERT_EQ(::flock(fd, LOCK_EX | LOCK_NB), 0);
  EXPECT_THAT(refusal(ErrorCode::kUnavailable), HasSubstr("is in use by another process"));
  ::close(fd);
  EXPECT_EQ(count("plain"), 4u);
  std::filesystem::remove(folder_ / ".lock");  // a copy may lack it
  EXPECT_EQ(count("plain"), 4u);
}

TEST_F(LocalMode, RefusesWhatIsNotFinished) {
  scratch_.write("local_mode/collection/plain/storage.sqlite-journal", "x");
  EXPECT_THAT(refusal(ErrorCode::kUnavailable), HasSubstr("storage.sqlite-journal holds writes"));
  std::filesystem::remove(database().string() + "-journal");
  scratch_.write("local_mode/collection/plain/storage.sqlite-wal", "");
  EXPECT_EQ(count("plain"), 4u);
}

TEST_F(LocalMode, RefusesOtherFolders) {
  folder_ = scratch_.path();
  EXPECT_THAT(refusal(ErrorCode::kNotFound), HasSubstr("it has no meta.json"));
}

TEST_F(LocalMode, RefusesDamagedFiles) {
  EXPECT_THAT(refusal(ErrorCode::kCorruption, "unknown"), HasSubstr("storage.sqlite is missing"));
  scratch_.write("local_mode/collection/old/storage.dbm", "x");
  EXPECT_THAT(refusal(ErrorCode::kUnsupported, "old"), HasSubstr("storage.dbm is of an old"));
  scratch_.write("local_mode/collection/plain/storage.sqlite",
                 "no database, but long enough for one");
  EXPECT_THAT(refusal(ErrorCode::kCorruption), HasSubstr("storage.sqlite"));
  std::filesystem::remove(database());
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(database().c_str(), &handle), SQLITE_OK);
  const auto run = [&](const char* sql) {
    ASSERT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sql;
  };
  run("CREATE TABLE other(x)");
  EXPECT_THAT(refusal(ErrorCode::kCorruption), HasSubstr("has no table of points"));
  run("CREATE TABLE points(id TEXT PRIMARY KEY, point BLOB)");
  run("INSERT INTO points VALUES('a', x'8004636f730a73797374656d0a2e')");  // c os system
  EXPECT_THAT(refusal(ErrorCode::kUnsupported),
              HasSubstr("storage.sqlite, row 1: pickle: opcode 0x63"));
  sqlite3_close(handle);
}

}  // namespace
}  // namespace assay::store
