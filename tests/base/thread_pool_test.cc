// SPDX-License-Identifier: Apache-2.0
// Promise: parallel_for runs every item once, keeps slots apart, and hands the first exception to
// its caller.
#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

namespace assay {
namespace {

TEST(ParallelFor, RunsEveryItemOnce) {
  for (std::size_t threads : {0u, 1u, 2u, 7u}) {
    std::vector<std::atomic<int>> seen(1000);
    parallel_for(seen.size(), threads, [&](std::size_t i, std::size_t) { ++seen[i]; });
    for (const auto& count : seen) EXPECT_EQ(count.load(), 1);
  }
}

TEST(ParallelFor, NeverRunsTwoBodiesUnderOneSlot) {
  std::vector<std::atomic<int>> busy(4);
  std::atomic<bool> clash = false;
  parallel_for(2000, 4, [&](std::size_t, std::size_t slot) {
    ASSERT_LT(slot, busy.size());
    if (busy[slot].fetch_add(1) != 0) clash = true;
    busy[slot].fetch_sub(1);
  });
  EXPECT_FALSE(clash);
}

TEST(ParallelFor, RethrowsTheFirstFailureAndStopsStartingItems) {
  std::atomic<int> ran = 0;
  EXPECT_THROW(parallel_for(100000, 3,
                            [&](std::size_t i, std::size_t) {
                              ++ran;
                              if (i == 5) throw std::runtime_error("five");
                            }),
               std::runtime_error);
  EXPECT_LT(ran.load(), 100000);
}

TEST(ParallelFor, ServesManyCallersAtOnce) {
  std::atomic<std::size_t> sum = 0;
  std::vector<std::thread> callers;
  for (int c = 0; c < 6; ++c) {
    callers.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        parallel_for(17, 3, [&](std::size_t i, std::size_t) { sum += i; });
      }
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(sum.load(), 6u * 50u * (16u * 17u / 2u));
}

TEST(ParallelFor, MayBeNested) {
  std::atomic<int> count = 0;
  parallel_for(4, 2, [&](std::size_t, std::size_t) {
    parallel_for(4, 2, [&](std::size_t, std::size_t) { ++count; });
  });
  EXPECT_EQ(count.load(), 16);
}

}  // namespace
}  // namespace assay
