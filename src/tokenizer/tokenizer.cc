// SPDX-License-Identifier: Apache-2.0
// From text to token ids: added tokens are cut out, the rest is normalized, cut into words, split
// by the model; then the template's special tokens are put around.
#include "assay/tokenizer.h"

#include <fmt/format.h>

#include <tuple>
#include <utility>

#include "assay/error.h"
#include "base/file.h"
#include "base/unicode.h"
#include "tokenizer/pipeline.h"

namespace assay {
namespace {

using namespace tokenizer;

Pipeline read_folder(const std::filesystem::path& folder, const TokenizerConfig& config) {
  const auto has = [&](const char* name) { return file_exists(folder / name); };
  if (has("tokenizer.json")) return read_tokenizer_json(folder / "tokenizer.json");
  if (has("vocab.txt")) return read_vocab_txt(folder / "vocab.txt", config);
  if (has("vocab.json") && has("merges.txt"))
    return read_vocab_and_merges(folder / "vocab.json", folder / "merges.txt", config);
  if (has("sentencepiece.bpe.model"))
    return read_sentence_piece(folder / "sentencepiece.bpe.model", config);
  throw Error(ErrorCode::kNotFound,
              fmt::format("tokenizer: {} has none of tokenizer.json, vocab.txt, vocab.json with "
                          "merges.txt, sentencepiece.bpe.model",
                          folder.string()));
}

// Buffers of one call.
struct Buffers {
  CutText cut;
  std::vector<Section> raw_sections;
  std::vector<Section> sections;
  std::tuple<WordPiece::Buffers, Bpe::Buffers, Unigram::Buffers, WordLevel::Buffers> model;
};

}  // namespace

struct Tokenizer::Impl {
  explicit Impl(const std::filesystem::path& folder)
      : config(read_tokenizer_config(folder / "tokenizer_config.json")),
        pipeline(read_folder(folder, config)),
        truncate_left(config.truncate_left.value_or(pipeline.truncate_left)) {
    std::vector<AddedTokens::Spelling> raw;
    std::vector<AddedTokens::Spelling> normalized;
    for (const AddedToken& token : pipeline.added) {
      if (!token.normalized) {
        raw.emplace_back(token, token.content);
        continue;
      }
      NormalizedText text;
      NormalizedText scratch;
      assign(text, token.content, 0);
      for (const Normalizer& rule : pipeline.normalizers) normalize(rule, text, scratch);
      normalized.emplace_back(token, std::move(text.text));
    }
    raw_tokens = AddedTokens(raw);
    normalized_tokens = AddedTokens(normalized);
  }

  void tokenize_text(std::string_view text, std::string_view part, Buffers& buffers,
                     TokenSequence& to) const;
  void put(std::int32_t id, std::string_view token, std::string_view text, Span span,
           TokenSequence& to) const {
    std::pair<std::uint32_t, std::uint32_t> offsets{span.begin, span.end};
    for (const OffsetTrim& rule : pipeline.trims)
      offsets = trimmed(rule, token, text, to.ids.empty(), offsets);
    to.ids.push_back(id);
    to.offsets.push_back(offsets);
  }

  TokenizerConfig config;
  Pipeline pipeline;
  bool truncate_left;
  AddedTokens raw_tokens;
  AddedTokens normalized_tokens;
};

// `part` of `text` holds no raw added token.
void Tokenizer::Impl::tokenize_text(std::string_view text, std::string_view part, Buffers& buffers,
                                    TokenSequence& to) const {
  CutText& cut = buffers.cut;
  assign(cut.text, part, static_cast<std::uint32_t>(part.data() - text.data()));
  for (const Normalizer& rule : pipeline.normalizers) normalize(rule, cut.text, cut.text_scratch);
  normalized_tokens.cut(cut.text.text, buffers.sections);
  cut.pieces.clear();
  for (const Section& section : buffers.sections)
    cut.pieces.push_back({section.begin, section.end, section.id});
  for (const PreTokenizer& rule : pipeline.pre_tokenizers) pre_tokenize(rule, cut);
  const std::string_view normalized = cut.text.text;
  std::visit(
      [&](const auto& model) {
        auto& model_buffers =
            std::get<typename std::decay_t<decltype(model)>::Buffers>(buffers.model);
        for (const Piece& piece : cut.pieces) {
          const std::string_view word = normalized.substr(piece.begin, piece.end - piece.begin);
          if (piece.id >= 0) {
            put(piece.id, word, text, cut.text.original(piece.begin, piece.end), to);
            continue;
          }
          model.split(word, model_buffers,
                      [&](std::int32_t id, std::size_t begin, std::size_t end) {
                        if (begin == end) return;
                        put(id, pipeline.vocabulary.token(id), text,
                            cut.text.original(piece.begin + begin, piece.begin + end), to);
                      });
        }
      },
      *pipeline.model);
}

Tokenizer::Tokenizer(const std::filesystem::path& folder)
    : impl_(std::make_unique<const Impl>(folder)) {}
Tokenizer::~Tokenizer() = default;
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;

TokenSequence Tokenizer::tokenize(std::string_view text) const {
  if (const auto at = unicode::invalid_utf8(text)) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("invalid UTF-8 at byte {} of a text of {} bytes", *at, text.size()));
  }
  if (text.size() > UINT32_MAX) {
    throw Error(
        ErrorCode::kInvalidArgument,
        fmt::format("a text of {} bytes is too long: offsets end at {}", text.size(), UINT32_MAX));
  }
  TokenSequence result;
  result.ids.reserve(text.size() / 4);
  result.offsets.reserve(text.size() / 4);
  Buffers buffers;
  impl_->raw_tokens.cut(text, buffers.raw_sections);
  for (const Section& section : buffers.raw_sections) {
    const std::string_view part = text.substr(section.begin, section.end - section.begin);
    if (section.id >= 0) {
      impl_->put(
          section.id, part, text,
          {static_cast<std::uint32_t>(section.begin), static_cast<std::uint32_t>(section.end)},
          result);
    } else {
      impl_->tokenize_text(text, part, buffers, result);
    }
  }
  return result;
}

namespace {

// Fills `items` with the texts, of which `first_count` and `second_count` tokens are kept.
Encoding fill(const std::vector<TemplateItem>& items, const TokenSequence& first,
              std::size_t first_count, const TokenSequence* second, std::size_t second_count,
              bool cut_left) {
  Encoding encoding;
  const std::size_t specials = Template::special_count(items);
  const std::size_t length = specials + first_count + second_count;
  encoding.full_length = specials + first.ids.size() + (second == nullptr ? 0 : second->ids.size());
  encoding.ids.reserve(length);
  encoding.type_ids.reserve(length);
  encoding.offsets.reserve(length);
  encoding.special.reserve(length);
  for (const TemplateItem& item : items) {
    if (item.kind == TemplateItem::Kind::kSpecial) {
      encoding.ids.push_back(item.id);
      encoding.offsets.emplace_back(0, 0);
      encoding.type_ids.push_back(item.type_id);
      encoding.special.push_back(1);
      continue;
    }
    const bool is_first = item.kind == TemplateItem::Kind::kFirst;
    if (!is_first && second == nullptr) continue;
    const TokenSequence& text = is_first ? first : *second;
    const std::size_t count = is_first ? first_count : second_count;
    const auto begin = static_cast<std::ptrdiff_t>(cut_left ? text.ids.size() - count : 0);
    const auto end = begin + static_cast<std::ptrdiff_t>(count);
    encoding.ids.insert(encoding.ids.end(), text.ids.begin() + begin, text.ids.begin() + end);
    encoding.offsets.insert(encoding.offsets.end(), text.offsets.begin() + begin,
                            text.offsets.begin() + end);
    encoding.type_ids.resize(encoding.ids.size(), item.type_id);
    encoding.special.resize(encoding.ids.size(), 0);
  }
  return encoding;
}

// Tokens left for texts beside the special ones; SIZE_MAX without a limit.
std::size_t room(const std::vector<TemplateItem>& items, std::optional<std::size_t> max_length) {
  if (max_length.value_or(0) == 0) return SIZE_MAX;
  const std::size_t specials = Template::special_count(items);
  if (*max_length < specials) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("max_length {} is below the {} special tokens of this tokenizer",
                            *max_length, specials));
  }
  return *max_length - specials;
}

}  // namespace

Encoding Tokenizer::assemble(const TokenSequence& first,
                             std::optional<std::size_t> max_length) const {
  const auto& items = impl_->pipeline.templates.single;
  const std::size_t count = std::min(first.ids.size(), room(items, max_length));
  return fill(items, first, count, nullptr, 0, impl_->truncate_left);
}

Encoding Tokenizer::assemble(const TokenSequence& first, const TokenSequence& second,
                             std::optional<std::size_t> max_length) const {
  const auto& items = impl_->pipeline.templates.pair;
  const auto [first_count, second_count] =
      longest_first(first.ids.size(), second.ids.size(), room(items, max_length));
  return fill(items, first, first_count, &second, second_count, impl_->truncate_left);
}

Encoding Tokenizer::encode(std::string_view text, std::optional<std::size_t> max_length) const {
  return assemble(tokenize(text), max_length);
}

Encoding Tokenizer::encode_pair(std::string_view first, std::string_view second,
                                std::optional<std::size_t> max_length) const {
  return assemble(tokenize(first), tokenize(second), max_length);
}

std::string_view Tokenizer::token(std::int32_t id) const {
  return impl_->pipeline.vocabulary.token(id);
}
std::optional<std::int32_t> Tokenizer::id(std::string_view token) const {
  return impl_->pipeline.vocabulary.id(token);
}
std::size_t Tokenizer::vocabulary_size() const { return impl_->pipeline.vocabulary.size(); }
std::optional<std::size_t> Tokenizer::model_max_length() const {
  return impl_->config.model_max_length;
}

}  // namespace assay
