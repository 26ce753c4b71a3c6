// SPDX-License-Identifier: Apache-2.0
#include "store/similarity.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "kernels/dot_rows.h"

namespace assay::store {
namespace {

// x / (1 + |x|), with its limits at infinity.
float squash(float x) { return std::isinf(x) ? std::copysign(1.0f, x) : x / (1.0f + std::fabs(x)); }
float unit(float x) { return 0.5f * (1.0f + squash(x)); }

// The similarities of some rows to one example after another.
class Scratch {
 public:
  Scratch(Distance distance, std::span<const float> rows, std::size_t count)
      : distance_(distance), rows_(rows), values_(count) {}

  std::span<const float> to(std::span<const float> example) {
    similarities(distance_, example, rows_, values_);
    return values_;
  }

 private:
  Distance distance_;
  std::span<const float> rows_;
  std::vector<float> values_;
};

// The largest similarity of each row to any of the examples; minus infinity without examples.
std::vector<float> best_of(Scratch& scratch, const Examples& examples, std::size_t count) {
  std::vector<float> best(count, -std::numeric_limits<float>::infinity());
  for (const auto& example : examples) {
    const auto values = scratch.to(example);
    for (std::size_t r = 0; r < count; ++r) best[r] = std::max(best[r], values[r]);
  }
  return best;
}

}  // namespace

void similarities(Distance distance, std::span<const float> example, std::span<const float> rows,
                  std::span<float> out) {
  switch (distance) {
    case Distance::kCosine:
    case Distance::kDot:
      return kernels::dot_rows(example, rows, out);
    case Distance::kEuclid:
      kernels::squared_l2_rows(example, rows, out);
      break;
    case Distance::kManhattan:
      kernels::l1_rows(example, rows, out);
      break;
  }
  for (float& value : out) value = -value;
}

RowScorer score_by_best(Distance distance, Examples positive, Examples negative) {
  return [=](std::span<const float> rows, std::span<float> scores) {
    Scratch scratch(distance, rows, scores.size());
    const auto near = best_of(scratch, positive, scores.size());
    const auto far = best_of(scratch, negative, scores.size());
    for (std::size_t r = 0; r < scores.size(); ++r)
      scores[r] = near[r] > far[r] ? unit(near[r]) : -unit(far[r]);
  };
}

RowScorer score_by_sum(Distance distance, Examples positive, Examples negative) {
  return [=](std::span<const float> rows, std::span<float> scores) {
    Scratch scratch(distance, rows, scores.size());
    std::ranges::fill(scores, 0.0f);
    const auto add = [&](const Examples& examples, float sign) {
      for (const auto& example : examples) {
        const auto values = scratch.to(example);
        for (std::size_t r = 0; r < scores.size(); ++r) scores[r] += sign * values[r];
      }
    };
    add(positive, 1.0f);
    add(negative, -1.0f);
  };
}

RowScorer score_by_discovery(Distance distance, std::vector<float> target,
                             std::vector<ExamplePair> context) {
  return [distance, target = std::move(target), context = std::move(context)](
             std::span<const float> rows, std::span<float> scores) {
    Scratch near(distance, rows, scores.size());
    Scratch far(distance, rows, scores.size());
    std::vector<float> ranks(scores.size());
    for (const ExamplePair& pair : context) {
      const auto positive = near.to(pair.positive);
      const auto negative = far.to(pair.negative);
      for (std::size_t r = 0; r < scores.size(); ++r) {
        ranks[r] += positive[r] > negative[r] ? 1.0f : 0.0f;
        ranks[r] -= positive[r] < negative[r] ? 1.0f : 0.0f;
      }
    }
    const auto wanted = near.to(target);
    for (std::size_t r = 0; r < scores.size(); ++r) scores[r] = ranks[r] + unit(wanted[r]);
  };
}

RowScorer score_by_context(Distance distance, std::vector<ExamplePair> context) {
  return [distance, context = std::move(context)](std::span<const float> rows,
                                                  std::span<float> scores) {
    Scratch near(distance, rows, scores.size());
    Scratch far(distance, rows, scores.size());
    std::ranges::fill(scores, 0.0f);
    for (const ExamplePair& pair : context) {
      const auto positive = near.to(pair.positive);
      const auto negative = far.to(pair.negative);
      for (std::size_t r = 0; r < scores.size(); ++r) {
        constexpr float kMargin = std::numeric_limits<float>::epsilon();
        scores[r] += squash(std::min(positive[r] - negative[r] - kMargin, 0.0f));
      }
    }
  };
}

RowScorer score_by_feedback(Distance distance, std::vector<float> target, Feedback feedback) {
  return [distance, target = std::move(target), feedback = std::move(feedback)](
             std::span<const float> rows, std::span<float> scores) {
    Scratch scratch(distance, rows, scores.size());
    const auto wanted = scratch.to(target);
    for (std::size_t r = 0; r < scores.size(); ++r) scores[r] = feedback.a * wanted[r];
    // d^b c (sim(better) - sim(worse)) over all pairs: each item's similarity by its own sum.
    for (const auto& [example, score] : feedback.items) {
      float weight = 0;
      for (const auto& [other, other_score] : feedback.items) {
        const float lead = score - other_score;
        if (lead != 0)
          weight += std::copysign(std::pow(std::fabs(lead), feedback.b), lead) * feedback.c;
      }
      if (weight == 0) continue;
      const auto values = scratch.to(example);
      for (std::size_t r = 0; r < scores.size(); ++r) scores[r] += weight * values[r];
    }
  };
}

std::vector<float> average_of(const Examples& positive, const Examples& negative) {
  std::vector<float> result(positive.front().size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    const auto mean = [&](const Examples& examples) {
      double sum = 0;
      for (const auto& example : examples) sum += double{example[i]};
      return sum / static_cast<double>(examples.size());
    };
    const double near = mean(positive);
    result[i] = static_cast<float>(negative.empty() ? near : near + near - mean(negative));
  }
  return result;
}

}  // namespace assay::store
