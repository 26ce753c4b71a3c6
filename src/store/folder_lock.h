// SPDX-License-Identifier: Apache-2.0
// Exclusive use of a store's folder.
//
// Used by sqlite_store.cc. A file `.lock` in the folder is locked (flock) as long as the object
// lives and says who holds it; the lock vanishes with its process, however that ends. Immutable.
#pragma once

#include <filesystem>

namespace assay::store {

class FolderLock {
 public:
  /// Throws kUnavailable "Storage folder X is in use by process N (program, since T)", also for
  /// another lock of this process; kIo when the file cannot be made.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int fd_;
};

}  // namespace assay::store
