// SPDX-License-Identifier: Apache-2.0
// The exact scan of a large column beside what the machine reads: GB/s of both, best of some runs,
// all cores; and what a batch of queries gains by sharing it.
//
// usage: scan_bench [ROWS [DIM]]     (1,000,000 x 384 by default: 1.5 GB)
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <vector>

#include "base/thread_pool.h"
#include "bench/peak.h"
#include "store/exact_search.h"

namespace {

constexpr int kRuns = 10;

// Sums 64-bit words of a block in eight chains, as fast as it comes in.
std::uint64_t sum(std::span<const float> values) {
  std::uint64_t sums[8] = {};
  const auto* words = reinterpret_cast<const unsigned char*>(values.data());
  const std::size_t count = values.size() / 2;
  for (std::size_t i = 0; i + 8 <= count; i += 8) {
    std::uint64_t word[8];
    std::memcpy(word, words + i * sizeof(std::uint64_t), sizeof(word));
    for (int j = 0; j < 8; ++j) sums[j] += word[j];
  }
  std::uint64_t total = 0;
  for (const std::uint64_t part : sums) total += part;
  return total;
}

template <class Work>
double best_seconds(const Work& work) {
  double best = 1e9;
  for (int run = 0; run < kRuns; ++run) best = std::min(best, assay::bench::time_of(work).wall);
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t rows = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const std::size_t dim = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 384;
  assay::store::DenseColumn column({.size = dim, .distance = assay::Distance::kDot});
  std::mt19937 random(1);
  std::vector<float> row(dim);
  for (std::size_t slot = 0; slot < rows; ++slot) {
    for (float& x : row) x = static_cast<float>(random()) * 0x1p-32f - 0.5f;
    column.set(slot, row);
  }
  std::vector<std::uint64_t> sums(assay::available_threads());
  const double reading = best_seconds([&] {
    assay::parallel_for(column.block_count(), 0, [&](std::size_t index, std::size_t thread) {
      sums[thread] += sum(column.block(index).rows);
    });
  });
  std::size_t found = 0;
  const double scanning =
      best_seconds([&] { found += assay::store::exact_search(column, row, 10).size(); });
  const double gigabytes = static_cast<double>(rows * dim * sizeof(float)) * 1e-9;
  constexpr std::size_t kBatch = 16;
  const std::vector<assay::store::Scan> batch(kBatch, {row, 10});
  const double sharing =
      best_seconds([&] { found += assay::store::exact_search(column, batch).size(); });
  std::printf(
      "%zu x %zu: reading %.1f GB/s, scan %.1f GB/s: %.0f %%; %zu scans at once %.1f x as fast as "
      "one by one (checks %zu, %d)\n",
      rows, dim, gigabytes / reading, gigabytes / scanning, 100 * reading / scanning, kBatch,
      kBatch * scanning / sharing, found, sums.front() == 0);
}
