// SPDX-License-Identifier: Apache-2.0
// The one thread pool of the process, and a parallel loop over it.
//
// Used by model/, embed/ and store/. Workers are started when a call first wants them and sleep on
// a condition variable between calls: nothing spins when idle. Thread-safe; loops of several
// callers share the workers.
#pragma once

#include <cstddef>
#include <functional>

namespace assay {

/// Cores this process may use (its affinity mask), at least 1. What `threads = 0` stands for.
std::size_t available_threads();

/// Calls body(i, slot) for every i in [0, count), on the calling thread and at most threads - 1
/// workers.
///
/// `slot` < min(threads, count) names the thread among those of this call: no two bodies run under
/// one slot at once. Items are handed out in ascending order. The first exception of a body is
/// rethrown here after all running bodies ended; further items are not started. threads = 0 stands
/// for available_threads().
void parallel_for(std::size_t count, std::size_t threads,
                  const std::function<void(std::size_t item, std::size_t slot)>& body);

}  // namespace assay
