// SPDX-License-Identifier: Apache-2.0
// Promise: one load for each model, method and pair of limits, however many threads want it.
#include "client/rerankers.h"

#include <thread>

#include "client/fake_rerankers.h"
#include "support.h"

namespace assay::client {
namespace {

TEST(Rerankers, LoadsAModelOnceForItsLimits) {
  test::FakeRerankLog log;
  Rerankers rerankers(std::make_unique<test::FakeRerankers>(log));
  const TextScorer* first = &rerankers.scorer({.model = "m", .query = "q"});
  EXPECT_EQ(&rerankers.scorer({.model = "m", .query = "other", .depth = 3}), first);
  EXPECT_NE(&rerankers.scorer({.model = "n"}), first);
  EXPECT_NE(&rerankers.scorer({.model = "m", .max_length = 64}), first);
  EXPECT_NE(&rerankers.scorer({.model = "m", .batch_tokens = 64}), first);
  EXPECT_NE(&rerankers.scorer({.model = "m", .method = Rerank::Method::kMaxSim}), first);
  EXPECT_EQ(log.loads.size(), 5u);
}

TEST(Rerankers, LoadsAModelOnceForManyThreads) {
  test::FakeRerankLog log;
  Rerankers rerankers(std::make_unique<test::FakeRerankers>(log));
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] { (void)rerankers.scorer({.model = "m"}); });
  }
  EXPECT_EQ(log.loads.size(), 1u);
}

TEST(Rerankers, TriesAFailedLoadAgain) {
  test::FakeRerankLog log;
  Rerankers rerankers(std::make_unique<test::FakeRerankers>(log));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(
        test::message_of(ErrorCode::kNotFound, [&] { (void)rerankers.scorer({.model = "none"}); }),
        "no model none");
  }
  EXPECT_EQ(log.loads.size(), 2u);
}

TEST(Rerankers, SaysThatThereAreNone) {
  Rerankers rerankers(nullptr);
  EXPECT_EQ(
      test::message_of(ErrorCode::kUnsupported, [&] { (void)rerankers.scorer({.model = "m"}); }),
      "client: there are no rerankers here");
}

}  // namespace
}  // namespace assay::client
