// SPDX-License-Identifier: Apache-2.0
// SQLite behind C++ types: one connection in WAL mode, statements, errors by our codes.
//
// Used by sqlite_store.cc. The connection owns its files alone (exclusive locking mode: no shared
// memory file). Externally synchronised.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace assay::store {

class SqliteDatabase {
 public:
  /// Opens a database that exists; kIo, or kCorruption for a file that is none. A WAL larger than
  /// `checkpoint_bytes` is moved into the file. `vfs`: SQLite's name of a file layer, "" for its
  /// own.
  SqliteDatabase(const std::filesystem::path& file, std::size_t checkpoint_bytes,
                 const std::string& vfs = {});
  /// Closes; what is left in the WAL stays there.
  ~SqliteDatabase();
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;

  /// Somebody else's database, to be read only; nothing beside it is made or changed. kUnavailable
  /// when it has a log of writes that were not finished: whoever owns it must open it first.
  static std::unique_ptr<SqliteDatabase> open_read_only(const std::filesystem::path& file);

  /// Creates a database with these tables, in full or not at all.
  static void create(const std::filesystem::path& file, const std::string& schema);

  [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }

  /// Runs statements without parameters or results.
  void execute(const std::string& sql);
  /// The only value of a query for an integer.
  [[nodiscard]] std::int64_t integer(const std::string& sql);
  /// Rows that the last statement inserted, changed or deleted.
  [[nodiscard]] std::size_t changed_rows() const;

  /// With `every_commit` each commit is synced before it returns; else sync() does it.
  void set_sync(bool every_commit);
  /// Makes all commits durable.
  void sync();
  /// Moves the WAL's pages into the file and empties it. Throws when that fails.
  void checkpoint();
  /// Why a sync or a checkpoint failed, "" when none did. Commits that were not synced before may
  /// be lost then.
  [[nodiscard]] const std::string& failed_sync() const noexcept { return failed_sync_; }
  /// Tells where the last transaction ends in a WAL that was there before.
  void note_wal(std::uint64_t valid_bytes) noexcept;
  /// After a commit that failed: cuts off what it left behind in the WAL, so that pages after the
  /// last commit always belong to one unfinished write (see sqlite_wal.h).
  void drop_unfinished_pages() noexcept;

  /// Throws for SQLite's result `code`. kCorruption when the file is damaged, else kIo, with
  /// advice.
  [[noreturn]] void fail(int code) const;
  /// The same, kCorruption whatever the code.
  [[noreturn]] void fail_as_damaged(int code) const;

 private:
  friend class SqliteStatement;
  explicit SqliteDatabase(std::filesystem::path file) : file_(std::move(file)) {}
  [[nodiscard]] std::string describe(int code) const;
  void note_checkpoint(int code);
  static int after_commit(void* self, sqlite3* handle, const char* name, int frames);

  std::filesystem::path file_;
  std::size_t checkpoint_bytes_ = 0;
  sqlite3* handle_ = nullptr;
  std::size_t wal_frames_ = 0;  // committed and not yet in the file
  std::size_t page_size_ = 0;
  std::string failed_sync_;
};

/// A prepared statement. Bound text and bytes must live until the statement was run.
class SqliteStatement {
 public:
  SqliteStatement(SqliteDatabase& database, const std::string& sql);
  ~SqliteStatement();
  SqliteStatement(SqliteStatement&& other) noexcept;
  SqliteStatement& operator=(SqliteStatement&& other) noexcept;

  /// Parameters, from 1.
  SqliteStatement& bind(int index, std::int64_t value);
  SqliteStatement& bind(int index, std::string_view text);
  SqliteStatement& bind(int index, std::span<const std::byte> bytes);
  SqliteStatement& bind_null(int index);

  /// Runs to the end, and is ready for new parameters.
  void run();
  /// The next row; false at the end, and then ready for new parameters.
  bool next();
  /// Ends a query before its last row.
  void reset() noexcept;

  // Columns of the row, from 0. Text and bytes are valid until the next call of next().
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] bool is_integer(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::span<const std::byte> bytes(int column) const;

 private:
  void check(int code);

  SqliteDatabase* database_;
  sqlite3_stmt* handle_ = nullptr;
};

}  // namespace assay::store
