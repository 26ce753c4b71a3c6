// SPDX-License-Identifier: Apache-2.0
// A term at a time within blocks of slots whose sums stay in the first-level cache. The blocks are
// cut alike for every query, so a score does not depend on the threads.
#include "store/sparse_search.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include "base/assert.h"
#include "base/thread_pool.h"

namespace assay::store {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 13;  // 32 KiB of sums
// A thread is worth waking (about 50 us) for so many postings (about 1 ns each).
constexpr std::size_t kPostingsPerThread = 200'000;
// Merging a row with the query costs so many times as much as a posting does.
constexpr std::size_t kMergeCost = 8;

// The rest of a posting list.
struct Cursor {
  const Posting* at;
  const Posting* end;
  float weight;
};

std::vector<Cursor> cursors_of(const SparseColumn& column, const SparseView& query, Slot begin) {
  std::vector<Cursor> cursors;
  for (std::size_t i = 0; i < query.indices.size(); ++i) {
    const auto postings = column.postings(query.indices[i]);
    const auto* const first =
        std::ranges::lower_bound(postings.data(), postings.data() + postings.size(), begin, {},
                                 [](const Posting& posting) { return Slot{posting.slot}; });
    cursors.push_back({first, postings.data() + postings.size(), query.values[i]});
  }
  return cursors;
}

// Adds the products of slots [begin, begin + sums.size()) to `sums`; true when there are any.
bool add_block(std::vector<Cursor>& cursors, Slot begin, std::span<float> sums) {
  const Slot end = begin + sums.size();
  bool any = false;
  for (Cursor& cursor : cursors) {
    const Posting* at = cursor.at;
    for (; at != cursor.end && at->slot < end; ++at)
      sums[at->slot - begin] += cursor.weight * at->value;
    any = any || at != cursor.at;
    cursor.at = at;
  }
  return any;
}

// One range of slots for one thread.
void search_range(const SparseColumn& column, const SparseView& query, Slot begin, Slot end,
                  std::span<const std::uint8_t> allowed, TopK& best) {
  std::vector<Cursor> cursors = cursors_of(column, query, begin);
  std::vector<Cursor> starts;
  std::vector<float> sums(kBlock);
  std::vector<std::uint8_t> touched;
  for (; begin < end; begin += kBlock) {
    const auto block = std::span(sums).first(std::min(kBlock, end - begin));
    std::ranges::fill(block, 0.0f);
    starts = cursors;
    if (!add_block(cursors, begin, block)) continue;
    const auto offer = [&](std::size_t i) {
      if (allows(allowed, begin + i)) best.push({block[i], begin + i});
    };
    const auto bar = best.bar();
    if (bar && *bar > 0) {  // which slots without a common index, whose sum is 0, do not reach
      constexpr std::size_t kGroup = 16;
      for (std::size_t first = 0; first < block.size(); first += kGroup) {
        const auto group = block.subspan(first, std::min(kGroup, block.size() - first));
        unsigned reached = 0;
        for (const float sum : group) reached |= sum >= *bar ? 1u : 0u;
        if (reached == 0) continue;
        for (std::size_t i = 0; i < group.size(); ++i) {
          if (group[i] >= *bar) offer(first + i);
        }
      }
      continue;
    }
    touched.assign(block.size(), 0);
    for (std::size_t c = 0; c < cursors.size(); ++c) {
      for (const Posting* at = starts[c].at; at != cursors[c].at; ++at) {
        if (!at->is_gone()) touched[at->slot - begin] = 1;
      }
    }
    for (std::size_t i = 0; i < block.size(); ++i) {
      if (touched[i] != 0) offer(i);
    }
  }
}

bool shares_index(const SparseView& query, const SparseView& row) {
  for (std::size_t q = 0, r = 0; q < query.indices.size() && r < row.indices.size();) {
    if (query.indices[q] == row.indices[r]) return true;
    if (query.indices[q] < row.indices[r]) {
      ++q;
    } else {
      ++r;
    }
  }
  return false;
}

}  // namespace

void sort_by_index(SparseVector& vector) {
  if (std::ranges::is_sorted(vector.indices)) return;
  std::vector<std::size_t> order(vector.indices.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return vector.indices[i]; });
  SparseVector sorted;
  for (const std::size_t i : order) {
    sorted.indices.push_back(vector.indices[i]);
    sorted.values.push_back(vector.values[i]);
  }
  vector = std::move(sorted);
}

float sparse_dot(const SparseView& query, const SparseView& row) {
  float sum = 0;
  for (std::size_t q = 0, r = 0; q < query.indices.size() && r < row.indices.size();) {
    if (query.indices[q] == row.indices[r]) {
      sum += query.values[q++] * row.values[r++];
    } else if (query.indices[q] < row.indices[r]) {
      ++q;
    } else {
      ++r;
    }
  }
  return sum;
}

void sparse_dots(const SparseColumn& column, const SparseView& query, std::span<float> out) {
  std::ranges::fill(out, 0.0f);
  std::vector<Cursor> cursors = cursors_of(column, query, 0);
  add_block(cursors, 0, out);
}

std::vector<Hit> sparse_search(const SparseColumn& column, const SparseView& query, std::size_t k,
                               std::span<const std::uint8_t> allowed, std::size_t threads) {
  ASSAY_DCHECK(std::ranges::is_sorted(query.indices));
  const std::size_t slots = column.row_count();
  k = std::min(k, column.present_count());
  std::size_t postings = 0;
  for (const std::uint32_t index : query.indices) postings += column.postings(index).size();

  if (!allowed.empty()) {
    // Of a selective filter's matches each is scored alone.
    const auto matches = static_cast<std::size_t>(
        std::ranges::count_if(allowed, [](std::uint8_t is) { return is != 0; }));
    const std::size_t row_size =
        column.present_count() == 0 ? 0 : query.indices.size() + postings / column.present_count();
    if (matches * row_size * kMergeCost < postings) {
      TopK best(k, false);
      for (Slot slot = 0; slot < std::min(slots, allowed.size()); ++slot) {
        if (allowed[slot] == 0 || !column.has(slot)) continue;
        const SparseView row = column.row(slot);
        if (shares_index(query, row)) best.push({sparse_dot(query, row), slot});
      }
      return best.take();
    }
  }

  if (threads == 0)
    threads = std::clamp<std::size_t>(postings / kPostingsPerThread, 1, available_threads());
  const std::size_t blocks = (slots + kBlock - 1) / kBlock;
  // A few ranges a thread even out what postings cluster; each begins with a search in every list.
  const std::size_t ranges = std::min(blocks, threads == 1 ? 1 : threads * 4);
  std::vector<TopK> best(threads, TopK(k, false));
  parallel_for(ranges, threads, [&](std::size_t range, std::size_t thread) {
    const Slot begin = blocks * range / ranges * kBlock;
    const Slot end = std::min(slots, blocks * (range + 1) / ranges * kBlock);
    search_range(column, query, begin, end, allowed, best[thread]);
  });
  for (std::size_t thread = 1; thread < threads; ++thread) best.front().merge(best[thread]);
  return best.front().take();
}

void apply_idf(const SparseColumn& column, std::span<const std::uint8_t> corpus,
               SparseVector& query) {
  std::size_t n = column.present_count();
  if (!corpus.empty()) {
    n = 0;
    for (Slot slot = 0; slot < std::min(corpus.size(), column.row_count()); ++slot)
      n += corpus[slot] != 0 && column.has(slot) ? 1 : 0;
  }
  for (std::size_t i = 0; i < query.indices.size(); ++i) {
    std::size_t df = column.holding_count(query.indices[i]);
    if (!corpus.empty()) {
      df = static_cast<std::size_t>(
          std::ranges::count_if(column.postings(query.indices[i]), [&](const Posting& posting) {
            return !posting.is_gone() && allows(corpus, posting.slot);
          }));
    }
    const double points = static_cast<double>(n), holding = static_cast<double>(df);
    query.values[i] = static_cast<float>(
        double{query.values[i]} * std::log((points - holding + 0.5) / (holding + 0.5) + 1.0));
  }
}

SparseVector sparse_average(std::span<const SparseVector> positive,
                            std::span<const SparseVector> negative) {
  std::map<std::uint32_t, double> sums;
  const auto add = [&](std::span<const SparseVector> vectors, double weight) {
    for (const SparseVector& vector : vectors) {
      for (std::size_t i = 0; i < vector.indices.size(); ++i) {
        sums[vector.indices[i]] +=
            weight * double{vector.values[i]} / static_cast<double>(vectors.size());
      }
    }
  };
  add(positive, negative.empty() ? 1.0 : 2.0);
  add(negative, -1.0);
  SparseVector average;
  for (const auto& [index, value] : sums) {
    average.indices.push_back(index);
    average.values.push_back(static_cast<float>(value));
  }
  return average;
}

}  // namespace assay::store
