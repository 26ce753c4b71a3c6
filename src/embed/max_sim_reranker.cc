// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <utility>

#include "assay/reranker.h"
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
  const auto encode = [&](const std::string& prompt, std::string_view text) {
    return impl_->loaded->tokenizer.encode(
        prompt.empty() ? std::string(text) : prompt + std::string(text), impl_->max_length);
  };

  std::string last_query;
  std::shared_ptr<const model::MaxSimQuery> last;
  const auto query_of = [&](std::string_view text) {
    if (last != nullptr && text == last_query) return last;
    const Encoding encoding = encode(config.query_prompt, text);
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
       .estimate =
           [&](const Candidate& candidate) {
             return embed::estimate_tokens(candidate.pair.document.size(), impl_->max_length);
           },
       .encode =
           [&](const Candidate& candidate) {
             return encode(config.passage_prompt, candidate.pair.document);
           },
       .infer =
           [&](std::span<const Candidate> candidates, const model::PackedBatch& batch,
               std::size_t first, model::Workspace& workspace, std::size_t threads) {
             const std::span<float> rows = network.token_rows(batch, workspace, threads);
             for (std::size_t s = 0; s < batch.sequences(); ++s) {
               const auto document = rows.subspan(
                   batch.offsets[s] * width, (batch.offsets[s + 1] - batch.offsets[s]) * width);
               scores[first + s] =
                   candidates[first + s].query->score(document, workspace.attention[0]);
             }
           },
       .begin_wave = [&](std::size_t items) { scores.resize(items); },
       .deliver =
           [&](std::size_t position, const Encoding& encoding) {
             sink({.index = index++,
                   .score = scores[position],
                   .token_count = encoding.ids.size(),
                   .truncated = encoding.truncated()});
           }},
      impl_->options.batch_tokens, impl_->options.threads, impl_->workspaces);
}

}  // namespace assay
