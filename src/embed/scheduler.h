// SPDX-License-Identifier: Apache-2.0
// From a stream of texts to batches and back: waves of a token budget, cut into sub-batches for the
// threads.
//
// Used by every model class. A wave is what is held at once: items are pulled until their estimated
// tokens reach the budget, encoded in parallel, packed end to end into sub-batches, computed, and
// delivered in stream order. Memory is bounded by the wave, not by the stream. With enough tokens
// each thread runs whole sub-batches, without barriers inside a layer; with fewer, the threads
// share the rows of one, or of a single short text the outputs of each product.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "assay/tokenizer.h"
#include "base/thread_pool.h"
#include "model/encoder.h"

namespace assay::embed {

/// Workspaces of the passes that run; kept for the next ones. Thread-safe.
class WorkspacePool {
 public:
  /// A workspace for the life of the handle.
  class Handle {
   public:
    Handle(WorkspacePool& pool, std::unique_ptr<model::Workspace> workspace)
        : pool_(pool), workspace_(std::move(workspace)) {}
    ~Handle();
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    model::Workspace& operator*() const { return *workspace_; }

   private:
    WorkspacePool& pool_;
    std::unique_ptr<model::Workspace> workspace_;
  };
  Handle acquire();

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<model::Workspace>> idle_;
};

/// Computes one sub-batch: encodings [first, first + batch.sequences()) of the wave. Called from
/// several threads.
using Infer = std::function<void(const model::PackedBatch& batch, std::size_t first,
                                 model::Workspace& workspace, std::size_t threads)>;

/// Packs `encodings` into sub-batches and runs them on up to `threads` threads. An encoding without
/// tokens takes part in none.
void run_wave(std::span<const Encoding* const> encodings, std::size_t threads,
              WorkspacePool& workspaces, const Infer& infer);

/// The encodings of a wave that are to be computed, and for each encoding which of them it is.
struct Distinct {
  std::vector<const Encoding*> encodings;
  std::vector<std::size_t> place;
};
/// All of `encodings`, or one of those that have the same tokens when `once`.
Distinct distinct_of(std::span<const Encoding> encodings, bool once);

/// Tokens a text of `bytes` may come to, for filling a wave: English has four bytes a token; a
/// wrong guess costs memory or speed, never correctness.
inline std::size_t estimate_tokens(std::size_t bytes, std::size_t max_length) {
  return std::min(bytes / 4 + 2, max_length);
}

/// What run_stream() needs to know of its items.
template <class Item>
struct StreamJob {
  std::function<std::optional<Item>()> next;      ///< called serially
  std::function<std::size_t(const Item&)> bytes;  ///< of its text
  std::size_t max_length;                         ///< in tokens; texts are cut there
  std::function<Encoding(const Item&)> encode;    ///< called from several threads
  /// Computes a sub-batch of the wave's items; called from several threads.
  std::function<void(std::span<const Item>, const model::PackedBatch&, std::size_t first,
                     model::Workspace&, std::size_t threads)>
      infer;
  /// Called serially: a wave of items is about to be computed (room for its results), then each
  /// item in order.
  std::function<void(std::size_t items)> begin_wave;
  std::function<void(std::size_t position_in_wave, const Encoding&)> deliver;
  /// Items of the same tokens have the same result and are computed once a wave; `infer` and
  /// `deliver` then get positions among those computed.
  bool same_tokens_once = false;
};

/// A wave ends at so many bytes of text too, since much of a text may be cut off.
inline constexpr std::size_t kWaveBytes = std::size_t{16} << 20;

/// Runs a whole stream. When `next` or `encode` throws, the items before are computed and delivered
/// first.
template <class Item>
void run_stream(const StreamJob<Item>& job, std::size_t batch_tokens, std::size_t threads,
                WorkspacePool& workspaces) {
  std::exception_ptr failure;
  bool ended = false;
  while (!ended && !failure) {
    std::vector<Item> items;
    std::size_t tokens = 0, bytes = 0;
    try {
      while (tokens < batch_tokens && bytes < kWaveBytes) {
        std::optional<Item> item = job.next();
        if (!item) {
          ended = true;
          break;
        }
        const std::size_t size = job.bytes(*item);
        tokens += estimate_tokens(size, job.max_length);
        bytes += size;
        items.push_back(std::move(*item));
      }
    } catch (...) {
      failure = std::current_exception();
    }
    std::vector<Encoding> encodings(items.size());
    std::vector<std::exception_ptr> faults(items.size());
    parallel_for(items.size(), threads, [&](std::size_t i, std::size_t) {
      try {
        encodings[i] = job.encode(items[i]);
      } catch (...) {
        faults[i] = std::current_exception();
      }
    });
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (!faults[i]) continue;
      failure = faults[i];  // the first one wins over anything later in the stream
      items.resize(i);
      encodings.resize(i);
      break;
    }
    if (!items.empty()) {
      job.begin_wave(items.size());
      const Distinct distinct = distinct_of(encodings, job.same_tokens_once);
      run_wave(distinct.encodings, threads, workspaces,
               [&](const model::PackedBatch& batch, std::size_t first, model::Workspace& workspace,
                   std::size_t split) { job.infer(items, batch, first, workspace, split); });
      for (std::size_t i = 0; i < items.size(); ++i) job.deliver(distinct.place[i], encodings[i]);
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace assay::embed
