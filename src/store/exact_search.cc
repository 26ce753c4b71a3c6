// SPDX-License-Identifier: Apache-2.0
// The scan: the wanted rows of a part of a block are scored together, for one search after the
// other; threads keep their own best, the bests are merged.
#include "store/exact_search.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/thread_pool.h"
#include "store/similarity.h"

namespace assay::store {
namespace {

// A thread is worth waking (about 50 us) for four blocks of 1 MiB (about 100 us each from memory).
constexpr std::size_t kBlocksPerThread = 4;
// Rows that every search scores before the next rows are read: they stay in the second-level cache.
constexpr std::size_t kPartFloats = (std::size_t{256} << 10) / sizeof(float);

struct Search {
  const RowScorer& score;
  bool ascending;
  std::size_t k;
  std::span<const std::uint8_t> allowed;
};

// The slots of some rows that a search wants.
struct Gathered {
  std::vector<Slot> slots;
  std::vector<const float*> rows;

  void gather(const DenseColumn::Block& block, std::size_t begin, std::size_t end, std::size_t dim,
              std::span<const std::uint8_t> allowed) {
    slots.clear();
    rows.clear();
    for (std::size_t r = begin; r < end; ++r) {
      if (block.present[r] == 0 || !allows(allowed, block.first + r)) continue;
      slots.push_back(block.first + r);
      rows.push_back(block.rows.data() + r * dim);
    }
  }
};

std::vector<std::vector<Hit>> search_all(const DenseColumn& column,
                                         std::span<const Search> searches, std::size_t threads) {
  const std::size_t dim = column.params().size;
  const std::size_t block_count = column.block_count();
  const std::size_t part_rows = std::max<std::size_t>(1, kPartFloats / dim);
  if (threads == 0) {
    threads = std::clamp<std::size_t>(block_count * searches.size() / kBlocksPerThread, 1,
                                      available_threads());
  }
  threads = std::max<std::size_t>(1, std::min(threads, block_count));

  struct Worker {
    std::vector<TopK> best;  // by search
    Gathered wanted;
    std::vector<float> scores;
  };
  std::vector<Worker> workers(threads);
  for (Worker& worker : workers) {
    for (const Search& search : searches)
      worker.best.emplace_back(std::min(search.k, column.row_count()), search.ascending);
  }
  parallel_for(block_count, threads, [&](std::size_t index, std::size_t thread) {
    const DenseColumn::Block block = column.block(index);
    auto& [best, wanted, scores] = workers[thread];
    for (std::size_t begin = 0; begin < block.present.size(); begin += part_rows) {
      const std::size_t end = std::min(begin + part_rows, block.present.size());
      for (std::size_t s = 0; s < searches.size(); ++s) {
        const Search& search = searches[s];
        if (s == 0 || search.allowed.data() != searches[s - 1].allowed.data())
          wanted.gather(block, begin, end, dim, search.allowed);
        scores.resize(wanted.slots.size());
        search.score(wanted.rows, scores);
        for (std::size_t i = 0; i < scores.size(); ++i) best[s].push({scores[i], wanted.slots[i]});
      }
    }
  });
  std::vector<std::vector<Hit>> found;
  for (std::size_t s = 0; s < searches.size(); ++s) {
    TopK& best = workers.front().best[s];
    for (std::size_t thread = 1; thread < threads; ++thread) best.merge(workers[thread].best[s]);
    found.push_back(best.take());
  }
  return found;
}

}  // namespace

std::vector<Hit> exact_search(const DenseColumn& column, const RowScorer& score, bool ascending,
                              std::size_t k, std::span<const std::uint8_t> allowed,
                              std::size_t threads) {
  const Search search{score, ascending, k, allowed};
  return std::move(search_all(column, std::span(&search, 1), threads).front());
}

std::vector<Hit> exact_search(const DenseColumn& column, std::span<const float> query,
                              std::size_t k, std::span<const std::uint8_t> allowed,
                              std::size_t threads) {
  const Scan scan{query, k, allowed};
  return std::move(exact_search(column, std::span(&scan, 1), threads).front());
}

std::vector<std::vector<Hit>> exact_search(const DenseColumn& column, std::span<const Scan> scans,
                                           std::size_t threads) {
  if (scans.empty()) return {};
  const Distance distance = column.params().distance;
  std::vector<RowScorer> scorers;
  std::vector<Search> searches;
  scorers.reserve(scans.size());  // searches refer to them
  for (const Scan& scan : scans) {
    ASSAY_ASSERT(scan.query.size() == column.params().size);
    scorers.emplace_back([&](std::span<const float* const> rows, std::span<float> scores) {
      similarities(distance, scan.query, rows, scores);
      for (float& score : scores) score = reported(distance, score);
    });
    searches.push_back({scorers.back(), is_ascending(distance), scan.k, scan.allowed});
  }
  return search_all(column, searches, threads);
}

}  // namespace assay::store
