// SPDX-License-Identifier: Apache-2.0
// XLM-RoBERTa's tokenizer from sentencepiece.bpe.model, for folders without tokenizer.json.
//
// The file is a protocol buffer (sentencepiece_model.proto): pieces with scores, and the charsmap
// of the normalizer. fairseq numbers them anew: <s> 0, <pad> 1, </s> 2, <unk> 3, then the file's
// pieces behind its three special ones, then <mask>.
#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "assay/error.h"
#include "base/file.h"
#include "base/unicode.h"
#include "tokenizer/pipeline.h"

namespace assay::tokenizer {
namespace {

// One field of a message.
struct Field {
  std::uint32_t number = 0;
  std::uint64_t value = 0;  // of an integer, or the bits of a float
  std::string_view bytes;   // of a string or message
};

// Takes the first field off `message`; nothing when it is damaged.
std::optional<Field> next_field(std::string_view& message) {
  const auto integer = [&]() -> std::optional<std::uint64_t> {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !message.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(message.front());
      message.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7fu) << shift;
      if (byte < 0x80) return value;
    }
    return std::nullopt;
  };
  const auto fixed = [&](std::size_t size) -> std::optional<std::uint64_t> {
    if (message.size() < size) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
      value |= static_cast<std::uint64_t>(static_cast<unsigned char>(message[i])) << (8 * i);
    message.remove_prefix(size);
    return value;
  };
  const auto key = integer();
  if (!key) return std::nullopt;
  Field field;
  field.number = static_cast<std::uint32_t>(*key >> 3);
  std::optional<std::uint64_t> value;
  switch (*key & 7) {
    case 0:
      value = integer();
      break;
    case 1:
      value = fixed(8);
      break;
    case 5:
      value = fixed(4);
      break;
    case 2:
      value = integer();
      if (!value || *value > message.size()) return std::nullopt;
      field.bytes = message.substr(0, static_cast<std::size_t>(*value));
      message.remove_prefix(static_cast<std::size_t>(*value));
      break;
    default:
      return std::nullopt;
  }
  if (!value) return std::nullopt;
  field.value = *value;
  return field;
}

// Calls body(field) for the fields of `message`; false when it is damaged.
template <class Body>
bool for_each_field(std::string_view message, const Body& body) {
  while (!message.empty()) {
    const auto field = next_field(message);
    if (!field) return false;
    body(*field);
  }
  return true;
}

struct ScoredPiece {
  std::string text;
  float score = 0;
};

constexpr std::size_t kSpecialPieces = 3;  // <unk> <s> </s> of the file
constexpr std::size_t kLargestVocabulary = 10'000'000;

}  // namespace

Pipeline read_sentence_piece(const std::filesystem::path& file, const TokenizerConfig&) {
  const std::string bytes = read_file(file, std::size_t{256} << 20);
  const auto corrupt = [&](std::string_view why) {
    return Error(ErrorCode::kCorruption, fmt::format("tokenizer: {}: {}", file.string(), why));
  };
  std::vector<ScoredPiece> pieces;
  std::string_view charsmap;
  std::uint64_t model_type = 1;
  bool whole = true;
  whole = for_each_field(bytes,
                         [&](const Field& field) {
                           if (field.number == 1) {
                             ScoredPiece piece;
                             whole = whole && for_each_field(field.bytes, [&](const Field& part) {
                                       if (part.number == 1) piece.text = part.bytes;
                                       if (part.number == 2)
                                         piece.score = std::bit_cast<float>(
                                             static_cast<std::uint32_t>(part.value));
                                     });
                             pieces.push_back(std::move(piece));
                           } else if (field.number == 2) {
                             whole = whole && for_each_field(field.bytes, [&](const Field& part) {
                                       if (part.number == 3) model_type = part.value;
                                     });
                           } else if (field.number == 3) {
                             whole = whole && for_each_field(field.bytes, [&](const Field& part) {
                                       if (part.number == 2) charsmap = part.bytes;
                                     });
                           }
                         }) &&
          whole;
  if (!whole || pieces.size() <= kSpecialPieces || pieces.size() > kLargestVocabulary)
    throw corrupt("not a SentencePiece model");
  if (model_type != 1) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("tokenizer: {}: model type {} is not supported, only Unigram (1)",
                            file.string(), model_type));
  }

  Pipeline pipeline;
  std::vector<double> scores;
  const auto add = [&](std::string text, double score) {
    pipeline.vocabulary.set(std::move(text), static_cast<std::int32_t>(scores.size()));
    scores.push_back(score);
  };
  for (const char* special : {"<s>", "<pad>", "</s>", "<unk>"}) add(special, 0);
  for (std::size_t i = kSpecialPieces; i < pieces.size(); ++i) {
    if (unicode::invalid_utf8(pieces[i].text) || !std::isfinite(pieces[i].score))
      throw corrupt(fmt::format("piece {} is damaged", i));
    add(std::move(pieces[i].text), pieces[i].score);
  }
  add("<mask>", 0);
  constexpr std::int32_t kUnknown = 3;
  const auto mask = static_cast<std::int32_t>(scores.size() - 1);
  pipeline.model.emplace(Unigram(pipeline.vocabulary, std::move(scores), kUnknown, false));

  if (!charsmap.empty()) {
    auto map = Charsmap::read(charsmap);
    if (!map) throw corrupt("the charsmap of its normalizer is damaged");
    pipeline.normalizers.emplace_back(
        Precompiled{std::make_shared<const Charsmap>(std::move(*map))});
  }
  pipeline.pre_tokenizers.emplace_back(WhitespaceSplit{});
  pipeline.pre_tokenizers.emplace_back(Metaspace{});
  std::int32_t id = 0;
  for (const char* special : {"<s>", "<pad>", "</s>", "<unk>"})
    pipeline.added.push_back({.content = special, .id = id++, .special = true});
  pipeline.added.push_back({.content = "<mask>", .id = mask, .special = true, .lstrip = true});
  pipeline.templates = roberta_template(0, 2);
  return pipeline;
}

}  // namespace assay::tokenizer
