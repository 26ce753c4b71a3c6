// SPDX-License-Identifier: Apache-2.0
#include "embed/loaded.h"

#include <fmt/format.h>

#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "assay/hub.h"

namespace assay::embed {
namespace {

// Weak references by folder and precision: a model lives as long as somebody holds it. Two callers
// that want the same one read it once; others load side by side.
template <class Network>
class Shared {
 public:
  template <class Load>
  std::shared_ptr<const Loaded<Network>> get(const std::filesystem::path& folder,
                                             Precision precision, std::string_view variant,
                                             const Load& load) {
    Entry& entry = entry_of(
        {std::filesystem::weakly_canonical(folder).string(), precision, std::string(variant)});
    const std::scoped_lock lock(entry.mutex);
    if (auto model = entry.model.lock()) return model;
    std::shared_ptr<const Loaded<Network>> model = load();
    entry.model = model;
    return model;
  }

 private:
  using Key = std::tuple<std::string, Precision, std::string>;
  struct Entry {
    std::mutex mutex;  // held while the model is loaded
    std::weak_ptr<const Loaded<Network>> model;
  };

  Entry& entry_of(const Key& key) {
    const std::scoped_lock lock(mutex_);
    return entries_[key];
  }

  std::mutex mutex_;
  std::map<Key, Entry> entries_;  // stay: few words for each model there ever was
};

}  // namespace

model::SentenceHints hints_of(std::string_view id) {
  const auto info = find_model(id);
  if (!info) return {};
  return {info->pooling, info->normalize, info->query_prefix, info->passage_prefix};
}

std::shared_ptr<const Loaded<model::BiEncoder>> load_bi_encoder(std::string_view id,
                                                                const ModelOptions& options,
                                                                std::string_view task) {
  static Shared<model::BiEncoder> shared;  // one set of weights a process, by design
  const auto folder = resolve_model(id, options);
  // Two ids of one folder may carry different hints.
  return shared.get(folder, options.precision, fmt::format("{}\n{}", id, task), [&] {
    return std::make_shared<const Loaded<model::BiEncoder>>(
        Loaded<model::BiEncoder>{folder, Tokenizer(folder),
                                 model::BiEncoder(folder, hints_of(id), options.precision, task)});
  });
}

namespace {

// Networks that are made from a folder alone.
template <class Network>
std::shared_ptr<const Loaded<Network>> load(std::string_view id, const ModelOptions& options) {
  static Shared<Network> shared;
  const auto folder = resolve_model(id, options);
  return shared.get(folder, options.precision, "", [&] {
    return std::make_shared<const Loaded<Network>>(
        Loaded<Network>{folder, Tokenizer(folder), Network(folder, options.precision)});
  });
}

}  // namespace

std::shared_ptr<const Loaded<model::CrossEncoder>> load_cross_encoder(std::string_view id,
                                                                      const ModelOptions& options) {
  static Shared<model::CrossEncoder> shared;
  const auto folder = resolve_model(id, options);
  return shared.get(folder, options.precision, "", [&] {
    Tokenizer tokenizer(folder);
    model::CrossEncoder network(folder, options.precision,
                                [&](std::string_view token) { return tokenizer.id(token); });
    return std::make_shared<const Loaded<model::CrossEncoder>>(
        Loaded<model::CrossEncoder>{folder, std::move(tokenizer), std::move(network)});
  });
}

std::shared_ptr<const Loaded<model::MaskedLm>> load_masked_lm(std::string_view id,
                                                              const ModelOptions& options) {
  return load<model::MaskedLm>(id, options);
}

std::shared_ptr<const Loaded<model::TokenProjection>> load_token_projection(
    std::string_view id, const ModelOptions& options) {
  return load<model::TokenProjection>(id, options);
}

std::shared_ptr<const Loaded<model::FirstTokenAttention>> load_first_token_attention(
    std::string_view id, const ModelOptions& options) {
  return load<model::FirstTokenAttention>(id, options);
}

}  // namespace assay::embed
