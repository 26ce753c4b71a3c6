// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "assay/reranker.h"
#include "embed/finite.h"
#include "embed/pair_view.h"
#include "embed/scheduler.h"
#include "embed/text_embedding_impl.h"
#include "model/pooling.h"

namespace assay {

MaxSimReranker::MaxSimReranker(const TextEmbedding& embedder) : impl_(embedder.impl_) {}

const std::string& MaxSimReranker::model() const noexcept { return impl_->model; }

void MaxSimReranker::score(const PairViewSource& source, const ScoreSink& sink) const {
  // A document with the token rows of its query, computed once for a run of equal queries.
  struct Candidate {
    PairView pair;
    std::shared_ptr<const model::MaxSimQuery> query;
  };
  const model::BiEncoder& network = impl_->loaded->network;
  const model::SentenceConfig& config = network.config();
  const std::size_t width = network.encoder().hidden_size();

  std::optional<std::string> last_query;
  std::shared_ptr<const model::MaxSimQuery> last;  // none for a query without tokens
  const auto query_of = [&](std::string_view text) {
    if (text == last_query) return last;
    last.reset();
    const Encoding encoding = impl_->encode(config.query_prompt, text);
    const Encoding* const wave[] = {&encoding};
    embed::run_wave(wave, impl_->options.threads, impl_->workspaces,
                    [&](const model::PackedBatch& batch, std::size_t, model::Workspace& workspace,
                        std::size_t threads) {
                      last = std::make_shared<const model::MaxSimQuery>(
                          network.token_rows(batch, workspace, threads), width);
                    });
    last_query = text;
    return last;
  };

  std::vector<float> scores;  // of the wave
  std::size_t index = 0;
  embed::run_stream<Candidate>(
      {.next = [&]() -> std::optional<Candidate> {
         std::optional<PairView> pair = source();
         if (!pair) return std::nullopt;
         auto query = query_of(pair->query);
         return Candidate{std::move(*pair), std::move(query)};
       },
       .bytes = [&](const Candidate& candidate) { return candidate.pair.document.size(); },
       .max_length = impl_->max_length,
       .encode =
           [&](const Candidate& candidate) {
             return impl_->encode(config.passage_prompt, candidate.pair.document);
           },
       .infer =
           [&](std::span<const Candidate> candidates, const model::PackedBatch& batch,
               std::size_t first, model::Workspace& workspace, std::size_t threads) {
             const std::span<float> rows = network.token_rows(batch, workspace, threads);
             for (std::size_t s = 0; s < batch.sequences(); ++s) {
               const auto& query = candidates[first + s].query;
               if (query == nullptr) continue;
               const auto document = rows.subspan(
                   batch.offsets[s] * width, (batch.offsets[s + 1] - batch.offsets[s]) * width);
               scores[first + s] = query->score(document, workspace.attention[0]);
             }
           },
       .begin_wave = [&](std::size_t items) { scores.assign(items, 0.0f); },
       .deliver =
           [&](std::size_t position, const Encoding& encoding) {
             embed::check_finite(std::span(&scores[position], 1), impl_->model, index);
             sink({.index = index++,
                   .score = scores[position],
                   .token_count = encoding.ids.size(),
                   .truncated = encoding.truncated()});
           }},
      impl_->options.batch_tokens, impl_->options.threads, impl_->workspaces);
}

}  // namespace assay
