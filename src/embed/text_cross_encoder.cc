// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "assay/error.h"
#include "assay/reranker.h"
#include "embed/finite.h"
#include "embed/limits.h"
#include "embed/loaded.h"
#include "embed/pair_view.h"
#include "embed/scheduler.h"

namespace assay {

struct TextCrossEncoder::Impl {
  // The tokens around every pair.
  struct PromptTokens {
    const model::PairPrompt& text;
    std::vector<std::int32_t> before;
    std::vector<std::int32_t> after;
  };

  Impl(std::string_view id, ModelOptions given)
      : model(id), options(std::move(given)), loaded(embed::load_cross_encoder(id, options)) {
    if (loaded->network.labels() != 1) {
      throw Error(
          ErrorCode::kUnsupported,
          fmt::format(
              "{} is a classifier of {} labels; a reranker gives one score a pair and needs 1",
              loaded->folder.string(), loaded->network.labels()));
    }
    max_length = embed::effective_max_length(loaded->folder, options.max_length,
                                             loaded->network.encoder().max_positions());
    if (options.batch_tokens == 0)
      throw Error(ErrorCode::kInvalidArgument, "batch_tokens: expected at least 1, got 0");
    if (!loaded->network.prompt()) return;
    const model::PairPrompt& text = *loaded->network.prompt();
    prompt.emplace(PromptTokens{text, loaded->tokenizer.tokenize(text.before).ids,
                                loaded->tokenizer.tokenize(text.after).ids});
    const std::size_t around = prompt->before.size() + prompt->after.size();
    if (around >= max_length) {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("max_length: expected more than {}, the tokens of the prompt of {}, "
                              "got {}",
                              around, model, max_length));
    }
  }

  // A pair as the one text of a decoder's prompt.
  [[nodiscard]] Encoding in_prompt(const PromptTokens& prompt, std::string_view query,
                                   std::string_view document) const;
  [[nodiscard]] Encoding encode(std::string_view query, std::string_view document) const {
    if (prompt) return in_prompt(*prompt, query, document);
    return loaded->tokenizer.encode_pair(query, document, max_length);
  }

  std::string model;
  ModelOptions options;
  std::shared_ptr<const embed::Loaded<model::CrossEncoder>> loaded;
  std::size_t max_length = 0;
  std::optional<PromptTokens> prompt;
  mutable embed::WorkspacePool workspaces;
};

Encoding TextCrossEncoder::Impl::in_prompt(const PromptTokens& prompt_tokens,
                                           std::string_view query,
                                           std::string_view document) const {
  const auto& [text, before, after] = prompt_tokens;
  const TokenSequence body = loaded->tokenizer.tokenize(
      fmt::format("{}{}{}{}", text.query_mark, query, text.document_mark, document));
  const std::size_t around = before.size() + after.size();
  const std::size_t kept = std::min(body.ids.size(), max_length - around);
  Encoding encoding;
  encoding.ids = before;
  encoding.ids.insert(encoding.ids.end(), body.ids.begin(),
                      body.ids.begin() + static_cast<std::ptrdiff_t>(kept));
  encoding.ids.insert(encoding.ids.end(), after.begin(), after.end());
  encoding.type_ids.assign(encoding.ids.size(), 0);
  encoding.full_length = around + body.ids.size();
  return encoding;
}

TextCrossEncoder::TextCrossEncoder(std::string_view model, ModelOptions options)
    : impl_(std::make_shared<const Impl>(model, std::move(options))) {}

void TextCrossEncoder::score(const PairViewSource& source, const ScoreSink& sink) const {
  // A document with its query's tokens, made once for a run of equal queries.
  struct Candidate {
    PairView pair;
    std::shared_ptr<const TokenSequence> query;
  };
  const Tokenizer& tokenizer = impl_->loaded->tokenizer;
  std::string last_query;
  std::shared_ptr<const TokenSequence> last;
  std::vector<float> logits;  // of the wave
  std::size_t index = 0;
  embed::run_stream<Candidate>(
      {.next = [&]() -> std::optional<Candidate> {
         std::optional<PairView> pair = source();
         if (!pair) return std::nullopt;
         if (!impl_->prompt && (last == nullptr || pair->query != last_query)) {
           last = std::make_shared<const TokenSequence>(tokenizer.tokenize(pair->query));
           last_query = pair->query;
         }
         return Candidate{std::move(*pair), last};
       },
       .bytes =
           [&](const Candidate& candidate) {
             return candidate.pair.query.size() + candidate.pair.document.size();
           },
       .max_length = impl_->max_length,
       .encode =
           [&](const Candidate& candidate) {
             if (impl_->prompt) return impl_->encode(candidate.pair.query, candidate.pair.document);
             return tokenizer.assemble(
                 *candidate.query, tokenizer.tokenize(candidate.pair.document), impl_->max_length);
           },
       .infer =
           [&](std::span<const Candidate>, const model::PackedBatch& batch, std::size_t first,
               model::Workspace& workspace, std::size_t threads) {
             impl_->loaded->network.logits(batch, workspace, threads,
                                           std::span(logits).subspan(first, batch.sequences()));
           },
       .begin_wave = [&](std::size_t items) { logits.assign(items, 0.0f); },
       .deliver =
           [&](std::size_t position, const Encoding& encoding) {
             embed::check_finite(std::span(&logits[position], 1), impl_->model, index);
             sink({.index = index++,
                   .score = logits[position],
                   .token_count = encoding.ids.size(),
                   .truncated = encoding.truncated()});
           },
       .same_tokens_once = true},
      impl_->options.batch_tokens, impl_->options.threads, impl_->workspaces);
}

const std::string& TextCrossEncoder::model() const noexcept { return impl_->model; }
std::size_t TextCrossEncoder::max_length() const noexcept { return impl_->max_length; }

std::size_t TextCrossEncoder::token_count(std::span<const TextPair> pairs) const {
  std::size_t sum = 0;
  for (const TextPair& pair : pairs) {
    sum += impl_->encode(pair.query, pair.document).ids.size();
  }
  return sum;
}

std::vector<ModelInfo> TextCrossEncoder::list_supported_models() {
  return assay::list_supported_models(ModelKind::kRerank);
}

void TextCrossEncoder::add_custom_model(ModelInfo info) {
  info.kind = ModelKind::kRerank;
  assay::add_custom_model(std::move(info));
}

}  // namespace assay
