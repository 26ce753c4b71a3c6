// SPDX-License-Identifier: Apache-2.0
// Promise: every sequence is computed once, in its place, whatever the cut; waves respect the token
// budget.
#include "embed/scheduler.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <random>

namespace assay::embed {
namespace {

std::vector<Encoding> sequences_of(const std::vector<std::size_t>& lengths) {
  std::vector<Encoding> encodings(lengths.size());
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    encodings[i].ids.assign(lengths[i], static_cast<std::int32_t>(i));
    encodings[i].type_ids.assign(lengths[i], 0);
    encodings[i].full_length = lengths[i];
  }
  return encodings;
}

TEST(RunWave, ComputesEverySequenceOnceInItsPlace) {
  std::mt19937 engine(3);
  for (const std::size_t threads : {1u, 2u, 5u}) {
    for (const std::size_t count : {1u, 2u, 17u, 300u}) {
      for (const std::size_t longest : {3u, 60u, 900u}) {
        std::vector<std::size_t> lengths(count);
        for (auto& length : lengths) length = 1 + engine() % longest;
        const auto encodings = sequences_of(lengths);
        std::vector<std::atomic<int>> seen(count);
        WorkspacePool workspaces;
        run_wave(distinct_of(encodings, false).encodings, threads, workspaces,
                 [&](const model::PackedBatch& batch, std::size_t first, model::Workspace&,
                     std::size_t) {
                   ASSERT_EQ(batch.offsets.back(), batch.tokens());
                   for (std::size_t s = 0; s < batch.sequences(); ++s) {
                     ASSERT_EQ(batch.offsets[s + 1] - batch.offsets[s], lengths[first + s]);
                     ASSERT_EQ(batch.ids[batch.offsets[s]], static_cast<std::int32_t>(first + s));
                     ++seen[first + s];
                   }
                 });
        for (const auto& times : seen) ASSERT_EQ(times.load(), 1);
      }
    }
  }
}

TEST(RunWave, SplitsProductsOnlyWhenThereAreTooFewParts) {
  WorkspacePool workspaces;
  std::size_t split = 0;
  const auto note = [&](const model::PackedBatch&, std::size_t, model::Workspace&,
                        std::size_t threads) { split = threads; };
  const auto one = sequences_of({20});
  run_wave(distinct_of(one, false).encodings, 2, workspaces, note);
  EXPECT_EQ(split, 2u);
  const auto many = sequences_of(std::vector<std::size_t>(100, 50));
  run_wave(distinct_of(many, false).encodings, 2, workspaces, note);
  EXPECT_EQ(split, 1u);
}

TEST(RunStream, ComputesEqualTokensOnceWhenAsked) {
  for (const bool once : {false, true}) {
    std::size_t pulled = 0;
    std::size_t computed = 0;
    std::vector<std::int32_t> results;
    std::vector<std::int32_t> delivered;
    WorkspacePool workspaces;
    run_stream<int>({.next = [&]() -> std::optional<int> {
                       if (pulled == 9) return std::nullopt;
                       return static_cast<int>(pulled++);
                     },
                     .bytes = [](int) { return std::size_t{4}; },
                     .max_length = 100,
                     // Tokens 0, 1, 2, 0, 1, 2 …; the last item differs by its type alone.
                     .encode =
                         [](int item) {
                           Encoding encoding;
                           encoding.ids = {item % 3};
                           encoding.type_ids = {item == 8 ? 1 : 0};
                           return encoding;
                         },
                     .infer =
                         [&](std::span<const int>, const model::PackedBatch& batch,
                             std::size_t first, model::Workspace&, std::size_t) {
                           computed += batch.sequences();
                           for (std::size_t s = 0; s < batch.sequences(); ++s)
                             results[first + s] = batch.ids[s] + 10 * batch.type_ids[s];
                         },
                     .begin_wave = [&](std::size_t items) { results.assign(items, -1); },
                     .deliver = [&](std::size_t position,
                                    const Encoding&) { delivered.push_back(results[position]); },
                     .same_tokens_once = once},
                    100, 1, workspaces);
    EXPECT_EQ(computed, once ? 4u : 9u);
    EXPECT_EQ(delivered, (std::vector<std::int32_t>{0, 1, 2, 0, 1, 2, 0, 1, 12}));
  }
}

TEST(RunStream, PullsNoMoreThanTheBudgetAtOnce) {
  std::size_t pulled = 0;
  std::size_t delivered = 0;
  std::size_t most = 0;
  WorkspacePool workspaces;
  run_stream<int>({.next = [&]() -> std::optional<int> {
                     if (pulled == 1000) return std::nullopt;
                     most = std::max(most, pulled - delivered);
                     return static_cast<int>(pulled++);
                   },
                   .bytes = [](int) { return std::size_t{32}; },  // some 10 tokens
                   .max_length = 100,
                   .encode = [](int) { return sequences_of({10}).front(); },
                   .infer = [](std::span<const int>, const model::PackedBatch&, std::size_t,
                               model::Workspace&, std::size_t) {},
                   .begin_wave = [](std::size_t) {},
                   .deliver = [&](std::size_t, const Encoding&) { ++delivered; }},
                  100, 2, workspaces);
  EXPECT_EQ(delivered, 1000u);
  EXPECT_LE(most, 10u);
}

TEST(RunStream, PullsNoMoreTextThanAWaveHolds) {
  std::size_t pulled = 0, delivered = 0, most = 0;
  WorkspacePool workspaces;
  run_stream<int>({.next = [&]() -> std::optional<int> {
                     if (pulled == 50) return std::nullopt;
                     most = std::max(most, pulled - delivered);
                     return static_cast<int>(pulled++);
                   },
                   .bytes = [](int) { return kWaveBytes / 4; },
                   .max_length = 8,  // nearly all of it is cut off
                   .encode = [](int) { return sequences_of({8}).front(); },
                   .infer = [](std::span<const int>, const model::PackedBatch&, std::size_t,
                               model::Workspace&, std::size_t) {},
                   .begin_wave = [](std::size_t) {},
                   .deliver = [&](std::size_t, const Encoding&) { ++delivered; }},
                  10'000, 2, workspaces);
  EXPECT_EQ(delivered, 50u);
  EXPECT_LE(most, 4u);
}

}  // namespace
}  // namespace assay::embed
