// SPDX-License-Identifier: Apache-2.0
#include "embed/scheduler.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

namespace assay::embed {
namespace {

// Tokens of a sub-batch: enough rows for the products to run at full speed, few enough for its
// activations to stay in the caches (at 384 wide, 512 tokens take 4 MB).
constexpr std::size_t kSubBatchTokens = 512;
struct Part {
  std::size_t begin;  // encodings [begin, end)
  std::size_t end;
};

// Consecutive sequences in parts of nearly equal tokens, as many parts as fill the threads evenly.
std::vector<Part> cut(std::span<const Encoding* const> encodings, std::size_t threads) {
  const std::size_t total =
      std::accumulate(encodings.begin(), encodings.end(), std::size_t{0},
                      [](std::size_t sum, const Encoding* e) { return sum + e->ids.size(); });
  // Few tokens are one sub-batch whose row blocks the threads share: sequences would not cut
  // evenly.
  std::size_t parts = 1;
  if (total >= threads * kSubBatchTokens) {
    parts = (total + kSubBatchTokens - 1) / kSubBatchTokens;
    parts = (parts + threads - 1) / threads * threads;
  }
  std::vector<Part> result;
  std::size_t tokens = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < encodings.size(); ++i) {
    if (encodings[i]->ids.empty()) {  // nothing to compute: it stands in no part
      if (begin < i) result.push_back({begin, i});
      begin = i + 1;
      continue;
    }
    tokens += encodings[i]->ids.size();
    // Part k ends where k + 1 shares of all tokens are reached.
    if (tokens * parts >= total * (result.size() + 1) || i + 1 == encodings.size()) {
      result.push_back({begin, i + 1});
      begin = i + 1;
    }
  }
  return result;
}

}  // namespace

WorkspacePool::Handle WorkspacePool::acquire() {
  const std::scoped_lock lock(mutex_);
  if (idle_.empty()) return {*this, std::make_unique<model::Workspace>()};
  auto workspace = std::move(idle_.back());
  idle_.pop_back();
  return {*this, std::move(workspace)};
}

WorkspacePool::Handle::~Handle() {
  const std::scoped_lock lock(pool_.mutex_);
  pool_.idle_.push_back(std::move(workspace_));
}

Distinct distinct_of(std::span<const Encoding> encodings, bool once) {
  Distinct result;
  const auto less = [](const Encoding* a, const Encoding* b) {
    return std::tie(a->ids, a->type_ids) < std::tie(b->ids, b->type_ids);
  };
  std::map<const Encoding*, std::size_t, decltype(less)> known(less);
  for (const Encoding& encoding : encodings) {
    const std::size_t next = result.encodings.size();
    const std::size_t place = once ? known.emplace(&encoding, next).first->second : next;
    result.place.push_back(place);
    if (place == next) result.encodings.push_back(&encoding);
  }
  return result;
}

void run_wave(std::span<const Encoding* const> encodings, std::size_t threads,
              WorkspacePool& workspaces, const Infer& infer) {
  if (threads == 0) threads = available_threads();
  const std::vector<Part> parts = cut(encodings, threads);
  const bool split_products = parts.size() < threads;
  parallel_for(parts.size(), split_products ? 1 : threads, [&](std::size_t p, std::size_t) {
    const auto part = encodings.subspan(parts[p].begin, parts[p].end - parts[p].begin);
    std::vector<std::int32_t> ids;
    std::vector<std::int32_t> type_ids;
    std::vector<std::size_t> offsets = {0};
    for (const Encoding* encoding : part) {
      ids.insert(ids.end(), encoding->ids.begin(), encoding->ids.end());
      type_ids.insert(type_ids.end(), encoding->type_ids.begin(), encoding->type_ids.end());
      offsets.push_back(ids.size());
    }
    const auto workspace = workspaces.acquire();
    infer({ids, type_ids, offsets}, parts[p].begin, *workspace, split_products ? threads : 1);
  });
}

}  // namespace assay::embed
