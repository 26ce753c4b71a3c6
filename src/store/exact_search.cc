// SPDX-License-Identifier: Apache-2.0
// The scan: the wanted rows of a block are scored together, threads keep their own best, the bests
// are merged.
#include "store/exact_search.h"

#include <algorithm>

#include "base/assert.h"
#include "base/thread_pool.h"
#include "store/similarity.h"

namespace assay::store {
namespace {

// A thread is worth waking (about 50 us) for four blocks of 1 MiB (about 100 us each from memory).
constexpr std::size_t kBlocksPerThread = 4;

}  // namespace

std::vector<Hit> exact_search(const DenseColumn& column, std::span<const float> query,
                              std::size_t k, std::span<const std::uint8_t> allowed,
                              std::size_t threads) {
  ASSAY_ASSERT(query.size() == column.params().size);
  const Distance distance = column.params().distance;
  return exact_search(
      column,
      [&](std::span<const float* const> rows, std::span<float> scores) {
        similarities(distance, query, rows, scores);
        for (float& score : scores) score = reported(distance, score);
      },
      is_ascending(distance), k, allowed, threads);
}

std::vector<Hit> exact_search(const DenseColumn& column, const RowScorer& score, bool ascending,
                              std::size_t k, std::span<const std::uint8_t> allowed,
                              std::size_t threads) {
  const std::size_t dim = column.params().size;
  const std::size_t block_count = column.block_count();
  if (threads == 0) {
    threads = std::clamp<std::size_t>(block_count / kBlocksPerThread, 1, available_threads());
  }
  threads = std::max<std::size_t>(1, std::min(threads, block_count));

  k = std::min(k, column.row_count());
  std::vector<TopK> best(threads, TopK(k, ascending));
  struct Scratch {
    std::vector<Slot> slots;
    std::vector<const float*> rows;
    std::vector<float> scores;
  };
  std::vector<Scratch> scratch(threads);
  parallel_for(block_count, threads, [&](std::size_t index, std::size_t thread) {
    const DenseColumn::Block block = column.block(index);
    auto& [slots, rows, scores] = scratch[thread];
    slots.clear();
    rows.clear();
    for (std::size_t r = 0; r < block.present.size(); ++r) {
      const Slot slot = block.first + r;
      if (block.present[r] == 0) continue;
      if (!allowed.empty() && (slot >= allowed.size() || allowed[slot] == 0)) continue;
      slots.push_back(slot);
      rows.push_back(block.rows.data() + r * dim);
    }
    scores.resize(slots.size());
    score(rows, scores);
    for (std::size_t i = 0; i < slots.size(); ++i) best[thread].push({scores[i], slots[i]});
  });
  for (std::size_t thread = 1; thread < threads; ++thread) best.front().merge(best[thread]);
  return best.front().take();
}

}  // namespace assay::store
