// SPDX-License-Identifier: Apache-2.0
#include "store/local_mode.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "assay/error.h"
#include "base/file.h"
#include "store/pickle.h"
#include "store/sqlite_database.h"

namespace assay::store {
namespace {

constexpr std::string_view kMeta = "meta.json";

}  // namespace

LocalModeFolder::LocalModeFolder(const std::filesystem::path& folder) : folder_(folder) {
  if (!std::filesystem::is_regular_file(folder / kMeta)) {
    throw Error(ErrorCode::kNotFound,
                fmt::format("import: {} is no folder of qdrant-client's local mode: it has no {}",
                            folder.string(), kMeta));
  }
  lock_ = ::open((folder / ".lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (lock_ < 0 && errno == ENOENT) return;  // a copy may lack it
  if (lock_ >= 0 && ::flock(lock_, LOCK_SH | LOCK_NB) == 0) return;
  const int code = errno;
  if (lock_ >= 0) ::close(lock_);
  if (code == EWOULDBLOCK) {
    throw Error(ErrorCode::kUnavailable,
                fmt::format("import: {} is in use by another process: close that client first",
                            folder.string()));
  }
  throw Error(ErrorCode::kIo,
              fmt::format("import: cannot lock {}: {}", folder.string(), system_message(code)));
}

LocalModeFolder::~LocalModeFolder() {
  if (lock_ >= 0) ::close(lock_);
}

std::string LocalModeFolder::meta() const { return read_file(folder_ / kMeta); }

void LocalModeFolder::for_each_point(std::string_view collection,
                                     const std::function<void(Value point)>& use) const {
  const auto place = folder_ / "collection" / collection;
  const auto file = place / "storage.sqlite";
  if (!std::filesystem::is_regular_file(file)) {
    if (std::filesystem::exists(place / "storage.dbm")) {
      throw Error(ErrorCode::kUnsupported,
                  fmt::format("import: {} is of an old qdrant-client: open the folder once with "
                              "version 1.19, which converts it",
                              (place / "storage.dbm").string()));
    }
    throw Error(ErrorCode::kCorruption, fmt::format("import: {} is missing", file.string()));
  }
  const auto database = SqliteDatabase::open_read_only(file);
  if (database->integer("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND "
                        "name = 'points'") == 0) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("import: {} has no table of points", file.string()));
  }
  SqliteStatement rows(*database, "SELECT rowid, point FROM points ORDER BY rowid");
  while (rows.next()) {
    Value point;
    try {
      point = read_pickle(rows.bytes(1));
    } catch (const Error& error) {
      throw Error(error.code(), fmt::format("import: {}, row {}: {}", file.string(),
                                            rows.integer(0), error.what()));
    }
    use(std::move(point));
  }
}

}  // namespace assay::store
