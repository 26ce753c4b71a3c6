// SPDX-License-Identifier: Apache-2.0
// Models that score texts against a query, for a client: each loaded when first wanted and kept.
//
// Used by client.cc. Where they come from is behind RerankerProvider: reranker_provider.cc in the
// library, fakes in tests. Thread-safe; models load side by side, one model only once.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "assay/query.h"

namespace assay::client {

/// A loaded model. Thread-safe.
class TextScorer {
 public:
  TextScorer() = default;
  TextScorer(const TextScorer&) = delete;
  TextScorer& operator=(const TextScorer&) = delete;
  virtual ~TextScorer() = default;
  /// Raw scores, higher is better; score i belongs to text i.
  [[nodiscard]] virtual std::vector<float> score(std::string_view query,
                                                 std::span<const std::string> texts) const = 0;
};

/// Where models come from. Thread-safe.
class RerankerProvider {
 public:
  RerankerProvider() = default;
  RerankerProvider(const RerankerProvider&) = delete;
  RerankerProvider& operator=(const RerankerProvider&) = delete;
  virtual ~RerankerProvider() = default;
  /// The model, method and limits of `rerank`; its other members do not matter.
  [[nodiscard]] virtual std::unique_ptr<const TextScorer> load(const Rerank& rerank) const = 0;
};

/// Models of the catalogue, the hub and folders, by TextCrossEncoder and MaxSimReranker.
std::unique_ptr<const RerankerProvider> reranker_provider(const ModelOptions& options);

class Rerankers {
 public:
  explicit Rerankers(std::unique_ptr<const RerankerProvider> provider);

  /// The model that `rerank` names, which lives as long as this object. A load that fails is tried
  /// again by the next call.
  [[nodiscard]] const TextScorer& scorer(const Rerank& rerank);

 private:
  struct Entry {
    std::mutex loading;
    std::unique_ptr<const TextScorer> scorer;  // guarded by `loading`; set once
  };
  using Key = std::tuple<std::string, Rerank::Method, std::optional<std::size_t>,
                         std::optional<std::size_t>>;

  const std::unique_ptr<const RerankerProvider> provider_;
  std::mutex mutex_;
  std::map<Key, std::unique_ptr<Entry>> entries_;  // guarded by mutex_
};

}  // namespace assay::client
