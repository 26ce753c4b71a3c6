// SPDX-License-Identifier: Apache-2.0
// Promise: scores of queries with examples are those of qdrant.md sections 7.5 and 7.6, on every
// distance.
#include "store/similarity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "store/dense_column.h"

namespace assay::store {
namespace {

constexpr std::size_t kDim = 5;
constexpr std::size_t kRows = 33;
constexpr Distance kAll[] = {Distance::kCosine, Distance::kDot, Distance::kEuclid,
                             Distance::kManhattan};

class Similarity : public testing::TestWithParam<Distance> {
 protected:
  std::vector<float> vector() {
    std::vector<float> made(kDim);
    std::normal_distribution<float> normal;
    for (float& x : made) x = normal(engine_);
    prepare_vector(GetParam(), made);
    return made;
  }
  void SetUp() override {
    for (std::size_t r = 0; r < kRows; ++r) {
      const auto row = vector();
      rows_.insert(rows_.end(), row.begin(), row.end());
    }
  }
  [[nodiscard]] double sim(const std::vector<float>& a, std::size_t row) const {
    double sum = 0;
    for (std::size_t i = 0; i < kDim; ++i) {
      const double x = double{a[i]}, y = double{rows_[row * kDim + i]};
      const bool dot = GetParam() == Distance::kCosine || GetParam() == Distance::kDot;
      sum += dot ? x * y : GetParam() == Distance::kEuclid ? -(x - y) * (x - y) : -std::fabs(x - y);
    }
    return sum;
  }
  void expect(const Formula& formula, const Examples& examples,
              const std::function<double(std::size_t)>& wanted) {
    std::vector<float> scores(kRows);
    formula(
        [&](std::size_t example, std::span<float> out) {
          similarities(GetParam(), examples.at(example), rows_, out);
        },
        scores);
    for (std::size_t r = 0; r < kRows; ++r)
      EXPECT_NEAR(scores[r], wanted(r), 2e-6 * std::max(10.0, std::fabs(wanted(r)))) << r;
  }
  static double squash(double x) { return x / (1 + std::fabs(x)); }
  static double unit(double x) { return 0.5 * (1 + squash(x)); }

  std::mt19937 engine_{3};
  std::vector<float> rows_;
};

TEST_P(Similarity, ScoresByTheBestExample) {
  const Examples positive = {vector(), vector()}, negative = {vector()};
  const Examples all = {positive[0], positive[1], negative[0]};
  expect(score_by_best(2, 1), all, [&](std::size_t r) {
    const double near = std::max(sim(positive[0], r), sim(positive[1], r));
    const double far = sim(negative[0], r);
    return near > far ? unit(near) : -unit(far);
  });
  expect(score_by_best(2, 0), positive,
         [&](std::size_t r) { return unit(std::max(sim(positive[0], r), sim(positive[1], r))); });
  expect(score_by_best(0, 1), negative, [&](std::size_t r) { return -unit(sim(negative[0], r)); });
}

TEST_P(Similarity, ScoresBySum) {
  const Examples positive = {vector(), vector()}, negative = {vector()};
  expect(score_by_sum(2, 1), {positive[0], positive[1], negative[0]}, [&](std::size_t r) {
    return sim(positive[0], r) + sim(positive[1], r) - sim(negative[0], r);
  });
}

TEST_P(Similarity, ScoresByDiscovery) {
  const Examples all = {vector(), vector(), vector(), vector(), vector()};
  const auto& target = all[0];
  expect(score_by_discovery(2), all, [&](std::size_t r) {
    double rank = 0;
    for (const std::size_t i : {1u, 3u}) rank += sim(all[i], r) > sim(all[i + 1], r) ? 1 : -1;
    return rank + unit(sim(target, r));
  });
  // Equal examples say nothing.
  expect(score_by_discovery(1), {target, target, target},
         [&](std::size_t r) { return unit(sim(target, r)); });
}

TEST_P(Similarity, ScoresByContext) {
  const Examples all = {vector(), vector(), vector(), vector()};
  expect(score_by_context(2), all, [&](std::size_t r) {
    double score = 0;
    for (const std::size_t i : {0u, 2u})
      score += squash(std::min(sim(all[i], r) - sim(all[i + 1], r), 0.0));
    return score;
  });
}

TEST_P(Similarity, ScoresByFeedback) {
  const Examples all = {vector(), vector(), vector(), vector(), vector()};
  const Feedback feedback{.scores = {2.0f, 0.5f, 2.0f, -1.0f}, .a = 1.5f, .b = 2.0f, .c = 0.25f};
  expect(score_by_feedback(feedback), all, [&](std::size_t r) {
    double score = 1.5 * sim(all[0], r);
    for (std::size_t i = 0; i < 4; ++i) {
      for (std::size_t j = 0; j < 4; ++j) {
        const double lead = double{feedback.scores[i]} - double{feedback.scores[j]};
        if (lead > 0)
          score += std::pow(lead, 2.0) * 0.25 * (sim(all[i + 1], r) - sim(all[j + 1], r));
      }
    }
    return score;
  });
}

INSTANTIATE_TEST_SUITE_P(OnEveryDistance, Similarity, testing::ValuesIn(kAll));

TEST(AverageOf, TakesTheNegativeMeanAway) {
  EXPECT_THAT(average_of({{1, 2}, {3, 6}}, {}), testing::ElementsAre(2, 4));
  EXPECT_THAT(average_of({{1, 2}, {3, 6}}, {{1, 0}, {2, 0}}), testing::ElementsAre(2.5, 8));
}

}  // namespace
}  // namespace assay::store
