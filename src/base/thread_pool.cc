// SPDX-License-Identifier: Apache-2.0
#include "base/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace assay {
namespace {

// One parallel_for. Lives on the caller's stack: workers may touch it only while they are counted
// in `active`, and the caller leaves only when that is 0 and the loop is no longer queued.
struct Loop {
  std::size_t count;
  const std::function<void(std::size_t, std::size_t)>& body;
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::size_t wanted;  // workers still to be given to this loop; guarded by Pool::mutex_
  std::atomic<std::size_t> active{0};  // workers inside run(); changed under Pool::mutex_
  std::size_t slots = 1;  // slots handed out, the caller has 0; guarded by Pool::mutex_
  std::exception_ptr error = nullptr;  // first failure; guarded by Pool::mutex_
};

class Pool {
 public:
  Pool() = default;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() = delete;

  void run(Loop& loop) {
    const std::size_t wanted = loop.wanted;  // once queued, workers count loop.wanted down
    {
      const std::scoped_lock lock(mutex_);
      try {
        while (workers_.size() < std::min(wanted, kMaxWorkers)) {
          workers_.emplace_back([this] { serve(); });
        }
      } catch (const std::system_error&) {
        // The system gives no more threads: those that are there do the work, or the caller alone.
      }
      loops_.push_back(&loop);
      count_queued();
    }
    for (std::size_t i = 0; i < wanted; ++i) work_.notify_one();
    process(loop, 0);
    {
      const std::scoped_lock lock(mutex_);
      std::erase(loops_, &loop);
      count_queued();
    }
    wait_awake([&] { return loop.active.load(std::memory_order_acquire) == 0; });
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return loop.active == 0; });
  }

 private:
  static constexpr std::size_t kMaxWorkers = 1024;
  static constexpr std::chrono::microseconds kAwake{50};

  void process(Loop& loop, std::size_t slot) noexcept {
    for (;;) {
      const std::size_t item = loop.next.fetch_add(1, std::memory_order_relaxed);
      if (item >= loop.count || loop.failed.load(std::memory_order_relaxed)) return;
      try {
        loop.body(item, slot);
      } catch (...) {
        loop.failed.store(true, std::memory_order_relaxed);
        const std::scoped_lock lock(mutex_);
        if (!loop.error) loop.error = std::current_exception();
      }
    }
  }

  void serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
      work_.wait(lock, [&] { return !loops_.empty(); });
      Loop& loop = *loops_.front();
      if (--loop.wanted == 0) loops_.pop_front();
      count_queued();
      ++loop.active;
      const std::size_t slot = loop.slots++;
      lock.unlock();
      process(loop, slot);
      lock.lock();
      if (--loop.active == 0) done_.notify_all();
      if (!loops_.empty()) continue;
      lock.unlock();
      wait_awake([&] { return queued_.load(std::memory_order_acquire) != 0; });
      lock.lock();
    }
  }

  // The products of one short text follow each other within microseconds, less than a sleeping
  // thread takes to wake: look again for that long before going to sleep.
  template <class Ready>
  static void wait_awake(const Ready& ready) {
    const auto end = std::chrono::steady_clock::now() + kAwake;
    while (!ready() && std::chrono::steady_clock::now() < end) pause();
  }
  static void pause() {
#if defined(__x86_64__)
    for (int i = 0; i < 8; ++i) __builtin_ia32_pause();
#endif
  }

  void count_queued() { queued_.store(loops_.size(), std::memory_order_release); }

  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable done_;
  std::deque<Loop*> loops_;             // loops that still want workers
  std::atomic<std::size_t> queued_{0};  // loops_.size(), changed under mutex_
  std::vector<std::thread> workers_;
};

// One pool a process, by design, and never destroyed: objects of static life may still work, and a
// child that was forked has no workers to join.
Pool& pool() {
  static Pool& instance = *new Pool;
  return instance;
}

}  // namespace

std::size_t available_threads() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof(set), &set) == 0) {
    return std::max<std::size_t>(1, static_cast<std::size_t>(CPU_COUNT(&set)));
  }
  return std::max(1u, std::thread::hardware_concurrency());
}

void parallel_for(std::size_t count, std::size_t threads,
                  const std::function<void(std::size_t, std::size_t)>& body) {
  if (threads == 0) threads = available_threads();
  threads = std::min(threads, count);
  if (threads <= 1) {
    for (std::size_t i = 0; i < count; ++i) body(i, 0);
    return;
  }
  Loop loop{.count = count, .body = body, .wanted = threads - 1};
  pool().run(loop);
  if (loop.error) std::rethrow_exception(loop.error);
}

}  // namespace assay
