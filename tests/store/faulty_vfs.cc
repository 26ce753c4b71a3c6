// SPDX-License-Identifier: Apache-2.0
#include "store/faulty_vfs.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace assay::store::test {
namespace {

constexpr std::size_t kSectorBytes = 512;

// SQLite allocates this many bytes for a file; the real layer's file follows.
struct File {
  sqlite3_file base;
  FaultyVfs* vfs;
  const std::string* name;
};

sqlite3_file* real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(File));
}

File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }

}  // namespace

struct FaultyVfs::Registered {
  sqlite3_vfs vfs;
};

struct FaultyVfs::Hooks {
  static Image& image(sqlite3_file* file) { return of(file).vfs->images_[*of(file).name]; }

  static int close(sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); }
  static int read(sqlite3_file* file, void* bytes, int count, sqlite3_int64 offset) {
    return real(file)->pMethods->xRead(real(file), bytes, count, offset);
  }
  static int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
    const int fault = of(file).vfs->count_operation();
    if (fault != SQLITE_OK) count /= 2;
    const int code = real(file)->pMethods->xWrite(real(file), bytes, count, offset);
    if (code == SQLITE_OK) {
      image(file).since.push_back(
          {false, static_cast<std::size_t>(offset),
           std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(count))});
    }
    return fault != SQLITE_OK ? fault : code;
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (const int fault = of(file).vfs->count_operation(); fault != SQLITE_OK) return fault;
    image(file).since.push_back({true, static_cast<std::size_t>(size), ""});
    return real(file)->pMethods->xTruncate(real(file), size);
  }
  // The real file is not synced: this process goes on, and its pages with it.
  static int sync(sqlite3_file* file, int) {
    const auto& [base, vfs, name] = of(file);
    if (const int fault = vfs->count_operation(); fault != SQLITE_OK) return fault;
    if (vfs->before_sync) {
      if (const int fault = vfs->before_sync(*name); fault != SQLITE_OK) return fault;
    }
    Image& synced = image(file);
    for (const Change& change : synced.since) apply(change, synced.synced);
    synced.since.clear();
    return SQLITE_OK;
  }
  static int size(sqlite3_file* file, sqlite3_int64* bytes) {
    return real(file)->pMethods->xFileSize(real(file), bytes);
  }
  static int lock(sqlite3_file* file, int level) {
    return real(file)->pMethods->xLock(real(file), level);
  }
  static int unlock(sqlite3_file* file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
  }
  static int check_lock(sqlite3_file* file, int* reserved) {
    return real(file)->pMethods->xCheckReservedLock(real(file), reserved);
  }
  static int control(sqlite3_file* file, int operation, void* argument) {
    return real(file)->pMethods->xFileControl(real(file), operation, argument);
  }
  static int sector_size(sqlite3_file*) { return kSectorBytes; }
  // As of any disk on Linux: bytes around a write that is cut off stay. No other promise.
  static int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* result) {
    auto& self = *static_cast<FaultyVfs*>(vfs->pAppData);
    sqlite3_vfs* under = sqlite3_vfs_find(nullptr);
    file->pMethods = nullptr;
    const int code = under->xOpen(under, path, real(file), flags, result);
    if (code != SQLITE_OK) return code;
    const std::string name = std::filesystem::path(path).filename();
    const auto [at, is_new] = self.images_.try_emplace(name);
    if (is_new) {  // what is there when we first see it is on the disk
      std::ifstream bytes(path, std::ios::binary);
      at->second.synced.assign(std::istreambuf_iterator<char>(bytes), {});
    }
    of(file).vfs = &self;
    of(file).name = &at->first;
    static constexpr sqlite3_io_methods kMethods = [] {
      sqlite3_io_methods methods{};
      methods.iVersion = 1;
      methods.xClose = &close;
      methods.xRead = &read;
      methods.xWrite = &write;
      methods.xTruncate = &truncate;
      methods.xSync = &sync;
      methods.xFileSize = &size;
      methods.xLock = &lock;
      methods.xUnlock = &unlock;
      methods.xCheckReservedLock = &check_lock;
      methods.xFileControl = &control;
      methods.xSectorSize = &sector_size;
      methods.xDeviceCharacteristics = &characteristics;
      return methods;
    }();
    file->pMethods = &kMethods;
    return SQLITE_OK;
  }

  static void apply(const Change& change, std::string& bytes) {
    if (change.truncates) return bytes.resize(std::min(bytes.size(), change.offset));
    if (bytes.size() < change.offset + change.bytes.size())
      bytes.resize(change.offset + change.bytes.size());
    std::memcpy(bytes.data() + change.offset, change.bytes.data(), change.bytes.size());
  }
};

FaultyVfs::FaultyVfs()
    : name_([] {
        static std::atomic<int> count{0};
        return fmt::format("faulty{}", ++count);
      }()),
      registered_(std::make_unique<Registered>()) {
  registered_->vfs = *sqlite3_vfs_find(nullptr);
  registered_->vfs.szOsFile += static_cast<int>(sizeof(File));
  registered_->vfs.zName = name_.c_str();
  registered_->vfs.pAppData = this;
  registered_->vfs.pNext = nullptr;
  registered_->vfs.xOpen = &Hooks::open;
  // The real layer finds its data in the object it is given.
  registered_->vfs.xDelete = [](sqlite3_vfs*, const char* path, int sync) {
    sqlite3_vfs* under = sqlite3_vfs_find(nullptr);
    return under->xDelete(under, path, sync);
  };
  registered_->vfs.xAccess = [](sqlite3_vfs*, const char* path, int flags, int* result) {
    sqlite3_vfs* under = sqlite3_vfs_find(nullptr);
    return under->xAccess(under, path, flags, result);
  };
  registered_->vfs.xFullPathname = [](sqlite3_vfs*, const char* path, int size, char* out) {
    sqlite3_vfs* under = sqlite3_vfs_find(nullptr);
    return under->xFullPathname(under, path, size, out);
  };
  sqlite3_vfs_register(&registered_->vfs, 0);
}

FaultyVfs::~FaultyVfs() { sqlite3_vfs_unregister(&registered_->vfs); }

int FaultyVfs::count_operation() {
  ++operations_;
  return before ? before(operations_) : SQLITE_OK;
}

std::map<std::string, std::string> FaultyVfs::after_power_loss(std::mt19937_64& random) const {
  std::map<std::string, std::string> files;
  for (const auto& [name, image] : images_) {
    std::string& bytes = files[name] = image.synced;
    const auto mode = random() % 4;  // nothing, everything, and twice anything since the last sync
    if (mode == 0) continue;
    for (const Change& change : image.since) {
      const auto fate = mode == 1 ? 0 : random() % 3;
      if (fate == 0 || (change.truncates && fate == 1)) {
        Hooks::apply(change, bytes);
      } else if (fate == 1) {
        for (std::size_t at = 0; at < change.bytes.size(); at += kSectorBytes) {
          if (random() % 2 == 0) continue;
          Hooks::apply({false, change.offset + at, change.bytes.substr(at, kSectorBytes)}, bytes);
        }
      }
    }
  }
  return files;
}

}  // namespace assay::store::test
