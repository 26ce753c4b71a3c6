// SPDX-License-Identifier: Apache-2.0
// The cache of loaded models: a short lock finds the entry, the entry's own lock covers the load.
#include "client/inference.h"

#include <utility>

namespace assay::client {

Inference::Inference(std::unique_ptr<const EmbedderProvider> provider)
    : provider_(std::move(provider)) {}

const Embedder& Inference::embedder(const std::string& model, const Value::Object& options) {
  const std::string name = provider_->canonical_name(model);
  Entry* entry = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    auto& place = entries_[{name, Value(options).to_json()}];
    if (!place) place = std::make_unique<Entry>();
    entry = place.get();  // entries are never removed
  }
  const std::scoped_lock lock(entry->loading);
  if (!entry->embedder) entry->embedder = provider_->load(name, options);
  return *entry->embedder;
}

}  // namespace assay::client
