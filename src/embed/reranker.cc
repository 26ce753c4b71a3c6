// SPDX-License-Identifier: Apache-2.0
// What all rerankers share: eager calls become one stream of pairs.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

#include "embed/pair_view.h"

namespace assay {

float sigmoid(float logit) noexcept { return 1.0f / (1.0f + std::exp(-logit)); }

std::vector<std::size_t> RerankScores::order() const {
  std::vector<std::size_t> positions(scores.size());
  std::iota(positions.begin(), positions.end(), std::size_t{0});
  // What is no number comes last.
  const auto rank = [&](std::size_t i) {
    return std::isnan(scores[i]) ? -std::numeric_limits<float>::infinity() : scores[i];
  };
  std::ranges::stable_sort(positions, std::greater(), rank);
  return positions;
}

Reranker::~Reranker() = default;

RerankScores Reranker::collect(const PairViewSource& source) const {
  RerankScores result;
  score(source, [&](const ScoredPair& pair) {
    result.scores.push_back(pair.score);
    result.token_count += pair.token_count;
    if (pair.truncated) result.truncated.push_back(pair.index);
  });
  return result;
}

RerankScores Reranker::rerank(std::string_view query,
                              std::span<const std::string> documents) const {
  auto document = documents.begin();
  return collect([&]() -> std::optional<PairView> {
    if (document == documents.end()) return std::nullopt;
    return PairView{.query = query, .document = *document++, .owner = nullptr};
  });
}

RerankScores Reranker::rerank(std::string_view query,
                              std::initializer_list<std::string_view> documents) const {
  auto document = documents.begin();
  return collect([&]() -> std::optional<PairView> {
    if (document == documents.end()) return std::nullopt;
    return PairView{.query = query, .document = *document++, .owner = nullptr};
  });
}

RerankScores Reranker::rerank_pairs(std::span<const TextPair> pairs) const {
  auto pair = pairs.begin();
  return collect([&]() -> std::optional<PairView> {
    if (pair == pairs.end()) return std::nullopt;
    const TextPair& current = *pair++;
    return PairView{.query = current.query, .document = current.document, .owner = nullptr};
  });
}

void Reranker::rerank_pairs(const PairSource& source, const ScoreSink& sink) const {
  score(
      [&]() -> std::optional<PairView> {
        std::optional<TextPair> pair = source();
        if (!pair) return std::nullopt;
        auto owner = std::make_shared<const TextPair>(std::move(*pair));
        return PairView{.query = owner->query, .document = owner->document, .owner = owner};
      },
      sink);
}

}  // namespace assay
