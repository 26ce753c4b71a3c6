// SPDX-License-Identifier: Apache-2.0
// Tables and rows. docs/formats/store.md describes what is written here; change both together.
#include "store/sqlite_store.h"

#include <fmt/format.h>

#include <array>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "assay/error.h"
#include "base/crc32c.h"
#include "base/file.h"
#include "base/log.h"
#include "store/config_json.h"
#include "store/folder_lock.h"
#include "store/payload_codec.h"
#include "store/sqlite_database.h"
#include "store/sqlite_wal.h"

namespace assay::store {
namespace {

constexpr std::string_view kFileName = "assay.sqlite";
constexpr std::string_view kGraphFolder = "graphs";
// Persistent. The version rises with every change that an older reader would misread.
constexpr std::uint64_t kApplication = 0x61737379;  // "assy"
constexpr std::uint64_t kVersion = 1;

std::string schema() {
  return fmt::format(
      "PRAGMA application_id = {}; PRAGMA user_version = {};"
      "CREATE TABLE collections(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
      " config TEXT NOT NULL, point_rows INTEGER NOT NULL, vector_rows INTEGER NOT NULL);"
      "CREATE TABLE columns(id INTEGER PRIMARY KEY, collection INTEGER NOT NULL,"
      " name TEXT NOT NULL, UNIQUE(collection, name));"
      "CREATE TABLE aliases(alias TEXT PRIMARY KEY, collection TEXT NOT NULL) WITHOUT ROWID;"
      "CREATE TABLE settings(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
      kApplication, kVersion);
}

// Checksums begin with the table and the slot, so that a row in the wrong place has a wrong one.
std::uint32_t checksum_of_place(std::int64_t table, std::uint64_t slot) {
  const std::array<std::uint64_t, 2> place = {static_cast<std::uint64_t>(table), slot};
  return crc32c(std::as_bytes(std::span(place)));
}

std::uint32_t vector_checksum(std::int64_t column, Slot slot, std::span<const std::byte> row) {
  return crc32c(row, checksum_of_place(column, slot));
}

std::uint32_t point_checksum(std::int64_t collection, Slot slot, const PointId& id,
                             std::optional<std::span<const std::byte>> payload) {
  std::uint32_t crc = checksum_of_place(collection, slot);
  if (id.is_integer()) {
    const std::array<std::uint64_t, 1> number = {id.integer()};
    crc = crc32c(std::as_bytes(std::span(number)), crc);
  } else {
    const auto uuid = id.uuid_bytes();
    crc = crc32c(std::as_bytes(std::span(uuid)), crc);
  }
  return payload ? crc32c(*payload, crc) : ~crc;
}

// One file and everything that is open in it.
struct Shared {
  Shared(const std::filesystem::path& to_open, SqliteStoreOptions with)
      : folder(to_open), options(std::move(with)), lock(std::in_place, folder) {}

  /// Throws kUnavailable when the store is closed, kIo when `lost`.
  SqliteDatabase& open_database() {
    if (!database) {
      throw Error(ErrorCode::kUnavailable,
                  fmt::format("store: {} is closed; open it again", folder.string()));
    }
    if (!lost.empty()) {
      throw Error(
          ErrorCode::kIo,
          fmt::format("{}, so nothing more is written: close the store and open it again", lost));
    }
    return *database;
  }

  /// What the system could not write it may have forgotten: that a later sync succeeds proves
  /// nothing, and only what the log holds is safe.
  void note_failed_sync() {
    if (lost.empty()) lost = database->failed_sync();
  }

  const std::filesystem::path folder;
  const SqliteStoreOptions options;
  std::mutex mutex;
  // Guarded by mutex.
  std::optional<FolderLock> lock;
  std::optional<SqliteDatabase> database;
  std::set<class SqliteJournal*> journals;
  bool unsynced = false;  // commits wait for the next sync
  std::string lost;       // why nothing more may be written
};

// Ids of columns are given out again: what is left of a column that was dropped must go, and where
// it did not its rows betray it (graph_file.h).
std::filesystem::path graph_path(const Shared& shared, std::int64_t column) {
  return shared.folder / kGraphFolder / fmt::format("{}.hnsw", column);
}

void remove_graph(const Shared& shared, std::int64_t column) {
  std::error_code ignored;
  std::filesystem::remove(graph_path(shared, column), ignored);
}

// Undoes what was not committed.
class Transaction {
 public:
  explicit Transaction(Shared& shared) : shared_(shared), database_(shared.open_database()) {
    database_.execute("BEGIN IMMEDIATE");
  }
  ~Transaction() {
    if (done_) return;
    try {
      database_.execute("ROLLBACK");
    } catch (const Error&) {  // SQLite has done so itself
    }
    database_.drop_unfinished_pages();
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit() {
    database_.execute("COMMIT");
    done_ = true;
    shared_.unsynced = shared_.options.sync_interval.has_value();
    shared_.note_failed_sync();
  }
  [[nodiscard]] SqliteDatabase& database() { return database_; }

 private:
  Shared& shared_;
  SqliteDatabase& database_;
  bool done_ = false;
};

// Columns of one vector name.
struct Column {
  std::int64_t id;
  std::optional<SqliteStatement> insert = {}, update = {}, remove = {};
};

using Columns = std::map<std::string, Column, std::less<>>;

std::int64_t add_column(SqliteDatabase& database, std::int64_t collection,
                        const std::string& name) {
  SqliteStatement(database, "INSERT INTO columns(collection, name) VALUES(?, ?)")
      .bind(1, collection)
      .bind(2, std::string_view(name))
      .run();
  const std::int64_t id = database.integer("SELECT last_insert_rowid()");
  database.execute(
      fmt::format("CREATE TABLE vectors_{}(slot INTEGER PRIMARY KEY, data BLOB NOT "
                  "NULL, checksum INTEGER NOT NULL)",
                  id));
  return id;
}

void drop_column(SqliteDatabase& database, std::int64_t id) {
  database.execute(fmt::format("DROP TABLE vectors_{0}; DELETE FROM columns WHERE id = {0}", id));
}

class SqliteJournal : public Journal {
 public:
  /// `shared->mutex` is held.
  SqliteJournal(std::shared_ptr<Shared> shared, std::int64_t id, std::string name,
                std::size_t point_rows, std::size_t vector_rows, Columns columns)
      : shared_(std::move(shared)),
        id_(id),
        name_(std::move(name)),
        point_rows_(point_rows),
        vector_rows_(vector_rows),
        columns_(std::move(columns)) {
    shared_->journals.insert(this);
  }
  ~SqliteJournal() override {
    const std::scoped_lock lock(shared_->mutex);
    shared_->journals.erase(this);
    forget_statements();
  }

  void load(const Rows& rows) override {
    const std::scoped_lock lock(shared_->mutex);
    load_points(rows);
    std::size_t found = 0;
    for (const auto& [name, column] : columns_) found += load_vectors(rows, name, column.id);
    if (found != vector_rows_) {
      corrupt(fmt::format("expected {} vectors, found {}", vector_rows_, found));
    }
  }

  void commit(std::span<const PointChange> changes) override {
    const std::scoped_lock lock(shared_->mutex);
    if (dropped_) return;
    Transaction transaction(*shared_);
    const auto before = std::pair(point_rows_, vector_rows_);
    try {
      for (const PointChange& change : changes) write(change);
      if (before != std::pair(point_rows_, vector_rows_)) {
        statement(count_, "UPDATE collections SET point_rows = ?, vector_rows = ? WHERE id = ?")
            .bind(1, static_cast<std::int64_t>(point_rows_))
            .bind(2, static_cast<std::int64_t>(vector_rows_))
            .bind(3, id_)
            .run();
      }
      transaction.commit();
    } catch (...) {
      std::tie(point_rows_, vector_rows_) = before;
      throw;
    }
  }

  void give_up(std::string reason) override {
    const std::scoped_lock lock(shared_->mutex);
    if (shared_->lost.empty()) shared_->lost = std::move(reason);
  }

  void reconfigure(const CollectionConfig& config) override {
    const std::scoped_lock lock(shared_->mutex);
    if (dropped_) return;
    Transaction transaction(*shared_);
    SqliteDatabase& database = transaction.database();
    forget_statements();  // a table that is dropped must not be in use
    Columns columns;
    std::size_t vector_rows = vector_rows_;
    for (const std::string& name : vector_names(config)) {
      const auto known = columns_.find(name);
      columns.try_emplace(name, Column{known != columns_.end() ? known->second.id
                                                               : add_column(database, id_, name)});
    }
    for (const auto& [name, column] : columns_) {
      if (columns.contains(name)) continue;
      vector_rows -= static_cast<std::size_t>(
          database.integer(fmt::format("SELECT count(*) FROM vectors_{}", column.id)));
      drop_column(database, column.id);
    }
    const std::string json = config_to_json(config);
    SqliteStatement(database, "UPDATE collections SET config = ?, vector_rows = ? WHERE id = ?")
        .bind(1, std::string_view(json))
        .bind(2, static_cast<std::int64_t>(vector_rows))
        .bind(3, id_)
        .run();
    transaction.commit();
    for (const auto& [name, column] : columns_) {
      if (!columns.contains(name)) remove_graph(*shared_, column.id);
    }
    columns_ = std::move(columns);
    vector_rows_ = vector_rows;
  }

  std::optional<std::filesystem::path> graph_file(std::string_view vector) const override {
    const std::scoped_lock lock(shared_->mutex);
    const auto column = columns_.find(vector);
    if (dropped_ || !shared_->database || column == columns_.end()) return std::nullopt;
    return graph_path(*shared_, column->second.id);
  }

  // Of SqliteStore, under the mutex.
  [[nodiscard]] std::string_view name() const { return name_; }
  void mark_dropped() { dropped_ = true; }
  void forget_statements() {
    insert_.reset();
    update_.reset();
    count_.reset();
    for (auto& [name, column] : columns_) {
      column.insert.reset();
      column.update.reset();
      column.remove.reset();
    }
  }

 private:
  SqliteStatement& statement(std::optional<SqliteStatement>& kept, const std::string& sql) {
    if (!kept) kept.emplace(*shared_->database, sql);
    return *kept;
  }

  void write(const PointChange& change) {
    const bool is_new = change.slot >= point_rows_;
    if (is_new || !change.alive || change.payload) write_point(change, is_new);
    if (!change.alive && !is_new) {
      for (auto& [name, column] : columns_) remove_vector(column, change.slot);
    }
    for (const VectorChange& vector : change.vectors) {
      Column& column = columns_.find(vector.name)->second;
      if (vector.row) {
        set_vector(column, change.slot, *vector.row, is_new);
      } else if (!is_new) {
        remove_vector(column, change.slot);
      }
    }
  }

  void write_point(const PointChange& change, bool is_new) {
    bytes_.clear();
    std::optional<std::span<const std::byte>> payload;
    if (change.alive) {
      encode_payload(change.payload ? *change.payload : Payload(), bytes_);
      payload = std::as_bytes(std::span(bytes_));
    }
    // Numbers of parameters are the same in both.
    SqliteStatement& row =
        is_new
            ? statement(insert_, fmt::format("INSERT INTO points_{}(slot, id, payload, checksum) "
                                             "VALUES(?1, ?4, ?2, ?3)",
                                             id_))
            : statement(update_, fmt::format("UPDATE points_{} SET payload = ?2, checksum = ?3 "
                                             "WHERE slot = ?1",
                                             id_));
    row.bind(1, static_cast<std::int64_t>(change.slot));
    if (payload) {
      row.bind(2, *payload);
    } else {
      row.bind_null(2);
    }
    row.bind(3, std::int64_t{point_checksum(id_, change.slot, change.id, payload)});
    std::array<std::uint8_t, 16> uuid{};
    if (is_new) {
      if (change.id.is_integer()) {
        row.bind(4, static_cast<std::int64_t>(change.id.integer()));
      } else {
        uuid = change.id.uuid_bytes();
        row.bind(4, std::as_bytes(std::span(uuid)));
      }
    }
    row.run();
    if (is_new) ++point_rows_;
  }

  void set_vector(Column& column, Slot slot, std::span<const std::byte> row, bool is_new) {
    const std::int64_t checksum = vector_checksum(column.id, slot, row);
    if (!is_new) {
      statement(
          column.update,
          fmt::format("UPDATE vectors_{} SET data = ?, checksum = ? WHERE slot = ?", column.id))
          .bind(1, row)
          .bind(2, checksum)
          .bind(3, static_cast<std::int64_t>(slot))
          .run();
      if (shared_->database->changed_rows() == 1) return;
    }
    statement(column.insert, fmt::format("INSERT INTO vectors_{} VALUES(?, ?, ?)", column.id))
        .bind(1, static_cast<std::int64_t>(slot))
        .bind(2, row)
        .bind(3, checksum)
        .run();
    ++vector_rows_;
  }

  void remove_vector(Column& column, Slot slot) {
    statement(column.remove, fmt::format("DELETE FROM vectors_{} WHERE slot = ?", column.id))
        .bind(1, static_cast<std::int64_t>(slot))
        .run();
    vector_rows_ -= shared_->database->changed_rows();
  }

  void load_points(const Rows& rows) {
    SqliteStatement query(
        *shared_->database,
        fmt::format("SELECT slot, id, payload, checksum FROM points_{} ORDER BY slot", id_));
    Slot slot = 0;
    for (; query.next(); ++slot) {
      if (query.integer(0) != static_cast<std::int64_t>(slot)) {
        corrupt(fmt::format("the point in slot {} is missing", slot));
      }
      const PointId id = id_in(query, 1, slot);
      const bool alive = !query.is_null(2);
      std::optional<std::span<const std::byte>> payload;
      if (alive) payload = query.bytes(2);
      if (point_checksum(id_, slot, id, payload) != query.integer(3)) {
        corrupt(fmt::format("point {} (slot {}): checksum does not match", id.to_string(), slot));
      }
      Payload value;
      if (alive) {
        auto decoded = decode_payload(*payload);
        if (!decoded.ok())
          corrupt(fmt::format("point {}: {}", id.to_string(), decoded.failure().message));
        value = std::move(decoded.value());
      }
      rows.point(slot, id, alive, std::move(value));
    }
    if (slot != point_rows_)
      corrupt(fmt::format("expected {} points, found {}", point_rows_, slot));
  }

  std::size_t load_vectors(const Rows& rows, const std::string& name, std::int64_t column) {
    SqliteStatement query(
        *shared_->database,
        fmt::format("SELECT slot, data, checksum FROM vectors_{} ORDER BY slot", column));
    std::size_t found = 0;
    for (; query.next(); ++found) {
      const std::int64_t slot = query.integer(0);
      const auto row = query.bytes(1);
      if (slot < 0 || static_cast<std::size_t>(slot) >= point_rows_ ||
          vector_checksum(column, static_cast<Slot>(slot), row) != query.integer(2)) {
        corrupt(fmt::format("{}, vector \"{}\": checksum does not match", point_at(slot), name));
      }
      if (!rows.vector(name, static_cast<Slot>(slot), row)) {
        corrupt(fmt::format("{}, vector \"{}\": {} bytes do not fit its configuration",
                            point_at(slot), name, row.size()));
      }
    }
    return found;
  }

  PointId id_in(const SqliteStatement& query, int column, Slot slot) const {
    if (query.is_integer(column)) return static_cast<std::uint64_t>(query.integer(column));
    const auto bytes = query.bytes(column);
    std::array<std::uint8_t, 16> uuid{};
    if (bytes.size() != uuid.size()) corrupt(fmt::format("the id in slot {} is none", slot));
    std::memcpy(uuid.data(), bytes.data(), uuid.size());
    return PointId::from_uuid_bytes(uuid);
  }

  // For messages.
  std::string point_at(std::int64_t slot) const {
    SqliteStatement query(*shared_->database,
                          fmt::format("SELECT id FROM points_{} WHERE slot = ?", id_));
    if (!query.bind(1, slot).next()) return fmt::format("slot {}", slot);
    return fmt::format("point {}", id_in(query, 0, static_cast<Slot>(slot)).to_string());
  }

  [[noreturn]] void corrupt(const std::string& what) const {
    throw Error(
        ErrorCode::kCorruption,
        fmt::format("store: {}: collection \"{}\": {}. The file is damaged: restore it from "
                    "a copy",
                    shared_->database->file().string(), name_, what));
  }

  const std::shared_ptr<Shared> shared_;
  // Guarded by shared_->mutex.
  const std::int64_t id_;
  const std::string name_;
  std::size_t point_rows_, vector_rows_;
  Columns columns_;
  std::optional<SqliteStatement> insert_, update_, count_;
  std::string bytes_;  // of the payload that is being written
  bool dropped_ = false;
};

class SqliteStore : public Storage {
 public:
  explicit SqliteStore(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {
    if (shared_->options.sync_interval)
      syncer_ = std::jthread([this](auto stop) { sync_often(stop); });
  }
  ~SqliteStore() override {
    try {
      close();
    } catch (const std::exception& error) {
      log::warn(error.what());
    }
  }

  std::vector<StoredCollection> collections() override {
    std::vector<StoredCollection> result;  // its journals lock when they go: not under the lock
    const std::scoped_lock lock(shared_->mutex);
    SqliteDatabase& database = shared_->open_database();
    SqliteStatement query(
        database,
        "SELECT id, name, config, point_rows, vector_rows FROM collections ORDER BY name");
    while (query.next()) {
      const std::int64_t id = query.integer(0);
      StoredCollection& collection = result.emplace_back();
      collection.name = query.text(1);
      collection.config = config_from_json(query.text(2))
                              .or_throw(fmt::format("store: {}: collection \"{}\"",
                                                    database.file().string(), collection.name));
      Columns columns;
      SqliteStatement names(database, "SELECT id, name FROM columns WHERE collection = ?");
      names.bind(1, id);
      while (names.next())
        columns.try_emplace(std::string(names.text(1)), Column{names.integer(0)});
      for (const std::string& name : vector_names(collection.config)) {
        if (columns.contains(name)) continue;
        throw Error(
            ErrorCode::kCorruption,
            fmt::format("store: {}: collection \"{}\": the table of vector \"{}\" is missing",
                        database.file().string(), collection.name, name));
      }
      collection.journal = std::make_unique<SqliteJournal>(
          shared_, id, collection.name, static_cast<std::size_t>(query.integer(3)),
          static_cast<std::size_t>(query.integer(4)), std::move(columns));
    }
    return result;
  }

  Aliases aliases() const override {
    const std::scoped_lock lock(shared_->mutex);
    Aliases result;
    SqliteStatement query(shared_->open_database(), "SELECT alias, collection FROM aliases");
    while (query.next()) result.emplace(query.text(0), query.text(1));
    return result;
  }

  std::unique_ptr<Journal> create(std::string_view name, const CollectionConfig& config) override {
    const std::scoped_lock lock(shared_->mutex);
    Transaction transaction(*shared_);
    SqliteDatabase& database = transaction.database();
    const std::string json = config_to_json(config);
    SqliteStatement(database,
                    "INSERT INTO collections(name, config, point_rows, vector_rows) "
                    "VALUES(?, ?, 0, 0)")
        .bind(1, name)
        .bind(2, std::string_view(json))
        .run();
    const std::int64_t id = database.integer("SELECT last_insert_rowid()");
    database.execute(
        fmt::format("CREATE TABLE points_{}(slot INTEGER PRIMARY KEY, id NOT NULL, "
                    "payload BLOB, checksum INTEGER NOT NULL)",
                    id));
    Columns columns;
    for (const std::string& vector : vector_names(config))
      columns.try_emplace(vector, Column{add_column(database, id, vector)});
    transaction.commit();
    return std::make_unique<SqliteJournal>(shared_, id, std::string(name), 0, 0,
                                           std::move(columns));
  }

  void drop(std::string_view name) override {
    const std::scoped_lock lock(shared_->mutex);
    Transaction transaction(*shared_);
    SqliteDatabase& database = transaction.database();
    for (SqliteJournal* journal : shared_->journals) {
      if (journal->name() == name) journal->forget_statements();
    }
    SqliteStatement find(database, "SELECT id FROM collections WHERE name = ?");
    if (!find.bind(1, name).next()) return;
    const std::int64_t id = find.integer(0);
    find.reset();
    std::vector<std::int64_t> columns;
    SqliteStatement names(database, "SELECT id FROM columns WHERE collection = ?");
    names.bind(1, id);
    while (names.next()) columns.push_back(names.integer(0));
    for (const std::int64_t column : columns) drop_column(database, column);
    database.execute(
        fmt::format("DROP TABLE points_{0}; DELETE FROM collections WHERE id = {0}", id));
    SqliteStatement(database, "DELETE FROM aliases WHERE collection = ?").bind(1, name).run();
    transaction.commit();
    for (const std::int64_t column : columns) remove_graph(*shared_, column);
    for (SqliteJournal* journal : shared_->journals) {
      if (journal->name() == name) journal->mark_dropped();
    }
  }

  void replace_aliases(const Aliases& aliases) override {
    const std::scoped_lock lock(shared_->mutex);
    Transaction transaction(*shared_);
    transaction.database().execute("DELETE FROM aliases");
    SqliteStatement insert(transaction.database(), "INSERT INTO aliases VALUES(?, ?)");
    for (const auto& [alias, collection] : aliases)
      insert.bind(1, std::string_view(alias)).bind(2, std::string_view(collection)).run();
    transaction.commit();
  }

  void flush() override {
    const std::scoped_lock lock(shared_->mutex);
    sync(shared_->open_database());
  }

  void close() override {
    if (syncer_.joinable()) {
      syncer_.request_stop();
      syncer_.join();
    }
    const std::scoped_lock lock(shared_->mutex);
    if (!shared_->database) return;
    for (SqliteJournal* journal : shared_->journals) journal->forget_statements();
    const auto let_go = [&] {
      shared_->database.reset();
      shared_->lock.reset();
    };
    try {
      sync(shared_->open_database());
    } catch (...) {
      let_go();
      throw;
    }
    try {
      shared_->database->checkpoint();
    } catch (const Error& error) {  // all is in the WAL, which the next opening reads
      log::warn(error.what());
    }
    let_go();
  }

 private:
  // Under the mutex.
  void sync(SqliteDatabase& database) {
    if (!shared_->unsynced) return;
    try {
      database.sync();
    } catch (...) {
      shared_->note_failed_sync();
      throw;
    }
    shared_->unsynced = false;
  }

  void sync_often(const std::stop_token& stop) {
    std::mutex sleep;
    std::condition_variable_any wake;
    while (!stop.stop_requested()) {
      {
        std::unique_lock lock(sleep);
        wake.wait_for(lock, stop, *shared_->options.sync_interval, [] { return false; });
      }
      const std::scoped_lock lock(shared_->mutex);
      if (!shared_->database || !shared_->lost.empty()) return;
      try {
        sync(*shared_->database);
      } catch (const Error& error) {
        log::warn(error.what());
      }
    }
  }

  const std::shared_ptr<Shared> shared_;
  std::jthread syncer_;
};

void make_folder(const std::filesystem::path& folder) {
  if (std::filesystem::is_directory(folder)) return;
  std::error_code code;
  if (std::filesystem::exists(folder, code)) {
    throw Error(ErrorCode::kIo,
                fmt::format("store: cannot make folder {}: it is a file, and a folder is needed",
                            folder.string()));
  }
  try {
    make_folders_durably(folder);
  } catch (const Error& error) {
    throw Error(ErrorCode::kIo, fmt::format("store: {}", error.what()));
  }
}

// "<column>.hnsw", or a temporary name of it.
bool names_graph(std::string_view name) {
  const auto rest = name.substr(std::min(name.size(), name.find_first_not_of("0123456789")));
  return rest.size() < name.size() &&
         (rest == ".hnsw" || (rest.starts_with(".hnsw.") && rest.ends_with(".tmp")));
}

// Graphs of columns that are no more, and what a crash left of one that was being written.
void remove_lost_graphs(const std::filesystem::path& folder, SqliteDatabase& database) {
  std::set<std::string> known;
  SqliteStatement columns(database, "SELECT id FROM columns");
  while (columns.next()) known.insert(fmt::format("{}.hnsw", columns.integer(0)));
  std::error_code ignored;
  std::vector<std::filesystem::path> lost;
  using Iterator = std::filesystem::directory_iterator;
  for (Iterator at(folder / kGraphFolder, ignored); at != Iterator(); at.increment(ignored)) {
    const std::string name = at->path().filename().string();
    if (names_graph(name) && !known.contains(name)) lost.push_back(at->path());
  }
  for (const auto& path : lost) std::filesystem::remove(path, ignored);
}

// SQLite would follow a link and keep its log where it leads, unseen by us.
void check_place(const std::filesystem::path& folder, const std::filesystem::path& file) {
  std::error_code code;
  const auto type = std::filesystem::symlink_status(file, code).type();
  if (type == std::filesystem::file_type::symlink) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("store: {} is a symbolic link. Only a whole store can be linked to: "
                            "its folder",
                            file.string()));
  }
  if (type != std::filesystem::file_type::not_found) return;
  if (std::filesystem::exists(folder / "meta.json", code)) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("store: {} holds a meta.json, so it belongs to Qdrant's local mode. "
                            "Name another folder for the store; assay import copies collections",
                            folder.string()));
  }
  const std::filesystem::path log = file.string() + "-wal";
  if (const auto size = std::filesystem::file_size(log, code); !code && size > 0) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("store: {} is missing, but its write-ahead log is there. Restore it "
                            "from a copy; or remove {} for a new store",
                            file.string(), log.string()));
  }
}

// Refuses what is no database of ours, or one that was cut, before SQLite touches it.
void check_file(const std::filesystem::path& file, bool has_wal) {
  const MappedFile mapped(file);
  const auto bytes = mapped.bytes();
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  const auto refuse = [&](const std::string& what) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("store: {}: {}. The file is damaged: restore it from a copy",
                            file.string(), what));
  };
  if (bytes.size() < 100 || std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0)
    refuse(fmt::format("{} bytes that are no SQLite database", bytes.size()));
  const auto byte = [&](std::size_t at) { return std::to_integer<std::uint64_t>(bytes[at]); };
  const auto word = [&](std::size_t at) {
    return byte(at) << 24 | byte(at + 1) << 16 | byte(at + 2) << 8 | byte(at + 3);
  };
  const std::uint64_t stored = byte(16) << 8 | byte(17);
  const std::uint64_t page = stored == 1 ? 65536 : stored;
  const std::uint64_t pages = word(28);
  // With a WAL the file may be behind its header, and SQLite knows better.
  if (!has_wal && bytes.size() < pages * page) {
    refuse(fmt::format("expected {} bytes, found {}", pages * page, bytes.size()));
  }
  if (word(68) != kApplication) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("store: {}: a SQLite database, but no store of assay", file.string()));
  }
  const std::uint64_t version = word(60);
  if (version < 1 || version > kVersion) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("store: {} has format version {}, and this assay reads up to {}. Use a "
                            "newer assay",
                            file.string(), version, kVersion));
  }
}

std::string setting(SqliteDatabase& database, std::string_view key) {
  SqliteStatement query(database, "SELECT value FROM settings WHERE key = ?");
  return query.bind(1, key).next() ? std::string(query.text(0)) : "";
}

// Reports, and takes away, what a crash has left of an unfinished write.
void repair(SqliteDatabase& database, const WalState& wal) {
  if (wal.tail_bytes == 0) return;
  if (wal.later_writes && setting(database, "sync") != "grouped") {
    throw Error(ErrorCode::kCorruption,
                fmt::format("store: {}-wal: damaged at byte {} or after, before writes that were "
                            "acknowledged. Restore the folder from a copy; or remove the file, and "
                            "with it the writes since the last checkpoint",
                            database.file().string(), wal.valid_bytes));
  }
  log::warn(fmt::format("store: {}: a crash cut off the last write; dropped {} bytes of it{}",
                        database.file().string(), wal.tail_bytes,
                        wal.later_writes ? " and of writes that were not synced yet" : ""));
  drop_wal_tail(database.file(), wal);
}

// Writes down how commits are synced, before the first one.
void note_sync(SqliteDatabase& database, bool grouped) {
  const std::string_view wanted = grouped ? "grouped" : "every";
  if (setting(database, "sync") == wanted) return;
  SqliteStatement(database, "INSERT OR REPLACE INTO settings VALUES('sync', ?)")
      .bind(1, wanted)
      .run();
}

}  // namespace

std::unique_ptr<Storage> open_sqlite_store(const std::filesystem::path& folder,
                                           const SqliteStoreOptions& options) {
  make_folder(folder);
  const std::filesystem::path file = folder / kFileName;
  check_place(folder, file);
  auto shared = std::make_shared<Shared>(folder, options);
  std::error_code missing;
  if (!std::filesystem::exists(file, missing)) SqliteDatabase::create(file, schema());
  const WalState wal = inspect_wal(file);
  check_file(file, wal.valid_bytes > 0);
  SqliteDatabase& database = shared->database.emplace(file, options.checkpoint_bytes, options.vfs);
  repair(database, wal);
  database.note_wal(wal.valid_bytes);
  try {
    if (wal.valid_bytes > 0) database.checkpoint();
  } catch (const Error& error) {  // a full disk is no reason not to read, and to make room
    log::warn(error.what());
  }
  shared->note_failed_sync();
  if (shared->lost.empty()) note_sync(database, options.sync_interval.has_value());
  if (options.sync_interval) database.set_sync(false);
  remove_lost_graphs(folder, database);
  return std::make_unique<SqliteStore>(std::move(shared));
}

}  // namespace assay::store
