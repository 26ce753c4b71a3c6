// SPDX-License-Identifier: Apache-2.0
// A store in a folder gives back what was written, belongs to one process at a time, refuses
// damaged, foreign and newer files, and says clearly what is wrong with a place.
#include "store/sqlite_store.h"

#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <random>

#include "store/random_writes.h"
#include "support.h"

namespace assay::store {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class SqliteStoreTest : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<Storage> open() const { return open_sqlite_store(folder()); }
  [[nodiscard]] std::string reopened() const { return test::contents(Collections(open())); }
  [[nodiscard]] std::filesystem::path folder() const { return scratch_.path() / "store"; }
  [[nodiscard]] std::filesystem::path file() const { return folder() / "assay.sqlite"; }
  // A store with some of everything; gives its contents.
  [[nodiscard]] std::string fill(std::size_t writes = 60) const {
    Collections collections(open());
    for (std::size_t i = 0; i < writes; ++i) test::random_write(collections, 5, i);
    std::string contents = test::contents(collections);
    collections.close();
    return contents;
  }
  [[nodiscard]] std::string failure(ErrorCode code) const {
    return assay::test::message_of(code, [&] { (void)reopened(); });
  }

  assay::test::ScratchFolder scratch_;
};

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_bytes(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

TEST_F(SqliteStoreTest, ReopeningGivesTheSameAnswers) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    Collections memory;
    std::filesystem::remove_all(folder());
    for (std::uint64_t part = 0; part < 4; ++part) {
      Collections disk(open());
      ASSERT_EQ(test::contents(disk), test::contents(memory)) << "seed " << seed;
      for (std::uint64_t i = 0; i < 40; ++i) {
        test::random_write(memory, seed, part * 40 + i);
        test::random_write(disk, seed, part * 40 + i);
      }
      ASSERT_EQ(test::contents(disk), test::contents(memory)) << "seed " << seed;
    }
  }
}

TEST_F(SqliteStoreTest, EveryKindOfIdAndValueComesBack) {
  const Payload payload = {{"nan", std::nan("")},
                           {"big", UINT64_MAX},
                           {"negative", INT64_MIN},
                           {"zero", -0.0},
                           {"text", std::string("\0\xff", 2)},
                           {"", Value::Object{{"a", nullptr}}}};
  const std::vector<PointId> ids = {0, UINT64_MAX, std::uint64_t{1} << 63,
                                    "00000000-0000-0000-0000-000000000000",
                                    "ffffffff-ffff-ffff-ffff-ffffffffffff"};
  {
    Collections collections(open());
    collections.create(
        "größe '); -- 1",
        {.vectors = {{"a'; --", {.size = 1}}, {"b", {.size = 2, .distance = Distance::kDot}}}});
    const std::vector<float> one = {1}, two = {-0.0f, INFINITY};
    for (const PointId& id : ids) {
      const PointView point{
          .id = id, .vectors = {{"a'; --", one}, {"b", two}}, .payload = &payload};
      collections.get("größe '); -- 1")->upsert(std::span(&point, 1));
    }
  }
  Collections collections(open());
  const auto records = collections.get("größe '); -- 1")->retrieve(ids, true, true);
  ASSERT_EQ(records.size(), ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    EXPECT_EQ(records[i].id, ids[i]);
    EXPECT_EQ(Value(*records[i].payload).to_json(), Value(payload).to_json());
    EXPECT_TRUE(std::isnan(*records[i].payload->at("nan").get_if<double>()));
    EXPECT_EQ(std::get<std::vector<float>>(records[i].vectors->at("b"))[1], INFINITY);
    EXPECT_TRUE(std::signbit(std::get<std::vector<float>>(records[i].vectors->at("b"))[0]));
  }
}

TEST_F(SqliteStoreTest, SpaceOfWhatIsDeletedIsUsedAgain) {
  std::uintmax_t after_first = 0;
  for (int round = 0; round < 6; ++round) {
    Collections collections(open());
    collections.create("c", {.vectors = VectorParams{.size = 64}});
    const std::vector<float> vector(64, 1.0f);
    std::vector<PointView> points;
    for (std::uint64_t id = 0; id < 500; ++id)
      points.push_back({.id = id, .vectors = {{"", vector}}});
    collections.get("c")->upsert(points);
    if (round % 2 == 0) collections.get("c")->erase(Filter{});
    collections.erase("c");
    collections.close();
    if (round == 0) after_first = std::filesystem::file_size(file());
  }
  EXPECT_LE(std::filesystem::file_size(file()), after_first + 8192);
}

TEST_F(SqliteStoreTest, ReconfiguringAddsAndDropsTables) {
  const CollectionConfig both = {.vectors = {{"a", {.size = 1}}, {"b", {.size = 1}}}};
  const CollectionConfig other = {.vectors = {{"b", {.size = 1}}, {"c", {.size = 1}}}};
  auto storage = open();
  auto journal = storage->create("c", both);
  const std::vector<float> value = {5};
  const auto row = std::as_bytes(std::span(value));
  const std::vector<PointChange> changes = {
      {.slot = 0, .id = 1, .vectors = {{"a", row}, {"b", row}}},
      {.slot = 1, .id = 2, .vectors = {{"a", row}}}};
  journal->commit(changes);
  journal->reconfigure(other);
  const std::vector<PointChange> more = {{.slot = 1, .id = 2, .vectors = {{"c", row}}}};
  journal->commit(more);
  storage->close();
  storage = open();
  auto stored = storage->collections();
  ASSERT_EQ(stored.size(), 1u);
  EXPECT_EQ(stored[0].config.vectors, other.vectors);
  std::string rows;
  stored[0].journal->load(
      {.point = [&](Slot slot, PointId id, bool,
                    Payload&&) { rows += fmt::format("{}={} ", slot, id.to_string()); },
       .vector =
           [&](std::string_view name, Slot slot, std::span<const std::byte>) {
             rows += fmt::format("{}{} ", name, slot);
             return true;
           }});
  EXPECT_EQ(rows, "0=1 1=2 b0 c1 ");
}

TEST_F(SqliteStoreTest, AliasesAreStoredAndGoWithTheirCollection) {
  {
    auto storage = open();
    (void)storage->create("a", {});
    (void)storage->create("b", {});
    storage->replace_aliases({{"x", "a"}, {"y", "b"}, {"z", "a"}});
    storage->drop("a");
  }
  EXPECT_EQ(open()->aliases(), (Aliases{{"y", "b"}}));
}

TEST_F(SqliteStoreTest, BelongsToOneAtATime) {
  {
    const auto storage = open();
    EXPECT_THAT(failure(ErrorCode::kUnavailable),
                AllOf(StartsWith(fmt::format("Storage folder {} is in use by process {} (",
                                             folder().string(), ::getpid())),
                      HasSubstr(", since 20")));
  }
  EXPECT_EQ(reopened(), "");
}

TEST_F(SqliteStoreTest, AfterClosingNothingIsWrittenAndReadersFinish) {
  Collections collections(open());
  collections.create("c", {.vectors = VectorParams{.size = 1}});
  const auto held = collections.get("c");
  const PointView point{.id = 1};
  held->upsert(std::span(&point, 1));
  collections.close();
  collections.close();
  EXPECT_EQ(held->count(), 1u);
  EXPECT_THAT(
      assay::test::message_of(ErrorCode::kUnavailable, [&] { held->upsert(std::span(&point, 1)); }),
      EndsWith("is closed; open it again"));
  for (const auto& call : std::vector<std::function<void()>>{
           [&] { (void)collections.get("c"); }, [&] { (void)collections.names(); },
           [&] { (void)collections.erase("c"); }, [&] { collections.create("d", {}); },
           [&] { collections.flush(); }}) {
    EXPECT_EQ(assay::test::message_of(ErrorCode::kUnavailable, call),
              "The client is closed. Create a new one");
  }
  EXPECT_THAT(reopened(), HasSubstr("1 points"));  // it is free again
}

TEST_F(SqliteStoreTest, WhatIsGivenUpIsReadAndNotWritten) {
  const auto store = open_sqlite_store(folder());
  const auto journal = store->create("c", {});
  const PointChange change{.slot = 0, .id = PointId(1), .payload = Payload()};
  journal->commit(std::span(&change, 1));
  journal->give_up("no memory");
  journal->give_up("the second reason");
  const PointChange next{.slot = 1, .id = PointId(2), .payload = Payload()};
  EXPECT_EQ(assay::test::message_of(ErrorCode::kIo, [&] { journal->commit(std::span(&next, 1)); }),
            "no memory, so nothing more is written: close the store and open it again");
  EXPECT_THROW(store->close(), Error);
  EXPECT_EQ(Collections(open_sqlite_store(folder())).get("c")->count(), 1u);
}

TEST_F(SqliteStoreTest, AWriteToADeletedCollectionIsForgotten) {
  Collections collections(open());
  collections.create("c", {.vectors = VectorParams{.size = 1}});
  const auto held = collections.get("c");
  collections.erase("c");
  collections.create("c", {.vectors = VectorParams{.size = 1}});
  const PointView point{.id = 1};
  held->upsert(std::span(&point, 1));
  EXPECT_EQ(collections.get("c")->count(), 0u);
  collections.close();
  EXPECT_THAT(reopened(), HasSubstr("0 points"));
}

TEST_F(SqliteStoreTest, SaysWhatIsWrongWithAPlace) {
  const auto failure_at = [](const std::filesystem::path& place) {
    return assay::test::message_of(ErrorCode::kIo, [&] { (void)open_sqlite_store(place); });
  };
  const auto a_file = scratch_.write("file", "text");
  EXPECT_EQ(failure_at(a_file), fmt::format("store: cannot make folder {}: it is a file, and a "
                                            "folder is needed",
                                            a_file.string()));
  EXPECT_THAT(failure_at(a_file / "below"), HasSubstr("Not a directory"));
  // Parents are made; where nobody may write, that is said. Root may write anywhere: be nobody.
  (void)open_sqlite_store(scratch_.path() / "not" / "yet" / "there");
  ASSERT_EQ(::chmod(scratch_.path().c_str(), 0755), 0);
  const bool root = ::geteuid() == 0;
  const auto read_only = scratch_.path() / "read only";
  std::filesystem::create_directory(read_only);
  ASSERT_EQ(::chmod(read_only.c_str(), 0555), 0);
  if (root) {
    ASSERT_EQ(::seteuid(65534), 0);
  }
  const std::string inside = failure_at(read_only), below = failure_at(read_only / "new");
  if (root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  EXPECT_EQ(inside, fmt::format("store: cannot write in {}: Permission denied. A store needs a "
                                "folder it may write in",
                                read_only.string()));
  EXPECT_EQ(below, fmt::format("store: cannot make folder {}: Permission denied",
                               (read_only / "new").string()));
}

TEST_F(SqliteStoreTest, RefusesACutOrForeignFile) {
  (void)fill();
  const std::string whole = bytes_of(file());
  for (const std::size_t length : {std::size_t{0}, std::size_t{50}, std::size_t{8192},
                                   whole.size() / 2, whole.size() - 8192, whole.size() - 1}) {
    write_bytes(file(), whole.substr(0, length));
    EXPECT_THAT(failure(ErrorCode::kCorruption),
                AllOf(StartsWith("store: " + file().string()), HasSubstr("damaged")))
        << length;
  }
  write_bytes(file(), std::string(whole.size(), 'x'));
  EXPECT_THAT(failure(ErrorCode::kCorruption), HasSubstr("no SQLite database"));
  std::string garbled = whole;  // a right beginning, then garbage
  std::mt19937 random(3);
  for (std::size_t i = 100; i < garbled.size(); ++i) garbled[i] = static_cast<char>(random());
  write_bytes(file(), garbled);
  EXPECT_THAT(failure(ErrorCode::kCorruption), HasSubstr(file().string()));
}

TEST_F(SqliteStoreTest, RefusesALogWithoutItsDatabase) {
  std::filesystem::create_directory(folder());
  write_bytes(file().string() + "-wal", "frames");
  EXPECT_THAT(failure(ErrorCode::kCorruption), HasSubstr("is missing, but its write-ahead log"));
  EXPECT_EQ(bytes_of(file().string() + "-wal"), "frames");
  std::filesystem::remove(file().string() + "-wal");
  EXPECT_EQ(reopened(), "");
}

TEST_F(SqliteStoreTest, RefusesLinksAndFoldersOfOthers) {
  std::filesystem::create_directory(folder());
  std::filesystem::create_symlink(scratch_.path() / "elsewhere", file());
  EXPECT_THAT(failure(ErrorCode::kUnsupported), HasSubstr("is a symbolic link"));
  EXPECT_TRUE(std::filesystem::is_symlink(file()));
  std::filesystem::remove(file());
  write_bytes(folder() / "meta.json", "{}");
  write_bytes(folder() / ".lock", "theirs");
  EXPECT_THAT(failure(ErrorCode::kUnsupported), HasSubstr("belongs to Qdrant's local mode"));
  EXPECT_EQ(bytes_of(folder() / ".lock"), "theirs");
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(SqliteStoreTest, RefusesWhatItCouldNotReadAgain) {
  Collections collections(open());
  const auto refused = [&](const std::function<void()>& call) {
    return assay::test::message_of(ErrorCode::kInvalidArgument, call);
  };
  const auto create = [&](const CollectionConfig& config) {
    return refused([&] { (void)collections.create("bad", config); });
  };
  Value deep = 1;
  for (int i = 0; i < 127; ++i) deep = Value::Array{deep};
  EXPECT_THAT(create({.metadata = Payload{{"m", deep}}}), HasSubstr("metadata is no JSON"));
  EXPECT_THAT(create({.metadata = Payload{{"m", std::nan("")}}}), HasSubstr("finite"));
  EXPECT_THAT(create({.metadata = Payload{{"m", "\xff"}}}), HasSubstr("UTF-8"));
  EXPECT_THAT(create({.vectors = {{"a\xff", {.size = 1}}}}),
              HasSubstr("Invalid dense vector name"));
  const Value shallow = Value::from_json(std::string(126, '[') + std::string(126, ']'));
  collections.create("c", {.vectors = {{"m", {.size = 3, .multivector = MultiVectorConfig{}}}},
                           .metadata = Payload{{"m", shallow}}});
  const auto collection = collections.get("c");
  EXPECT_THAT(refused([&] {
                (void)collection->update_config({.metadata = Payload{{"n", deep}}});
              }),
              HasSubstr("metadata is no JSON"));
  const std::vector<float> numbers = {1, 2, 3, 4};
  const PointView point{.id = 1, .vectors = {{"m", MultiView{.dim = 3, .values = numbers}}}};
  EXPECT_THAT(refused([&] { collection->upsert(std::span(&point, 1)); }),
              HasSubstr("4 numbers has no whole rows of 3"));
  collections.close();
  EXPECT_EQ(Collections(open()).get("c")->count(), 0u);
}

TEST_F(SqliteStoreTest, DoesNotWaitForAPipe) {
  std::filesystem::create_directory(folder());
  ASSERT_EQ(::mkfifo(file().c_str(), 0600), 0);
  EXPECT_THAT(failure(ErrorCode::kIo), HasSubstr("not a regular file"));
}

TEST_F(SqliteStoreTest, RemovesOnlyGraphsOfItsOwn) {
  (void)fill();
  const auto graphs = folder() / "graphs";
  std::filesystem::create_directories(graphs);
  for (const char* name : {"987654.hnsw", "3.hnsw.12.1.tmp", "my.tmp", "mine.hnsw", "9.hnsw.old"})
    write_bytes(graphs / name, "x");
  (void)reopened();
  EXPECT_FALSE(std::filesystem::exists(graphs / "987654.hnsw"));
  EXPECT_FALSE(std::filesystem::exists(graphs / "3.hnsw.12.1.tmp"));
  for (const char* name : {"my.tmp", "mine.hnsw", "9.hnsw.old"})
    EXPECT_TRUE(std::filesystem::exists(graphs / name)) << name;
}

TEST_F(SqliteStoreTest, RefusesOtherProgramsAndNewerVersions) {
  (void)fill(1);
  const auto run = [&](const char* sql) {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(file().c_str(), &handle), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(handle);
  };
  run("PRAGMA user_version = 2");
  EXPECT_EQ(failure(ErrorCode::kUnsupported),
            fmt::format("store: {} has format version 2, and this assay reads up to 1. Use a newer "
                        "assay",
                        file().string()));
  run("PRAGMA application_id = 77; PRAGMA journal_mode = DELETE");
  const std::string theirs = bytes_of(file());
  EXPECT_EQ(failure(ErrorCode::kUnsupported),
            fmt::format("store: {}: a SQLite database, but no store of assay", file().string()));
  EXPECT_EQ(bytes_of(file()), theirs);
}

TEST_F(SqliteStoreTest, AFlippedBitIsFoundOrDoesNotMatter) {
  const std::string before = fill();
  const std::string whole = bytes_of(file());
  std::mt19937 random(11);
  std::size_t found = 0;
  for (int i = 0; i < 200; ++i) {
    std::string damaged = whole;
    damaged[random() % damaged.size()] ^= static_cast<char>(1u << random() % 8);
    write_bytes(file(), damaged);
    try {
      EXPECT_EQ(reopened(), before);
    } catch (const Error& error) {
      EXPECT_TRUE(error.code() == ErrorCode::kCorruption || error.code() == ErrorCode::kUnsupported)
          << error.what();
      ++found;
    }
    std::filesystem::remove(file().string() + "-wal");
  }
  EXPECT_GT(found, 50u);  // the others hit pages that are free
}

TEST_F(SqliteStoreTest, ADamagedRowIsNamed) {
  {
    Collections collections(open());
    collections.create("films", {.vectors = {{"text", {.size = 4, .distance = Distance::kDot}}}});
    const std::vector<float> vector = {0.25f, 0.5f, 0.75f, 1};
    const Payload payload = {{"title", "Nosferatu"}};
    const PointView point{.id = 1922, .vectors = {{"text", vector}}, .payload = &payload};
    collections.get("films")->upsert(std::span(&point, 1));
  }
  const std::string whole = bytes_of(file());
  std::string damaged = whole;
  damaged.at(damaged.find("Nosferatu")) ^= 1;
  write_bytes(file(), damaged);
  EXPECT_EQ(failure(ErrorCode::kCorruption),
            fmt::format("store: {}: collection \"films\": point 1922 (slot 0): checksum does not "
                        "match. The file is damaged: restore it from a copy",
                        file().string()));
  damaged = whole;
  const std::array<float, 1> half = {0.5f};
  damaged.at(damaged.rfind(std::string(reinterpret_cast<const char*>(half.data()), 4))) ^= 1;
  write_bytes(file(), damaged);
  const std::string message = failure(ErrorCode::kCorruption);
  EXPECT_THAT(message, HasSubstr("collection \"films\": point 1922, vector \"text\": checksum"));
}

}  // namespace
}  // namespace assay::store
