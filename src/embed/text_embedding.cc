// SPDX-License-Identifier: Apache-2.0
#include "assay/text_embedding.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "assay/error.h"
#include "embed/finite.h"
#include "embed/limits.h"
#include "embed/loaded.h"
#include "embed/scheduler.h"
#include "embed/text_embedding_impl.h"
#include "kernels/rows.h"

namespace assay {

namespace {

// A text with its prompt put before it.
struct Prompted {
  std::string_view prompt;
  const model::BiEncoder* network;
  std::string owned;          // of a stream
  std::string_view borrowed;  // of the caller's span

  [[nodiscard]] std::string_view text() const { return owned.empty() ? borrowed : owned; }
};

// For encoders of bare tokens: no special ones, and `empty_id` where there are none at all.
Encoding encode_bare(const Tokenizer& tokenizer, std::string_view text, std::size_t max_length,
                     std::int32_t empty_id) {
  TokenSequence tokens = tokenizer.tokenize(text);
  if (tokens.ids.empty()) tokens = {{empty_id}, {{0, 0}}};
  const std::size_t full_length = tokens.ids.size();
  const std::size_t length = std::min(full_length, max_length);
  tokens.ids.resize(length);
  tokens.offsets.resize(length);
  return {.ids = std::move(tokens.ids),
          .type_ids = std::vector<std::int32_t>(length, 0),
          .offsets = std::move(tokens.offsets),
          .special = std::vector<std::uint8_t>(length, 0),
          .full_length = full_length};
}

std::string_view prompt_of(const TextEmbedding::Impl& impl, TextKind kind) {
  const model::SentenceConfig& config = impl.loaded->network.config();
  switch (kind) {
    case TextKind::kQuery:
      return config.query_prompt;
    case TextKind::kPassage:
      return config.passage_prompt;
    case TextKind::kPlain:
      break;
  }
  return config.default_prompt;
}

// The vectors [sequences, dim] of a batch whose texts may belong to several networks.
void infer(std::span<const Prompted> items, const model::PackedBatch& batch,
           model::Workspace& workspace, std::size_t threads, std::span<float> out) {
  const model::BiEncoder* first = items.front().network;
  const std::size_t dim = first->dim();
  const auto same = [&](const Prompted& item) { return item.network == first; };
  if (std::ranges::all_of(items, same)) return first->embed(batch, workspace, threads, out);
  std::vector<bool> done(items.size(), false);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (done[i]) continue;
    std::vector<std::int32_t> ids;
    std::vector<std::int32_t> types;
    std::vector<std::size_t> offsets = {0};
    std::vector<std::size_t> members;
    for (std::size_t j = i; j < items.size(); ++j) {
      if (items[j].network != items[i].network) continue;
      const auto begin = static_cast<std::ptrdiff_t>(batch.offsets[j]);
      const auto end = static_cast<std::ptrdiff_t>(batch.offsets[j + 1]);
      ids.insert(ids.end(), batch.ids.begin() + begin, batch.ids.begin() + end);
      types.insert(types.end(), batch.type_ids.begin() + begin, batch.type_ids.begin() + end);
      offsets.push_back(ids.size());
      members.push_back(j);
      done[j] = true;
    }
    std::vector<float> vectors(members.size() * dim);
    items[i].network->embed({ids, types, offsets}, workspace, threads, vectors);
    for (std::size_t m = 0; m < members.size(); ++m)
      std::ranges::copy(std::span(vectors).subspan(m * dim, dim),
                        out.subspan(members[m] * dim).begin());
  }
}

// The one way from texts to vectors.
void run(const TextEmbedding::Impl& impl, const std::function<std::optional<Prompted>()>& next,
         const EmbeddingSink& sink) {
  const std::size_t dim = impl.loaded->network.dim();
  std::vector<float> vectors;  // of the wave
  std::size_t index = 0;
  embed::run_stream<Prompted>(
      {.next = next,
       .bytes = [&](const Prompted& item) { return item.text().size(); },
       .max_length = impl.max_length,
       .encode = [&](const Prompted& item) { return impl.encode(item.prompt, item.text()); },
       .infer =
           [&](std::span<const Prompted> items, const model::PackedBatch& batch, std::size_t first,
               model::Workspace& workspace, std::size_t threads) {
             infer(items.subspan(first, batch.sequences()), batch, workspace, threads,
                   std::span(vectors).subspan(first * dim, batch.sequences() * dim));
           },
       // Texts without tokens are not computed.
       .begin_wave = [&](std::size_t items) { vectors.assign(items * dim, 0.0f); },
       .deliver =
           [&](std::size_t position, const Encoding& encoding) {
             const std::span<float> vector = std::span(vectors).subspan(position * dim, impl.dim);
             embed::check_finite(vector, impl.model, index);
             if (impl.dim < dim && impl.loaded->network.config().normalize)
               kernels::normalize(vector);
             sink({.index = index++,
                   .vector = vector,
                   .token_count = encoding.ids.size(),
                   .truncated = encoding.truncated()});
           }},
      impl.options.batch_tokens, impl.options.threads, impl.workspaces);
}

template <class Texts>
Embeddings embed_all(const TextEmbedding::Impl& impl, const Texts& texts, TextKind kind) {
  Embeddings result(impl.dim);
  const std::string_view prompt = prompt_of(impl, kind);
  const model::BiEncoder& network = impl.network(kind);
  auto text = texts.begin();
  run(
      impl,
      [&]() -> std::optional<Prompted> {
        if (text == texts.end()) return std::nullopt;
        return Prompted{.prompt = prompt, .network = &network, .owned = {}, .borrowed = *text++};
      },
      [&](const EmbeddedText& item) { result.append(item.vector, item.truncated); });
  return result;
}

std::vector<float> embed_one(const TextEmbedding::Impl& impl, std::string_view text,
                             TextKind kind) {
  const Embeddings rows = embed_all(impl, std::span(&text, 1), kind);
  return {rows[0].begin(), rows[0].end()};
}

}  // namespace

TextEmbedding::Impl::Impl(std::string_view id, ModelOptions given, const DenseOptions& dense)
    : model(id),
      options(std::move(given)),
      loaded(embed::load_bi_encoder(id, options, dense.task)),
      plain_task(dense.task.empty() ? std::string(model::kPassageTask) : dense.task),
      dim(dense.dim.value_or(loaded->network.dim())) {
  if (dim == 0 || dim > loaded->network.dim()) {
    throw Error(ErrorCode::kInvalidArgument, fmt::format("dim: expected 1 to {}, the size of the "
                                                         "vectors of {}, got {}",
                                                         loaded->network.dim(), model, dim));
  }
  max_length = embed::effective_max_length(loaded->folder, options.max_length,
                                           loaded->network.encoder().max_positions());
  if (options.batch_tokens == 0)
    throw Error(ErrorCode::kInvalidArgument, "batch_tokens: expected at least 1, got 0");
}

Encoding TextEmbedding::Impl::encode(std::string_view prompt, std::string_view text) const {
  std::string whole;
  if (!prompt.empty()) {
    whole.append(prompt).append(text);
    text = whole;
  }
  if (const auto empty_id = loaded->network.encoder().empty_text_id())
    return encode_bare(loaded->tokenizer, text, max_length, *empty_id);
  return loaded->tokenizer.encode(text, max_length);
}

const model::BiEncoder& TextEmbedding::Impl::network(TextKind kind) const {
  const std::vector<std::string>& tasks = loaded->network.tasks();
  const std::string_view wanted =
      kind == TextKind::kQuery ? model::kQueryTask : model::kPassageTask;
  // A model with adapters for other things than a search has one set of weights for all kinds.
  if (kind == TextKind::kPlain || wanted == plain_task || !std::ranges::count(tasks, wanted))
    return loaded->network;
  const std::scoped_lock lock(task_mutex);
  Network& slot = by_task[std::string(wanted)];
  if (slot == nullptr) slot = embed::load_bi_encoder(model, options, wanted);
  return slot->network;
}

TextEmbedding::TextEmbedding(std::string_view model, ModelOptions options,
                             const DenseOptions& dense)
    : impl_(std::make_shared<const Impl>(model, std::move(options), dense)) {}

Embeddings TextEmbedding::embed(std::span<const std::string> texts) const {
  return embed_all(*impl_, texts, TextKind::kPlain);
}

Embeddings TextEmbedding::embed(std::initializer_list<std::string_view> texts) const {
  return embed_all(*impl_, texts, TextKind::kPlain);
}

std::vector<float> TextEmbedding::embed(std::string_view text) const {
  return embed_one(*impl_, text, TextKind::kPlain);
}

std::vector<float> TextEmbedding::query_embed(std::string_view query) const {
  return embed_one(*impl_, query, TextKind::kQuery);
}

Embeddings TextEmbedding::passage_embed(std::span<const std::string> texts) const {
  return embed_all(*impl_, texts, TextKind::kPassage);
}

void TextEmbedding::embed(const TextSource& source, const EmbeddingSink& sink) const {
  run(
      *impl_,
      [&]() -> std::optional<Prompted> {
        std::optional<TextInput> input = source();
        if (!input) return std::nullopt;
        return Prompted{.prompt = prompt_of(*impl_, input->kind),
                        .network = &impl_->network(input->kind),
                        .owned = std::move(input->text),
                        .borrowed = {}};
      },
      sink);
}

std::size_t TextEmbedding::token_count(std::span<const std::string> texts) const {
  std::size_t sum = 0;
  for (const std::string& text : texts) {
    sum += impl_->encode(prompt_of(*impl_, TextKind::kPlain), text).ids.size();
  }
  return sum;
}

const std::string& TextEmbedding::model() const noexcept { return impl_->model; }
std::size_t TextEmbedding::dim() const noexcept { return impl_->dim; }
const std::vector<std::string>& TextEmbedding::tasks() const noexcept {
  return impl_->loaded->network.tasks();
}
std::size_t TextEmbedding::max_length() const noexcept { return impl_->max_length; }

std::vector<ModelInfo> TextEmbedding::list_supported_models() {
  return assay::list_supported_models(ModelKind::kDense);
}

void TextEmbedding::add_custom_model(ModelInfo info) {
  info.kind = ModelKind::kDense;
  assay::add_custom_model(std::move(info));
}

std::size_t get_embedding_size(std::string_view model, const ModelOptions& options) {
  if (const auto info = find_model(model)) {
    if (info->kind != ModelKind::kDense) {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("{} is a {} model: it has no single vector size", info->model,
                              to_string(info->kind)));
    }
    if (info->dim > 0) return info->dim;
  }
  return model::embedding_size(resolve_model(model, options), embed::hints_of(model));
}

}  // namespace assay
