// SPDX-License-Identifier: Apache-2.0
// Time of a run, and the multiply-add peak that rates are shown beside.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <vector>

#include "kernels/gemm.h"

namespace assay::bench {

// What a run took: on the clock, and of the processors. The second hardly depends on what else the
// machine does.
struct Time {
  double wall;
  double processor;
};

template <class Work>
Time time_of(const Work& work) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  const std::clock_t before = std::clock();
  work();
  const double processor = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  return {std::chrono::duration<double>(Clock::now() - begin).count(), processor};
}

// GFLOP/s of the core that runs it: the micro-kernel with all its data in the first-level cache,
// best of 20 runs.
inline double peak_gflops() {
  const std::size_t inputs = 128, rows = 12, rounds = 4000;
  const kernels::PackedMatrix w(std::vector<float>(32 * inputs, 0.5f), 32, inputs);
  double best = 0;
  for (int repeat = 0; repeat < 20; ++repeat) {
    std::vector<float> x(rows * inputs, 0.5f), y(rows * 32);
    const Time time = time_of([&] {
      for (std::size_t i = 0; i < rounds; ++i)
        kernels::gemm({x.data(), inputs}, rows, w, 0, w.panels(), {}, {y.data(), 32});
    });
    best =
        std::max(best, 2.0 * static_cast<double>(rows * 32 * inputs * rounds) / time.wall * 1e-9);
  }
  return best;
}

}  // namespace assay::bench
