// SPDX-License-Identifier: Apache-2.0
// The settings that durability and speed rest on, and what SQLite's results mean to us.
#include "store/sqlite_database.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "assay/error.h"
#include "base/file.h"
#include "base/log.h"

namespace assay::store {
namespace {

// Measured on rows of 384 floats: five to a page; 4 KiB pages hold two and cost a third of the
// speed and a quarter of the space, 16 KiB pages slow single writes down (ARCHITECTURE.md).
constexpr int kPageBytes = 8192;
constexpr int kCacheKiB = 4096;  // of the file's inner pages; all reads are served from our memory

constexpr std::size_t kWalHeaderBytes = 32, kWalFrameBytes = 24;

std::filesystem::path wal_of(const std::filesystem::path& file) { return file.string() + "-wal"; }

}  // namespace

SqliteDatabase::SqliteDatabase(const std::filesystem::path& file, std::size_t checkpoint_bytes,
                               const std::string& vfs)
    : file_(file), checkpoint_bytes_(checkpoint_bytes) {
  // Absolute: a name that begins with "file:" is an address to SQLite.
  const int code =
      sqlite3_open_v2(std::filesystem::absolute(file).c_str(), &handle_,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                      vfs.empty() ? nullptr : vfs.c_str());
  try {
    if (code != SQLITE_OK) fail(code);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    // Damaged files meet every check that SQLite has, and no schema in them is trusted.
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    execute("PRAGMA cell_size_check = ON");
    execute("PRAGMA locking_mode = EXCLUSIVE");
    execute("PRAGMA temp_store = MEMORY");
    execute(fmt::format("PRAGMA cache_size = -{}", kCacheKiB));
    execute("PRAGMA journal_mode = WAL");
    set_sync(true);
    page_size_ = static_cast<std::size_t>(integer("PRAGMA page_size"));
    sqlite3_wal_hook(handle_, &SqliteDatabase::after_commit, this);
  } catch (...) {
    sqlite3_close(handle_);
    throw;
  }
}

std::unique_ptr<SqliteDatabase> SqliteDatabase::open_read_only(const std::filesystem::path& file) {
  for (const char* suffix : {"-wal", "-journal"}) {
    const std::filesystem::path log = file.string() + suffix;
    std::error_code missing;
    if (std::filesystem::file_size(log, missing) > 0 && !missing) {
      throw Error(ErrorCode::kUnavailable,
                  fmt::format("store: {} holds writes that are not in {} yet: open and close it "
                              "with the program that wrote it",
                              log.string(), file.string()));
    }
  }
  // "immutable": SQLite neither locks nor makes files beside it, so the folder may be read-only.
  std::string uri = "file:";
  for (const char c : file.string()) {
    if (c == '%' || c == '?' || c == '#') {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      uri += c;
    }
  }
  uri += "?immutable=1";
  std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(file));
  const int code = sqlite3_open_v2(
      uri.c_str(), &database->handle_,
      SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      nullptr);
  if (code != SQLITE_OK) throw Error(ErrorCode::kIo, database->describe(code));
  sqlite3_db_config(database->handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database->handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  database->execute("PRAGMA cell_size_check = ON");
  return database;
}

SqliteDatabase::~SqliteDatabase() { sqlite3_close(handle_); }

void SqliteDatabase::create(const std::filesystem::path& file, const std::string& schema) {
  const std::filesystem::path temporary = temporary_name(file);
  try {
    {
      sqlite3* handle = nullptr;
      int code = sqlite3_open_v2(std::filesystem::absolute(temporary).c_str(), &handle,
                                 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
      const std::string all = fmt::format(
          "PRAGMA page_size = {}; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; BEGIN; "
          "{}; "
          "COMMIT; PRAGMA journal_mode = WAL;",
          kPageBytes, schema);
      if (code == SQLITE_OK) code = sqlite3_exec(handle, all.c_str(), nullptr, nullptr, nullptr);
      const std::string message = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
      const int closed = sqlite3_close(handle);
      if (code == SQLITE_OK) code = closed;
      if (code != SQLITE_OK) {
        throw Error(ErrorCode::kIo,
                    fmt::format("store: cannot create {}: {}", file.string(), message));
      }
    }
    rename_durably(temporary, file);
  } catch (...) {
    for (const char* suffix : {"", "-journal", "-wal", "-shm"})
      ::unlink((temporary.string() + suffix).c_str());
    throw;
  }
}

void SqliteDatabase::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t SqliteDatabase::integer(const std::string& sql) {
  SqliteStatement query(*this, sql);
  if (!query.next()) fail(SQLITE_CORRUPT);
  return query.integer(0);
}

std::size_t SqliteDatabase::changed_rows() const {
  return static_cast<std::size_t>(sqlite3_changes64(handle_));
}

void SqliteDatabase::set_sync(bool every_commit) {
  execute(every_commit ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
}

void SqliteDatabase::sync() {
  sqlite3_file* wal = nullptr;
  sqlite3_file_control(handle_, "main", SQLITE_FCNTL_JOURNAL_POINTER, static_cast<void*>(&wal));
  if (wal == nullptr || wal->pMethods == nullptr) return;  // nothing was written yet
  const int code = wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL);
  if (code == SQLITE_OK) return;
  failed_sync_ = describe(code) + ". The latest writes could not be synced";
  throw Error(ErrorCode::kIo, failed_sync_);
}

void SqliteDatabase::checkpoint() {
  const int code =
      sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  note_checkpoint(code);
  if (code != SQLITE_OK)
    throw Error(ErrorCode::kIo, describe(code) + ". The write-ahead log holds all the same");
  wal_frames_ = 0;
}

// SQLite calls this after each commit with the length of the WAL.
int SqliteDatabase::after_commit(void* self, sqlite3* handle, const char* name, int frames) {
  auto& database = *static_cast<SqliteDatabase*>(self);
  database.wal_frames_ = static_cast<std::size_t>(frames);
  if (database.wal_frames_ * database.page_size_ < database.checkpoint_bytes_) return SQLITE_OK;
  // The commit stands: a full disk only makes the WAL longer.
  int in_wal = 0, moved = 0;
  const int code =
      sqlite3_wal_checkpoint_v2(handle, name, SQLITE_CHECKPOINT_PASSIVE, &in_wal, &moved);
  database.note_checkpoint(code);
  if (code != SQLITE_OK) {
    log::warn(fmt::format("store: {}: the write-ahead log grows: {}", database.file_.string(),
                          sqlite3_errstr(code)));
  } else if (in_wal == moved) {
    database.wal_frames_ = 0;  // the next commit begins at its front
  }
  return SQLITE_OK;
}

// It syncs the log first, the file last.
void SqliteDatabase::note_checkpoint(int code) {
  if ((code & 0xFF) == SQLITE_IOERR && failed_sync_.empty())
    failed_sync_ = describe(code) + ". The write-ahead log could not be moved into the file";
}

void SqliteDatabase::note_wal(std::uint64_t valid_bytes) noexcept {
  if (valid_bytes > kWalHeaderBytes)
    wal_frames_ = (valid_bytes - kWalHeaderBytes) / (kWalFrameBytes + page_size_);
}

void SqliteDatabase::drop_unfinished_pages() noexcept {
  const std::size_t end =
      wal_frames_ == 0 ? 0 : kWalHeaderBytes + wal_frames_ * (kWalFrameBytes + page_size_);
  const std::filesystem::path wal = wal_of(file_);
  std::error_code missing;
  const auto size = std::filesystem::file_size(wal, missing);
  if (missing || size <= end) return;
  // By name: SQLite would lose its locks if a descriptor of the file were closed.
  if (::truncate(wal.c_str(), static_cast<off_t>(end)) != 0) {
    log::warn(fmt::format("store: cannot shorten {}: {}", wal.string(), system_message(errno)));
  }
}

std::string SqliteDatabase::describe(int code) const {
  const bool known = handle_ != nullptr && sqlite3_extended_errcode(handle_) == code;
  const int system = handle_ != nullptr ? sqlite3_system_errno(handle_) : 0;
  const bool of_system =
      system != 0 && ((code & 0xFF) == SQLITE_IOERR || (code & 0xFF) == SQLITE_CANTOPEN);
  return fmt::format("store: {}: {}{}", file_.string(),
                     known ? sqlite3_errmsg(handle_) : sqlite3_errstr(code),
                     of_system ? " (" + system_message(system) + ")" : "");
}

void SqliteDatabase::fail_as_damaged(int code) const {
  throw Error(ErrorCode::kCorruption,
              describe(code) + ". The file is damaged: restore it from a copy");
}

void SqliteDatabase::fail(int code) const {
  const std::string what = describe(code);
  constexpr std::string_view kUnchanged =
      ". Nothing of this write was stored, and all that was stored before is there";
  switch (code & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      fail_as_damaged(code);
    case SQLITE_FULL:
      throw Error(ErrorCode::kIo,
                  fmt::format("{}{}: free some space and repeat it", what, kUnchanged));
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
      throw Error(ErrorCode::kInternal, what);
    default:
      throw Error(ErrorCode::kIo, fmt::format("{}{}", what, kUnchanged));
  }
}

SqliteStatement::SqliteStatement(SqliteDatabase& database, const std::string& sql)
    : database_(&database) {
  const int code = sqlite3_prepare_v3(database.handle_, sql.c_str(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
  // Tables are not those that the statement was written for.
  if (code == SQLITE_ERROR) database.fail_as_damaged(code);
  check(code);
}

SqliteStatement::~SqliteStatement() { sqlite3_finalize(handle_); }

SqliteStatement::SqliteStatement(SqliteStatement&& other) noexcept
    : database_(other.database_), handle_(std::exchange(other.handle_, nullptr)) {}

SqliteStatement& SqliteStatement::operator=(SqliteStatement&& other) noexcept {
  std::swap(database_, other.database_);
  std::swap(handle_, other.handle_);
  return *this;
}

SqliteStatement& SqliteStatement::bind(int index, std::int64_t value) {
  check(sqlite3_bind_int64(handle_, index, value));
  return *this;
}

SqliteStatement& SqliteStatement::bind(int index, std::string_view text) {
  check(sqlite3_bind_text64(handle_, index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

SqliteStatement& SqliteStatement::bind(int index, std::span<const std::byte> bytes) {
  // An address even for no bytes: without one it would be NULL.
  const void* address = bytes.empty() ? "" : static_cast<const void*>(bytes.data());
  check(sqlite3_bind_blob64(handle_, index, address, bytes.size(), SQLITE_STATIC));
  return *this;
}

SqliteStatement& SqliteStatement::bind_null(int index) {
  check(sqlite3_bind_null(handle_, index));
  return *this;
}

void SqliteStatement::run() {
  while (next()) {
  }
}

bool SqliteStatement::next() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  sqlite3_reset(handle_);
  if (code != SQLITE_DONE) database_->fail(code);
  return false;
}

void SqliteStatement::reset() noexcept { sqlite3_reset(handle_); }

bool SqliteStatement::is_null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

bool SqliteStatement::is_integer(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_INTEGER;
}

std::int64_t SqliteStatement::integer(int column) const {
  return sqlite3_column_int64(handle_, column);
}

std::string_view SqliteStatement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  return {text == nullptr ? "" : text,
          static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::span<const std::byte> SqliteStatement::bytes(int column) const {
  const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(handle_, column));
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

void SqliteStatement::check(int code) {
  if (code != SQLITE_OK) database_->fail(code);
}

}  // namespace assay::store
