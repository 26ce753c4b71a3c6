// SPDX-License-Identifier: Apache-2.0
// "model" of tokenizer.json: vocabulary and merges.
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>

#include "tokenizer/parts_json.h"

namespace assay::tokenizer {
namespace {

// Files from before "type" was written tell the model by its fields.
std::string type_of(const Node& model) {
  if (const auto type = model.find("type")) return type->text();
  if (model.find("merges")) return "BPE";
  if (model.at("vocab").is_array()) return "Unigram";
  return model.find("max_input_chars_per_word") ? "WordPiece" : "WordLevel";
}

void read_vocabulary(const Node& node, Vocabulary& to) {
  node.for_each_member(
      [&](std::string_view token, const Node& id) { to.set(std::string(token), id.id()); });
}

std::int32_t read_unknown(const Node& node, const Vocabulary& vocabulary) {
  const auto id = vocabulary.id(node.text());
  if (!id) throw node.wrong("a token of the vocabulary");
  return *id;
}

Bpe read_bpe(const Node& model, const Vocabulary& vocabulary) {
  if (const auto dropout = model.find("dropout"); dropout && dropout->number() != 0)
    throw dropout->unsupported("other than null");
  Bpe::Options options;
  options.unknown = model.text_or("unk_token", "");
  if (!options.unknown.empty()) read_unknown(model.at("unk_token"), vocabulary);
  options.continuation_prefix = model.text_or("continuing_subword_prefix", "");
  options.word_end_suffix = model.text_or("end_of_word_suffix", "");
  options.fuse_unknown = model.flag_or("fuse_unk", false);
  options.byte_fallback = model.flag_or("byte_fallback", false);
  options.ignore_merges = model.flag_or("ignore_merges", false);
  std::vector<Bpe::Merge> merges;
  model.at("merges").for_each_item([&](const Node& item) {
    std::string left;
    std::string right;
    if (item.is_string()) {  // "left right"
      const std::string both = item.text();
      if (both.starts_with("#version")) return;
      const std::size_t blank = both.find(' ');
      if (blank == std::string::npos || both.find(' ', blank + 1) != std::string::npos)
        throw item.wrong("two tokens with a blank between them");
      left = both.substr(0, blank);
      right = both.substr(blank + 1);
    } else {
      const auto pair = item.items(2);
      left = pair[0].text();
      right = pair[1].text();
    }
    const auto merge = find_merge(vocabulary, left, right, options.continuation_prefix);
    if (!merge) throw item.wrong("two tokens that the vocabulary has, as it has what they make");
    merges.push_back(*merge);
  });
  return {vocabulary, merges, options};
}

// The score that the tokenizers library reads where a file says `exact`. Its JSON reader does not
// round correctly: it divides the digits as an integer by a power of ten, both rounded, which is
// off in the last bit for one score in four. Ties between segmentations hang on that bit. Files
// hold the shortest digits of a number, so they are found again.
double score_as_read(double exact) {
  std::array<char, 32> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(exact),
                                 std::chars_format::scientific);
  std::uint64_t digits = 0;
  int exponent = 0;
  const char* at = buffer.data();
  for (bool fraction = false; at != end.ptr && *at != 'e'; ++at) {
    if (*at == '.') {
      fraction = true;
    } else {
      digits = digits * 10 + static_cast<std::uint64_t>(*at - '0');
      exponent -= fraction ? 1 : 0;
    }
  }
  if (at == end.ptr) return exact;  // not finite
  ++at;
  if (*at == '+') ++at;
  int scale = 0;
  std::from_chars(at, end.ptr, scale);
  exponent += scale;
  if (std::abs(exponent) > 300) return exact;
  double power = 1;
  const std::string text = fmt::format("1e{}", std::abs(exponent));
  std::from_chars(text.data(), text.data() + text.size(), power);
  const auto integer = static_cast<double>(digits);
  return std::copysign(exponent < 0 ? integer / power : integer * power, exact);
}

Unigram read_unigram(const Node& model, Vocabulary& vocabulary) {
  std::vector<double> scores;
  const Node pieces = model.at("vocab");
  pieces.for_each_item([&](const Node& item) {
    const auto pair = item.items(2);
    if (static_cast<std::int64_t>(scores.size()) > kLargestId) throw pieces.impossible("too long");
    vocabulary.set(pair[0].text(), static_cast<std::int32_t>(scores.size()));
    scores.push_back(score_as_read(pair[1].number()));
  });
  if (scores.empty()) throw pieces.wrong("at least one piece");
  const Node unknown = model.at("unk_id");
  const std::int32_t id = unknown.id();
  if (static_cast<std::size_t>(id) >= scores.size()) throw unknown.wrong("the id of a piece");
  return {vocabulary, std::move(scores), id, model.flag_or("byte_fallback", false)};
}

}  // namespace

std::optional<Bpe::Merge> find_merge(const Vocabulary& vocabulary, std::string_view left,
                                     std::string_view right, std::string_view prefix) {
  if (right.size() < prefix.size()) return std::nullopt;
  const auto left_id = vocabulary.id(left);
  const auto right_id = vocabulary.id(right);
  const auto result = vocabulary.id(std::string(left).append(right.substr(prefix.size())));
  if (!left_id || !right_id || !result) return std::nullopt;
  return Bpe::Merge{*left_id, *right_id, *result};
}

std::size_t read_model(const Node& model, Pipeline& to) {
  const std::string type = type_of(model);
  if (type == "Unigram") {
    to.model.emplace(read_unigram(model, to.vocabulary));
    return to.vocabulary.tokens().size();  // also where a piece is there twice
  }
  if (type != "WordPiece" && type != "BPE" && type != "WordLevel")
    throw model.unsupported(fmt::format("\"{}\"", type));
  read_vocabulary(model.at("vocab"), to.vocabulary);
  const std::size_t size = to.vocabulary.size();
  if (type == "BPE") {
    to.model.emplace(read_bpe(model, to.vocabulary));
    return size;
  }
  const std::int32_t unknown = read_unknown(model.at("unk_token"), to.vocabulary);
  if (type == "WordLevel") {
    to.model.emplace(WordLevel(to.vocabulary, unknown));
    return size;
  }
  const auto characters = model.find("max_input_chars_per_word");
  to.model.emplace(WordPiece(to.vocabulary, unknown,
                             model.text_or("continuing_subword_prefix", "##"),
                             characters ? static_cast<std::size_t>(characters->id()) : 100));
  return size;
}

}  // namespace assay::tokenizer
