// SPDX-License-Identifier: Apache-2.0
// SparseTextEmbedding: the stream's steps, whatever the method.
#include <fmt/format.h>

#include <deque>
#include <filesystem>
#include <system_error>
#include <utility>

#include "assay/error.h"
#include "assay/sparse_text_embedding.h"
#include "embed/finite.h"
#include "embed/scheduler.h"
#include "embed/sparse_model.h"

namespace assay {
namespace {

// A text on its way; the slot stands in the stream's queue.
struct Item {
  TextKind kind;
  std::string owned;          // of a stream
  std::string_view borrowed;  // of the caller's span
  embed::SparseSlot* slot = nullptr;

  [[nodiscard]] std::string_view text() const { return owned.empty() ? borrowed : owned; }
};

std::unique_ptr<embed::SparseModel> make_model(std::string_view id, const ModelOptions& options,
                                               const SparseOptions& sparse) {
  const auto info = find_model(id);
  if (info && info->kind != ModelKind::kSparse) {
    throw Error(ErrorCode::kInvalidArgument, fmt::format("{} is a {} model, not a sparse one",
                                                         info->model, to_string(info->kind)));
  }
  if (info && info->architecture == "BM25") return embed::make_sparse_bm25(sparse);
  std::error_code ignored;
  if ((info && info->architecture == "JinaBertModel") ||
      std::filesystem::exists(std::filesystem::path(id) / embed::kMiniCoilVectors, ignored)) {
    return embed::make_sparse_minicoil(id, options, sparse);
  }
  if (info && info->architecture == "BertModel")
    return embed::make_sparse_bm42(id, options, sparse);
  return embed::make_sparse_splade(id, options);
}

}  // namespace

struct SparseTextEmbedding::Impl {
  Impl(std::string_view id, ModelOptions given, const SparseOptions& sparse)
      : model(id), options(std::move(given)), encoder(make_model(id, options, sparse)) {
    if (options.batch_tokens == 0)
      throw Error(ErrorCode::kInvalidArgument, "batch_tokens: expected at least 1, got 0");
  }

  std::string model;
  ModelOptions options;
  std::unique_ptr<embed::SparseModel> encoder;
  mutable embed::WorkspacePool workspaces;

  void run(const std::function<std::optional<Item>()>& next, const SparseSink& sink) const;
  template <class Texts>
  [[nodiscard]] std::vector<SparseVector> all(const Texts& texts, TextKind kind) const;
};

// The one way from texts to vectors.
void SparseTextEmbedding::Impl::run(const std::function<std::optional<Item>()>& next,
                                    const SparseSink& sink) const {
  const std::size_t longest = encoder->max_length().value_or(SIZE_MAX);
  std::deque<embed::SparseSlot> slots;  // of the texts taken and not yet delivered
  std::size_t index = 0;
  embed::run_stream<Item>(
      {.next = [&]() -> std::optional<Item> {
         std::optional<Item> item = next();
         if (item) item->slot = &slots.emplace_back();
         return item;
       },
       .bytes = [&](const Item& item) { return item.text().size(); },
       .max_length = longest,
       .encode =
           [&](const Item& item) { return encoder->encode(item.text(), item.kind, *item.slot); },
       .infer =
           [&](std::span<const Item> items, const model::PackedBatch& batch, std::size_t first,
               model::Workspace& workspace, std::size_t threads) {
             std::vector<embed::SparseSlot*> mine;
             for (std::size_t s = 0; s < batch.sequences(); ++s)
               mine.push_back(items[first + s].slot);
             encoder->infer(batch, workspace, threads, mine);
           },
       .begin_wave = [](std::size_t) {},
       .deliver =
           [&](std::size_t, const Encoding&) {
             const embed::SparseSlot slot = std::move(slots.front());
             slots.pop_front();
             embed::check_finite(slot.vector.values, model, index);
             sink({.index = index++,
                   .vector = slot.vector,
                   .token_count = slot.token_count,
                   .truncated = slot.truncated});
           }},
      options.batch_tokens, options.threads, workspaces);
}

template <class Texts>
std::vector<SparseVector> SparseTextEmbedding::Impl::all(const Texts& texts, TextKind kind) const {
  std::vector<SparseVector> result;
  result.reserve(texts.size());
  auto text = texts.begin();
  run(
      [&]() -> std::optional<Item> {
        if (text == texts.end()) return std::nullopt;
        return Item{.kind = kind, .owned = {}, .borrowed = *text++};
      },
      [&](const SparseText& item) { result.push_back(item.vector); });
  return result;
}

SparseTextEmbedding::SparseTextEmbedding(std::string_view model, ModelOptions options,
                                         const SparseOptions& sparse)
    : impl_(std::make_shared<const Impl>(model, std::move(options), sparse)) {}

std::vector<SparseVector> SparseTextEmbedding::embed(std::span<const std::string> texts) const {
  return impl_->all(texts, TextKind::kPassage);
}

std::vector<SparseVector> SparseTextEmbedding::embed(
    std::initializer_list<std::string_view> texts) const {
  return impl_->all(texts, TextKind::kPassage);
}

SparseVector SparseTextEmbedding::embed(std::string_view text) const {
  return std::move(impl_->all(std::span(&text, 1), TextKind::kPassage).front());
}

std::vector<SparseVector> SparseTextEmbedding::passage_embed(
    std::span<const std::string> texts) const {
  return impl_->all(texts, TextKind::kPassage);
}

SparseVector SparseTextEmbedding::query_embed(std::string_view query) const {
  return std::move(impl_->all(std::span(&query, 1), TextKind::kQuery).front());
}

void SparseTextEmbedding::embed(const TextSource& source, const SparseSink& sink) const {
  impl_->run(
      [&]() -> std::optional<Item> {
        std::optional<TextInput> input = source();
        if (!input) return std::nullopt;
        return Item{.kind = input->kind, .owned = std::move(input->text), .borrowed = {}};
      },
      sink);
}

std::size_t SparseTextEmbedding::token_count(std::span<const std::string> texts) const {
  std::size_t sum = 0;
  for (const std::string& text : texts) {
    embed::SparseSlot slot;
    (void)impl_->encoder->encode(text, TextKind::kPassage, slot);
    sum += slot.token_count;
  }
  return sum;
}

const std::string& SparseTextEmbedding::model() const noexcept { return impl_->model; }
bool SparseTextEmbedding::requires_idf() const noexcept { return impl_->encoder->requires_idf(); }
std::optional<std::size_t> SparseTextEmbedding::max_length() const noexcept {
  return impl_->encoder->max_length();
}

std::vector<ModelInfo> SparseTextEmbedding::list_supported_models() {
  return assay::list_supported_models(ModelKind::kSparse);
}

}  // namespace assay
