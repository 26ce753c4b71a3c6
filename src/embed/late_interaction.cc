// SPDX-License-Identifier: Apache-2.0
// LateInteractionTextEmbedding: markers, query expansion, and the rows that count (Khattab and
// Zaharia 2020, section 3.2), as FastEmbed has them.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <unordered_set>
#include <utility>

#include "assay/error.h"
#include "assay/late_interaction_text_embedding.h"
#include "embed/limits.h"
#include "embed/loaded.h"
#include "embed/scheduler.h"

namespace assay {
namespace {

// How a model was trained to see queries and documents.
struct Recipe {
  std::int32_t query_marker = 1;     // [unused0]
  std::int32_t document_marker = 2;  // [unused1]
  std::size_t query_rows = 32;       // shorter queries are filled up with the mask token
  std::int32_t mask = 0;
  std::unordered_set<std::int32_t> dropped;  // ids whose rows a document does not keep
};

struct Slot {
  std::vector<float> rows;
  std::size_t token_count = 0;
  bool truncated = false;
  std::size_t attended = 0;       // tokens before the query's expansion
  std::vector<std::size_t> keep;  // rows that count
};

// A text on its way; the slot stands in the stream's queue.
struct Item {
  TextKind kind;
  std::string owned;          // of a stream
  std::string_view borrowed;  // of the caller's span
  Slot* slot = nullptr;

  [[nodiscard]] std::string_view text() const { return owned.empty() ? borrowed : owned; }
};

std::int32_t token_id(const Tokenizer& tokenizer, const std::filesystem::path& folder,
                      std::string_view token) {
  if (const auto id = tokenizer.id(token)) return *id;
  throw Error(ErrorCode::kCorruption,
              fmt::format("model: the tokenizer of {} has no {}, which a late-interaction model "
                          "needs",
                          folder.string(), token));
}

Recipe recipe_of(const Tokenizer& tokenizer, const std::filesystem::path& folder) {
  Recipe recipe;
  recipe.mask = token_id(tokenizer, folder, "[MASK]");
  recipe.dropped.insert(token_id(tokenizer, folder, "[PAD]"));
  for (char c = '!'; c <= '~'; ++c) {
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) continue;
    const TokenSequence tokens = tokenizer.tokenize(std::string_view(&c, 1));
    if (!tokens.ids.empty()) recipe.dropped.insert(tokens.ids.front());
  }
  return recipe;
}

constexpr std::size_t kMarkers = 1;

}  // namespace

struct LateInteractionTextEmbedding::Impl {
  Impl(std::string_view id, ModelOptions given);

  std::string model;
  ModelOptions options;
  std::shared_ptr<const embed::Loaded<model::TokenProjection>> loaded;
  std::size_t max_length = 0;
  Recipe recipe;
  mutable embed::WorkspacePool workspaces;

  [[nodiscard]] Encoding tokens_of(std::string_view text) const {
    return loaded->tokenizer.encode(text, max_length - kMarkers);
  }
  [[nodiscard]] Encoding encode(std::string_view text, TextKind kind, Slot& slot) const;
  void run(const std::function<std::optional<Item>()>& next, const LateInteractionSink& sink) const;
  template <class Texts>
  [[nodiscard]] std::vector<TokenEmbeddings> all(const Texts& texts, TextKind kind) const;
};

LateInteractionTextEmbedding::Impl::Impl(std::string_view id, ModelOptions given)
    : model(id), options(std::move(given)) {
  const auto info = find_model(id);
  if (info && info->kind != ModelKind::kLateInteraction) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("{} is a {} model, not a late-interaction one", info->model,
                            to_string(info->kind)));
  }
  if (options.batch_tokens == 0)
    throw Error(ErrorCode::kInvalidArgument, "batch_tokens: expected at least 1, got 0");
  loaded = embed::load_token_projection(id, options);
  const std::size_t positions = loaded->network.encoder().max_positions();
  max_length = embed::effective_max_length(loaded->folder, options.max_length, positions);
  const std::size_t least = loaded->tokenizer.encode("").ids.size() + kMarkers;
  if (max_length < least) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("max_length: expected at least {}, the special tokens and the marker "
                            "of {}, got {}",
                            least, model, max_length));
  }
  recipe = recipe_of(loaded->tokenizer, loaded->folder);
  recipe.query_rows = std::min(recipe.query_rows, positions);
}

// Tokens, then the marker in second place, then a query's expansion.
Encoding LateInteractionTextEmbedding::Impl::encode(std::string_view text, TextKind kind,
                                                    Slot& slot) const {
  Encoding encoding = tokens_of(text);
  slot.truncated = encoding.truncated();
  const bool query = kind == TextKind::kQuery;
  encoding.ids.insert(encoding.ids.begin() + 1,
                      query ? recipe.query_marker : recipe.document_marker);
  slot.attended = encoding.ids.size();
  if (query) encoding.ids.resize(std::max(encoding.ids.size(), recipe.query_rows), recipe.mask);
  slot.token_count = encoding.ids.size();
  encoding.type_ids.assign(encoding.ids.size(), 0);
  for (std::size_t i = 0; i < encoding.ids.size(); ++i) {
    if (query || !recipe.dropped.contains(encoding.ids[i])) slot.keep.push_back(i);
  }
  return encoding;
}

// The one way from texts to rows.
void LateInteractionTextEmbedding::Impl::run(const std::function<std::optional<Item>()>& next,
                                             const LateInteractionSink& sink) const {
  const std::size_t dim = loaded->network.dim();
  std::deque<Slot> slots;  // of the texts taken and not yet delivered
  std::size_t index = 0;
  embed::run_stream<Item>(
      {.next = [&]() -> std::optional<Item> {
         std::optional<Item> item = next();
         if (item) item->slot = &slots.emplace_back();
         return item;
       },
       .estimate =
           [&](const Item& item) {
             return embed::estimate_tokens(item.text().size(), max_length) + kMarkers;
           },
       .encode = [&](const Item& item) { return encode(item.text(), item.kind, *item.slot); },
       .infer =
           [&](std::span<const Item> items, const model::PackedBatch& given, std::size_t first,
               model::Workspace& workspace, std::size_t threads) {
             model::PackedBatch batch = given;
             std::vector<std::size_t> attended;
             for (std::size_t s = 0; s < batch.sequences(); ++s)
               attended.push_back(items[first + s].slot->attended);
             batch.key_counts = attended;
             std::vector<float> rows(batch.tokens() * dim);
             loaded->network.rows(batch, workspace, threads, rows);
             for (std::size_t s = 0; s < batch.sequences(); ++s) {
               Slot& slot = *items[first + s].slot;
               slot.rows.reserve(slot.keep.size() * dim);
               for (const std::size_t row : slot.keep) {
                 const auto from =
                     rows.begin() + static_cast<std::ptrdiff_t>((batch.offsets[s] + row) * dim);
                 slot.rows.insert(slot.rows.end(), from, from + static_cast<std::ptrdiff_t>(dim));
               }
             }
           },
       .begin_wave = [](std::size_t) {},
       .deliver =
           [&](std::size_t, const Encoding&) {
             Slot slot = std::move(slots.front());
             slots.pop_front();
             const TokenEmbeddings rows(dim, std::move(slot.rows));
             sink({.index = index++,
                   .rows = rows,
                   .token_count = slot.token_count,
                   .truncated = slot.truncated});
           }},
      options.batch_tokens, options.threads, workspaces);
}

template <class Texts>
std::vector<TokenEmbeddings> LateInteractionTextEmbedding::Impl::all(const Texts& texts,
                                                                     TextKind kind) const {
  std::vector<TokenEmbeddings> result;
  result.reserve(texts.size());
  auto text = texts.begin();
  run(
      [&]() -> std::optional<Item> {
        if (text == texts.end()) return std::nullopt;
        return Item{.kind = kind, .owned = {}, .borrowed = *text++};
      },
      [&](const LateInteractionText& item) { result.push_back(item.rows); });
  return result;
}

LateInteractionTextEmbedding::LateInteractionTextEmbedding(std::string_view model,
                                                           ModelOptions options)
    : impl_(std::make_shared<const Impl>(model, std::move(options))) {}

std::vector<TokenEmbeddings> LateInteractionTextEmbedding::embed(
    std::span<const std::string> texts) const {
  return impl_->all(texts, TextKind::kPassage);
}

std::vector<TokenEmbeddings> LateInteractionTextEmbedding::embed(
    std::initializer_list<std::string_view> texts) const {
  return impl_->all(texts, TextKind::kPassage);
}

TokenEmbeddings LateInteractionTextEmbedding::embed(std::string_view text) const {
  return std::move(impl_->all(std::span(&text, 1), TextKind::kPassage).front());
}

std::vector<TokenEmbeddings> LateInteractionTextEmbedding::passage_embed(
    std::span<const std::string> texts) const {
  return impl_->all(texts, TextKind::kPassage);
}

TokenEmbeddings LateInteractionTextEmbedding::query_embed(std::string_view query) const {
  return std::move(impl_->all(std::span(&query, 1), TextKind::kQuery).front());
}

void LateInteractionTextEmbedding::embed(const TextSource& source,
                                         const LateInteractionSink& sink) const {
  impl_->run(
      [&]() -> std::optional<Item> {
        std::optional<TextInput> input = source();
        if (!input) return std::nullopt;
        return Item{.kind = input->kind, .owned = std::move(input->text), .borrowed = {}};
      },
      sink);
}

std::size_t LateInteractionTextEmbedding::token_count(std::span<const std::string> texts,
                                                      TextKind kind, bool include_extension) const {
  std::size_t sum = 0;
  for (const std::string& text : texts) {
    Slot slot;
    sum += include_extension ? impl_->encode(text, kind, slot).ids.size()
                             : impl_->tokens_of(text).ids.size();
  }
  return sum;
}

const std::string& LateInteractionTextEmbedding::model() const noexcept { return impl_->model; }
std::size_t LateInteractionTextEmbedding::dim() const noexcept {
  return impl_->loaded->network.dim();
}
std::size_t LateInteractionTextEmbedding::max_length() const noexcept { return impl_->max_length; }

std::vector<ModelInfo> LateInteractionTextEmbedding::list_supported_models() {
  return assay::list_supported_models(ModelKind::kLateInteraction);
}

float max_sim(const TokenEmbeddings& query, const TokenEmbeddings& document) {
  if (query.size() == 0 || document.size() == 0) return 0;
  if (query.dim() != document.dim()) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("max_sim: the query has rows of {} floats, the document of {}",
                            query.dim(), document.dim()));
  }
  double sum = 0;
  for (std::size_t q = 0; q < query.size(); ++q) {
    float best = std::numeric_limits<float>::lowest();
    for (std::size_t d = 0; d < document.size(); ++d) {
      const auto a = query[q];
      const auto b = document[d];
      float dot = 0;
      for (std::size_t i = 0; i < a.size(); ++i) dot += a[i] * b[i];
      best = std::max(best, dot);
    }
    sum += best;
  }
  return static_cast<float>(sum);
}

}  // namespace assay
