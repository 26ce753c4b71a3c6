// SPDX-License-Identifier: Apache-2.0
// The cache of loaded models: a short lock finds the entry, the entry's own lock covers the load.
#include "client/rerankers.h"

#include <utility>

#include "assay/error.h"

namespace assay::client {

Rerankers::Rerankers(std::unique_ptr<const RerankerProvider> provider)
    : provider_(std::move(provider)) {}

const TextScorer& Rerankers::scorer(const Rerank& rerank) {
  if (!provider_) throw Error(ErrorCode::kUnsupported, "client: there are no rerankers here");
  Entry* entry = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    auto& place = entries_[{rerank.model, rerank.method, rerank.max_length, rerank.batch_tokens}];
    if (!place) place = std::make_unique<Entry>();
    entry = place.get();  // entries are never removed
  }
  const std::scoped_lock lock(entry->loading);
  if (!entry->scorer) entry->scorer = provider_->load(rerank);
  return *entry->scorer;
}

}  // namespace assay::client
