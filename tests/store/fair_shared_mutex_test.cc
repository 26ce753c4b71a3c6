// SPDX-License-Identifier: Apache-2.0
// Promise: readers share, writers exclude, and readers without a pause do not keep a writer out.
#include "store/fair_shared_mutex.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

namespace assay::store {
namespace {

TEST(FairSharedMutexTest, LetsReadersInTogether) {
  FairSharedMutex mutex;
  std::latch both(2);
  const auto read = [&] {
    const auto lock = mutex.lock_for_reading();
    both.arrive_and_wait();  // would hang if one reader excluded the other
  };
  std::jthread first(read), second(read);
}

TEST(FairSharedMutexTest, LetsAWriterPassUnceasingReaders) {
  FairSharedMutex mutex;
  std::atomic<bool> stop = false;
  int value = 0;  // guarded by mutex
  std::vector<std::jthread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        const auto lock = mutex.lock_for_reading();
        EXPECT_GE(value, 0);
      }
    });
  }
  for (int i = 0; i < 200; ++i) {
    const auto lock = mutex.lock_for_writing();
    ++value;
  }
  stop = true;
  readers.clear();
  EXPECT_EQ(value, 200);
}

}  // namespace
}  // namespace assay::store
