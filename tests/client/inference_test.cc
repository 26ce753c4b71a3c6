// SPDX-License-Identifier: Apache-2.0
// Promise: one embedder a model, whatever its spelling and however many threads want it.
#include "client/inference.h"

#include <thread>

#include "client/fake_models.h"
#include "support.h"

namespace assay::client {
namespace {

TEST(InferenceTest, LoadsAModelOnce) {
  test::FakeLog log;
  Inference inference(std::make_unique<test::FakeProvider>(log));
  const Embedder* first = &inference.embedder("fake/a");
  EXPECT_EQ(&inference.embedder("Fake/A"), first);
  EXPECT_NE(&inference.embedder("fake/b"), first);
  EXPECT_EQ(log.loads, (std::map<std::string, int>{{"fake/a", 1}, {"fake/b", 1}}));
  EXPECT_EQ(inference.embedding_size("fake/a"), 3u);
}

TEST(InferenceTest, LoadsAModelOnceForManyThreads) {
  test::FakeLog log;
  Inference inference(std::make_unique<test::FakeProvider>(log));
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] { (void)inference.embedder(i % 2 == 0 ? "fake/a" : "fake/b"); });
    }
  }
  EXPECT_EQ(log.loads, (std::map<std::string, int>{{"fake/a", 1}, {"fake/b", 1}}));
}

TEST(InferenceTest, TriesAFailedLoadAgain) {
  test::FakeLog log;
  Inference inference(std::make_unique<test::FakeProvider>(log));
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(test::message_of(ErrorCode::kNotFound, [&] { (void)inference.embedder("nope"); }),
              "no model nope");
  }
  EXPECT_EQ(log.loads["nope"], 2);
}

}  // namespace
}  // namespace assay::client
