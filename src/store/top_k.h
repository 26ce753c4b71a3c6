// SPDX-License-Identifier: Apache-2.0
// The k best hits of a scan, in a bounded heap under a total order.
//
// Used by exact_search.cc. Order: better scores first, NaN as the worst; equal scores by slot,
// newest first where scores descend and oldest first where they ascend. That is what
// qdrant-client's local mode gives for small results (qdrant.md section 4 leaves it open). Because
// the order is total, the outcome does not depend on how a scan was cut into parts. Externally
// synchronised.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "store/dense_column.h"

namespace assay::store {

struct Hit {
  float score;
  Slot slot;
};

/// Whether `allowed` (by slot, 0 = not; empty = all) lets a slot through.
inline bool allows(std::span<const std::uint8_t> allowed, Slot slot) {
  return allowed.empty() || (slot < allowed.size() && allowed[slot] != 0);
}

/// True when smaller scores are better.
inline bool is_ascending(Distance distance) {
  return distance == Distance::kEuclid || distance == Distance::kManhattan;
}

/// The total order of hits. As the "less" of a heap it keeps the worst hit in front.
struct BetterHit {
  bool ascending;
  bool operator()(const Hit& a, const Hit& b) const {
    if (ascending) return a.score < b.score || (a.score == b.score && a.slot < b.slot);
    return a.score > b.score || (a.score == b.score && a.slot > b.slot);
  }
};

class TopK {
 public:
  TopK(std::size_t k, bool ascending) : k_(k), better_{ascending} {}

  void push(Hit hit) {
    if (std::isnan(hit.score)) hit.score = worst_score();
    if (heap_.size() < k_) {
      heap_.push_back(hit);
      std::push_heap(heap_.begin(), heap_.end(), better_);
    } else if (k_ > 0 && better_(hit, heap_.front())) {
      std::pop_heap(heap_.begin(), heap_.end(), better_);
      heap_.back() = hit;
      std::push_heap(heap_.begin(), heap_.end(), better_);
    }
  }

  /// A score below which no hit gets in any more; none as long as there is room.
  [[nodiscard]] std::optional<float> bar() const {
    if (heap_.empty() || heap_.size() < k_) return std::nullopt;
    return heap_.front().score;
  }

  void merge(const TopK& other) {
    for (const Hit& hit : other.heap_) push(hit);
  }

  /// Best first; empties the heap.
  std::vector<Hit> take() {
    std::sort_heap(heap_.begin(), heap_.end(), better_);
    return std::exchange(heap_, {});
  }

 private:
  [[nodiscard]] float worst_score() const {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    return better_.ascending ? kInfinity : -kInfinity;
  }

  std::size_t k_;
  BetterHit better_;
  std::vector<Hit> heap_;
};

}  // namespace assay::store
