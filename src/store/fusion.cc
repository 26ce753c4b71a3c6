// SPDX-License-Identifier: Apache-2.0
#include "store/fusion.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace assay::store {
namespace {

// Sums by slot, in the order of first appearance.
class Sums {
 public:
  void add(Slot slot, double score) {
    const auto [place, is_new] = places_.try_emplace(slot, sums_.size());
    if (is_new) sums_.emplace_back(slot, 0.0);
    sums_[place->second].second += score;
  }

  std::vector<Hit> best(std::size_t limit) {
    std::ranges::stable_sort(sums_, std::ranges::greater(), &std::pair<Slot, double>::second);
    if (sums_.size() > limit) sums_.resize(limit);
    std::vector<Hit> hits;
    for (const auto& [slot, score] : sums_) hits.push_back({static_cast<float>(score), slot});
    return hits;
  }

 private:
  std::unordered_map<Slot, std::size_t> places_;
  std::vector<std::pair<Slot, double>> sums_;
};

}  // namespace

std::vector<Hit> fuse_by_rank(std::span<const std::vector<Hit>> sources, std::size_t k,
                              std::span<const float> weights, std::size_t limit) {
  Sums sums;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    const double weight = weights.empty() ? 1.0 : double{weights[s]};
    for (std::size_t i = 0; i < sources[s].size(); ++i) {
      const double place = static_cast<double>(i) + 1.0;
      const double score = weight > 0 ? 1.0 / (place / weight + static_cast<double>(k) - 1.0) : 0.0;
      sums.add(sources[s][i].slot, score);
    }
  }
  return sums.best(limit);
}

std::vector<Hit> fuse_by_distribution(std::span<const std::vector<Hit>> sources,
                                      std::size_t limit) {
  Sums sums;
  for (const auto& source : sources) {
    const auto count = static_cast<double>(source.size());
    double mean = 0;
    for (const Hit& hit : source) mean += double{hit.score};
    mean /= count;
    double squares = 0;
    for (const Hit& hit : source)
      squares += (double{hit.score} - mean) * (double{hit.score} - mean);
    const double variance = source.size() > 1 ? squares / (count - 1.0) : 0.0;
    const double deviation = std::sqrt(variance);
    for (const Hit& hit : source) {
      const double place = (double{hit.score} - (mean - 3.0 * deviation)) / (6.0 * deviation);
      sums.add(hit.slot, variance == 0 ? 0.5 : place);
    }
  }
  return sums.best(limit);
}

std::vector<std::size_t> choose_diverse(
    std::span<const float> relevance,
    const std::function<void(std::size_t, std::span<float>)>& similarity, double diversity,
    std::size_t limit) {
  // A chosen candidate's place is taken by the last one that waits: it decides exact ties.
  std::vector<std::size_t> pending(relevance.size());
  std::iota(pending.begin(), pending.end(), std::size_t{0});
  std::vector<float> nearest(relevance.size(), -std::numeric_limits<float>::infinity());
  std::vector<float> row(relevance.size());
  std::vector<std::size_t> chosen;
  while (!pending.empty() && chosen.size() < limit) {
    std::size_t best = 0;
    double best_score = -std::numeric_limits<double>::infinity();
    for (std::size_t p = 0; p < pending.size(); ++p) {
      const std::size_t i = pending[p];
      const double score = chosen.empty() ? double{relevance[i]}
                                          : (1.0 - diversity) * double{relevance[i]} -
                                                diversity * double{nearest[i]};
      if (score >= best_score) {
        best = p;
        best_score = score;
      }
    }
    const std::size_t candidate = pending[best];
    pending[best] = pending.back();
    pending.pop_back();
    chosen.push_back(candidate);
    similarity(candidate, row);
    for (const std::size_t i : pending) nearest[i] = std::max(nearest[i], row[i]);
  }
  return chosen;
}

}  // namespace assay::store
