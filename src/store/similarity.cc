// SPDX-License-Identifier: Apache-2.0
#include "store/similarity.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "kernels/dot_rows.h"

namespace assay::store {
namespace {

// x / (1 + |x|), with its limits at infinity.
float squash(float x) { return std::isinf(x) ? std::copysign(1.0f, x) : x / (1.0f + std::fabs(x)); }
float unit(float x) { return 0.5f * (1.0f + squash(x)); }

// The largest similarity to any of the examples; minus infinity without examples.
std::vector<float> best_of(const SimilarityTo& similarity, std::size_t first, std::size_t examples,
                           std::size_t points) {
  std::vector<float> best(points, -std::numeric_limits<float>::infinity());
  std::vector<float> values(points);
  for (std::size_t example = first; example < first + examples; ++example) {
    similarity(example, values);
    for (std::size_t r = 0; r < points; ++r) best[r] = std::max(best[r], values[r]);
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

void similarities(Distance distance, std::span<const float> example,
                  std::span<const float* const> rows, std::span<float> out) {
  switch (distance) {
    case Distance::kCosine:
    case Distance::kDot:
      return kernels::dot_rows_at(example, rows, out);
    case Distance::kEuclid:
      kernels::squared_l2_rows_at(example, rows, out);
      break;
    case Distance::kManhattan:
      kernels::l1_rows_at(example, rows, out);
      break;
  }
  for (float& value : out) value = -value;
}

float reported(Distance distance, float similarity) {
  if (distance == Distance::kEuclid) return std::sqrt(std::fabs(similarity));
  return distance == Distance::kManhattan ? std::fabs(similarity) : similarity;
}

Formula score_by_best(std::size_t positive, std::size_t negative) {
  return [=](const SimilarityTo& similarity, std::span<float> scores) {
    const auto near = best_of(similarity, 0, positive, scores.size());
    const auto far = best_of(similarity, positive, negative, scores.size());
    for (std::size_t r = 0; r < scores.size(); ++r)
      scores[r] = near[r] > far[r] ? unit(near[r]) : -unit(far[r]);
  };
}

Formula score_by_sum(std::size_t positive, std::size_t negative) {
  return [=](const SimilarityTo& similarity, std::span<float> scores) {
    std::vector<float> values(scores.size());
    std::ranges::fill(scores, 0.0f);
    for (std::size_t example = 0; example < positive + negative; ++example) {
      similarity(example, values);
      const float sign = example < positive ? 1.0f : -1.0f;
      for (std::size_t r = 0; r < scores.size(); ++r) scores[r] += sign * values[r];
    }
  };
}

Formula score_by_discovery(std::size_t pairs) {
  return [=](const SimilarityTo& similarity, std::span<float> scores) {
    std::vector<float> near(scores.size()), far(scores.size()), ranks(scores.size());
    for (std::size_t pair = 0; pair < pairs; ++pair) {
      similarity(1 + 2 * pair, near);
      similarity(2 + 2 * pair, far);
      for (std::size_t r = 0; r < scores.size(); ++r) {
        ranks[r] += near[r] > far[r] ? 1.0f : 0.0f;
        ranks[r] -= near[r] < far[r] ? 1.0f : 0.0f;
      }
    }
    similarity(0, near);
    for (std::size_t r = 0; r < scores.size(); ++r) scores[r] = ranks[r] + unit(near[r]);
  };
}

Formula score_by_context(std::size_t pairs) {
  return [=](const SimilarityTo& similarity, std::span<float> scores) {
    std::vector<float> near(scores.size()), far(scores.size());
    std::ranges::fill(scores, 0.0f);
    for (std::size_t pair = 0; pair < pairs; ++pair) {
      similarity(2 * pair, near);
      similarity(2 * pair + 1, far);
      for (std::size_t r = 0; r < scores.size(); ++r) {
        constexpr float kMargin = std::numeric_limits<float>::epsilon();
        scores[r] += squash(std::min(near[r] - far[r] - kMargin, 0.0f));
      }
    }
  };
}

Formula score_by_feedback(Feedback feedback) {
  return [feedback = std::move(feedback)](const SimilarityTo& similarity, std::span<float> scores) {
    std::vector<float> values(scores.size());
    similarity(0, values);
    for (std::size_t r = 0; r < scores.size(); ++r) scores[r] = feedback.a * values[r];
    // d^b c (sim(better) - sim(worse)) over all pairs: each item's similarity by its own sum.
    for (std::size_t item = 0; item < feedback.scores.size(); ++item) {
      float weight = 0;
      for (const float other : feedback.scores) {
        const float lead = feedback.scores[item] - other;
        if (lead != 0)
          weight += std::copysign(std::pow(std::fabs(lead), feedback.b), lead) * feedback.c;
      }
      if (weight == 0) continue;
      similarity(1 + item, values);
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
