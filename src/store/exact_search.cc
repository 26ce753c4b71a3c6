// SPDX-License-Identifier: Apache-2.0
// The scan: blocks are scored one by one, threads keep their own best, the bests are merged.
#include "store/exact_search.h"

#include <algorithm>
#include <cmath>

#include "base/assert.h"
#include "base/thread_pool.h"
#include "kernels/dot_rows.h"

namespace assay::store {
namespace {

// A thread is worth waking (about 50 us) for four blocks of 1 MiB (about 100 us each from memory).
constexpr std::size_t kBlocksPerThread = 4;
// With fewer than one row in so many to score, the rest of a block is not read.
constexpr std::size_t kFewMatches = 4;

void score_rows(Distance distance, std::span<const float> query, std::span<const float> rows,
                std::span<float> scores) {
  switch (distance) {
    case Distance::kCosine:
    case Distance::kDot:
      return kernels::dot_rows(query, rows, scores);
    case Distance::kEuclid:
      kernels::squared_l2_rows(query, rows, scores);
      for (float& score : scores) score = std::sqrt(score);
      return;
    case Distance::kManhattan:
      return kernels::l1_rows(query, rows, scores);
  }
}

}  // namespace

std::vector<Hit> exact_search(const DenseColumn& column, std::span<const float> query,
                              std::size_t k, std::span<const std::uint8_t> allowed,
                              std::size_t threads) {
  ASSAY_ASSERT(query.size() == column.params().size);
  const Distance distance = column.params().distance;
  return exact_search(
      column,
      [&](std::span<const float> rows, std::span<float> scores) {
        score_rows(distance, query, rows, scores);
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
  std::vector<std::vector<float>> scores(threads);
  parallel_for(block_count, threads, [&](std::size_t index, std::size_t thread) {
    const DenseColumn::Block block = column.block(index);
    const std::size_t rows = block.present.size();
    const auto wanted = [&](std::size_t r) {
      const Slot slot = block.first + r;
      return block.present[r] != 0 &&
             (allowed.empty() || (slot < allowed.size() && allowed[slot] != 0));
    };
    // Of a selective filter's matches each is scored alone.
    std::size_t matches = rows;
    if (!allowed.empty()) {
      matches = 0;
      for (std::size_t r = 0; r < rows; ++r) matches += wanted(r) ? 1 : 0;
    }
    const bool one_by_one = matches * kFewMatches < rows;
    scores[thread].resize(column.rows_per_block());
    const auto block_scores = std::span(scores[thread]).first(rows);
    if (!one_by_one) score(block.rows, block_scores);
    for (std::size_t r = 0; r < rows && matches > 0; ++r) {
      if (!wanted(r)) continue;
      if (one_by_one) {
        score(block.rows.subspan(r * dim, dim), block_scores.subspan(r, 1));
      }
      best[thread].push({block_scores[r], block.first + r});
    }
  });
  for (std::size_t thread = 1; thread < threads; ++thread) best.front().merge(best[thread]);
  return best.front().take();
}

}  // namespace assay::store
