// SPDX-License-Identifier: Apache-2.0
// LateInteractionTextEmbedding: markers, query expansion, and the rows that count (Khattab and
// Zaharia 2020, section 3.2), as FastEmbed has them; of PyLate's folders as they say.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <optional>
#include <unordered_set>
#include <utility>

#include "assay/error.h"
#include "assay/late_interaction_text_embedding.h"
#include "embed/finite.h"
#include "embed/limits.h"
#include "embed/loaded.h"
#include "embed/scheduler.h"
#include "embed/sparse_words.h"
#include "model/config.h"

namespace assay {
namespace {

// How a model was trained to see queries and documents.
struct Recipe {
  std::optional<std::int32_t> query_marker = 1;     // [unused0]
  std::optional<std::int32_t> document_marker = 2;  // [unused1]
  std::size_t query_rows = 32;  // shorter queries are filled up with the mask token; 0: not
  bool attends_to_expansion = false;
  std::int32_t mask = 0;
  std::unordered_set<std::int32_t> dropped;  // ids whose rows a document does not keep
  std::optional<std::size_t> max_length;     // marker included

  [[nodiscard]] std::size_t markers() const { return query_marker || document_marker ? 1 : 0; }
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

// A document does not keep the rows of `words`, each known by its first token.
void drop(const Tokenizer& tokenizer, const std::vector<std::string>& words, Recipe& recipe) {
  for (const std::string& word : words) {
    const TokenSequence tokens = tokenizer.tokenize(word);
    if (!tokens.ids.empty()) recipe.dropped.insert(tokens.ids.front());
  }
}

std::vector<std::string> ascii_punctuation() {
  std::vector<std::string> result;
  for (char c = '!'; c <= '~'; ++c) {
    const std::string word(1, c);
    if (embed::is_ascii_punctuation(word)) result.push_back(word);
  }
  return result;
}

Recipe colbert_recipe(const Tokenizer& tokenizer, const std::filesystem::path& folder) {
  Recipe recipe;
  if (tokenizer.id("<mask>")) {  // jina-colbert-v2
    recipe.query_marker = token_id(tokenizer, folder, "[QueryMarker]");
    recipe.document_marker = token_id(tokenizer, folder, "[DocumentMarker]");
    recipe.mask = token_id(tokenizer, folder, "<mask>");
    recipe.attends_to_expansion = true;
    recipe.dropped.insert(token_id(tokenizer, folder, "<pad>"));
    drop(tokenizer, ascii_punctuation(), recipe);
    return recipe;
  }
  recipe.mask = token_id(tokenizer, folder, "[MASK]");
  recipe.dropped.insert(token_id(tokenizer, folder, "[PAD]"));
  drop(tokenizer, ascii_punctuation(), recipe);
  return recipe;
}

// config_sentence_transformers.json, with PyLate's defaults.
Recipe pylate_recipe(const Tokenizer& tokenizer, const std::filesystem::path& folder) {
  const auto config = model::Config::read(folder / "config_sentence_transformers.json");
  const auto marker = [&](std::string_view key,
                          std::string_view fallback) -> std::optional<std::int32_t> {
    const std::string prefix = config.text_or(key, fallback);
    if (prefix.empty()) return std::nullopt;
    return token_id(tokenizer, folder, prefix);
  };
  Recipe recipe;
  recipe.query_marker = marker("query_prefix", "[Q] ");
  recipe.document_marker = marker("document_prefix", "[D] ");
  recipe.query_rows =
      config.flag_or("do_query_expansion", true) ? config.size_if("query_length").value_or(32) : 0;
  recipe.attends_to_expansion = config.flag_or("attend_to_expansion_tokens", false);
  if (recipe.query_rows > 0) {
    const auto mask = tokenizer.id("[MASK]");
    recipe.mask = mask ? *mask : token_id(tokenizer, folder, "<mask>");
  }
  drop(tokenizer,
       config.has("skiplist_words") ? config.texts("skiplist_words") : ascii_punctuation(), recipe);
  recipe.max_length = config.size_if("document_length");
  return recipe;
}

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
    return loaded->tokenizer.encode(text, max_length - recipe.markers());
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
  const Tokenizer& tokenizer = loaded->tokenizer;
  recipe = model::is_pylate(loaded->folder) ? pylate_recipe(tokenizer, loaded->folder)
                                            : colbert_recipe(tokenizer, loaded->folder);
  const std::size_t positions = loaded->network.encoder().max_positions();
  if (!options.max_length && recipe.max_length) {
    max_length = std::min(*recipe.max_length, positions);
  } else {
    max_length = embed::effective_max_length(loaded->folder, options.max_length, positions);
  }
  const std::size_t least = tokenizer.encode("").ids.size() + recipe.markers();
  if (max_length < least) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("max_length: expected at least {}, the special tokens and the marker "
                            "of {}, got {}",
                            least, model, max_length));
  }
  recipe.query_rows = std::min(recipe.query_rows, positions);
}

// Tokens, then the marker in second place, then a query's expansion.
Encoding LateInteractionTextEmbedding::Impl::encode(std::string_view text, TextKind kind,
                                                    Slot& slot) const {
  Encoding encoding = tokens_of(text);
  slot.truncated = encoding.truncated();
  const bool query = kind == TextKind::kQuery;
  const auto marker = query ? recipe.query_marker : recipe.document_marker;
  if (marker) encoding.ids.insert(encoding.ids.begin() + (encoding.ids.empty() ? 0 : 1), *marker);
  slot.attended = encoding.ids.size();
  if (query) encoding.ids.resize(std::max(encoding.ids.size(), recipe.query_rows), recipe.mask);
  if (recipe.attends_to_expansion) slot.attended = encoding.ids.size();
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
       .bytes = [&](const Item& item) { return item.text().size(); },
       .max_length = max_length + recipe.markers(),
       .encode = [&](const Item& item) { return encode(item.text(), item.kind, *item.slot); },
       .infer =
           [&](std::span<const Item> items, const model::PackedBatch& given, std::size_t first,
               model::Workspace& workspace, std::size_t threads) {
             model::PackedBatch batch = given;
             std::vector<std::size_t> attended;
             for (std::size_t s = 0; s < batch.sequences(); ++s)
               attended.push_back(items[first + s].slot->attended);
             // Only a model that expands its queries asks for what its encoder must be able to do.
             if (recipe.query_rows > 0 && !recipe.attends_to_expansion) batch.key_counts = attended;
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
             embed::check_finite(slot.rows, model, index);
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
