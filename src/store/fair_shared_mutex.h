// SPDX-License-Identifier: Apache-2.0
// A shared mutex under which neither side starves.
//
// Used by collection.cc. glibc's std::shared_mutex lets new readers pass a waiting writer, so
// queries without a pause would keep an upsert out for ever. Here everyone takes a turnstile first;
// a writer keeps it while it waits, so readers that come later queue behind it. Readers hold it for
// an instant only and do not block one another. Not recursive: a reader that reads again may meet a
// writer between. Thread-safe.
#pragma once

#include <mutex>
#include <shared_mutex>

namespace assay::store {

class FairSharedMutex {
 public:
  using ReadLock = std::shared_lock<std::shared_mutex>;
  using WriteLock = std::unique_lock<std::shared_mutex>;

  [[nodiscard]] ReadLock lock_for_reading() {
    const std::scoped_lock turn(turnstile_);
    return ReadLock(mutex_);
  }
  [[nodiscard]] WriteLock lock_for_writing() {
    const std::scoped_lock turn(turnstile_);
    return WriteLock(mutex_);
  }

 private:
  std::mutex turnstile_;
  std::shared_mutex mutex_;
};

}  // namespace assay::store
