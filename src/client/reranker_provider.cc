// SPDX-License-Identifier: Apache-2.0
// Rerankers of the library itself. Alone in this file, so that tests of the client with fake models
// do not link the engine.
#include <utility>

#include "assay/reranker.h"
#include "assay/text_embedding.h"
#include "client/rerankers.h"

namespace assay::client {
namespace {

class RerankerScorer : public TextScorer {
 public:
  explicit RerankerScorer(std::unique_ptr<const Reranker> reranker)
      : reranker_(std::move(reranker)) {}
  [[nodiscard]] std::vector<float> score(std::string_view query,
                                         std::span<const std::string> texts) const override {
    return reranker_->rerank(query, texts).scores;
  }

 private:
  std::unique_ptr<const Reranker> reranker_;
};

class EngineProvider : public RerankerProvider {
 public:
  explicit EngineProvider(ModelOptions options) : options_(std::move(options)) {}
  [[nodiscard]] std::unique_ptr<const TextScorer> load(const Rerank& rerank) const override {
    ModelOptions options = options_;
    if (rerank.max_length) options.max_length = rerank.max_length;
    if (rerank.batch_tokens) options.batch_tokens = *rerank.batch_tokens;
    if (rerank.method == Rerank::Method::kMaxSim) {
      return std::make_unique<RerankerScorer>(
          std::make_unique<MaxSimReranker>(TextEmbedding(rerank.model, options)));
    }
    return std::make_unique<RerankerScorer>(
        std::make_unique<TextCrossEncoder>(rerank.model, options));
  }

 private:
  ModelOptions options_;
};

}  // namespace

std::unique_ptr<const RerankerProvider> reranker_provider(const ModelOptions& options) {
  return std::make_unique<EngineProvider>(options);
}

}  // namespace assay::client
