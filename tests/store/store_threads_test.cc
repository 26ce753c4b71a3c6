// SPDX-License-Identifier: Apache-2.0
// Eight threads read, write, create and delete at once, in memory and on disk; a disk then holds
// what memory holds. Run under the thread sanitizer.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "store/random_writes.h"
#include "store/sqlite_store.h"
#include "support.h"

namespace assay::store {
namespace {

// What another thread's deletion or creation may cause.
void tolerating_others(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kNotFound && error.code() != ErrorCode::kAlreadyExists) throw;
  }
}

void mixed_load(Collections& collections) {
  std::vector<std::jthread> threads;
  for (std::uint64_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::uint64_t i = 0; i < 60; ++i)
        tolerating_others([&] { test::random_write(collections, thread, i); });
    });
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 40; ++i) {
        tolerating_others([&] { (void)test::contents(collections); });
        tolerating_others(
            [&] { (void)collections.get("c0")->count(Filter{.must = {match("key", thread)}}); });
        if (i % 10 == 0) collections.flush();
      }
    });
  }
}

TEST(StoreThreadsTest, MixedLoadInMemory) {
  Collections collections;
  mixed_load(collections);
}

TEST(StoreThreadsTest, MixedLoadOnDiskIsFoundAfterReopening) {
  for (const std::optional<std::chrono::milliseconds> interval :
       {std::optional<std::chrono::milliseconds>(), std::optional(std::chrono::milliseconds(2))}) {
    const assay::test::ScratchFolder scratch;
    std::string written;
    {
      Collections collections(open_sqlite_store(
          scratch.path(), {.sync_interval = interval, .checkpoint_bytes = 300'000}));
      mixed_load(collections);
      written = test::contents(collections);
    }
    EXPECT_EQ(test::contents(Collections(open_sqlite_store(scratch.path()))), written);
  }
}

TEST(StoreThreadsTest, ClosingUnderLoadKeepsWhatWasAcknowledged) {
  const assay::test::ScratchFolder scratch;
  std::atomic<std::size_t> acknowledged = 0;
  {
    Collections collections(open_sqlite_store(scratch.path()));
    collections.create("c", {});
    std::vector<std::jthread> threads;
    for (std::uint64_t thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&, thread] {
        try {
          for (std::uint64_t i = 0;; ++i) {
            const PointView point{.id = thread * 1'000'000 + i};
            collections.get("c")->upsert(std::span(&point, 1));
            ++acknowledged;
          }
        } catch (const Error& error) {
          EXPECT_EQ(error.code(), ErrorCode::kUnavailable) << error.what();
        }
      });
    }
    while (acknowledged < 50) std::this_thread::yield();
    collections.close();
  }
  const Collections collections(open_sqlite_store(scratch.path()));
  EXPECT_EQ(collections.get("c")->count(), acknowledged);
}

}  // namespace
}  // namespace assay::store
