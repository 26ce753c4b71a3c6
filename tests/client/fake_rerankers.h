// SPDX-License-Identifier: Apache-2.0
// Rerankers that need no weights, with a log of what was asked.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "assay/error.h"
#include "client/rerankers.h"

namespace assay::test {

/// What the fakes were asked; shared with the test. Thread-safe.
struct FakeRerankLog {
  std::mutex mutex;
  std::vector<Rerank> loads;
  std::vector<std::string> queries;
  std::vector<std::vector<std::string>> texts;  // one a call of score()
};

/// The score of a text is its length, negated by the query "short".
class FakeScorer : public client::TextScorer {
 public:
  explicit FakeScorer(FakeRerankLog& log) : log_(log) {}
  [[nodiscard]] std::vector<float> score(std::string_view query,
                                         std::span<const std::string> texts) const override {
    const std::scoped_lock lock(log_.mutex);
    log_.queries.emplace_back(query);
    log_.texts.emplace_back(texts.begin(), texts.end());
    std::vector<float> scores;
    for (const auto& text : texts) {
      const auto length = static_cast<float>(text.size());
      scores.push_back(query == "short" ? -length : length);
    }
    return scores;
  }

 private:
  FakeRerankLog& log_;
};

/// Knows every model but "none", which is kNotFound.
class FakeRerankers : public client::RerankerProvider {
 public:
  explicit FakeRerankers(FakeRerankLog& log) : log_(log) {}
  [[nodiscard]] std::unique_ptr<const client::TextScorer> load(
      const Rerank& rerank) const override {
    const std::scoped_lock lock(log_.mutex);
    log_.loads.push_back(rerank);
    if (rerank.model == "none") throw Error(ErrorCode::kNotFound, "no model none");
    return std::make_unique<FakeScorer>(log_);
  }

 private:
  FakeRerankLog& log_;
};

}  // namespace assay::test
