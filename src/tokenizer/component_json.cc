// SPDX-License-Identifier: Apache-2.0
// "normalizer" and "pre_tokenizer" of tokenizer.json.
#include <array>
#include <optional>
#include <string>

#include "tokenizer/parts_json.h"

namespace assay::tokenizer {
namespace {

// Bytes of base64 (RFC 4648, padded), or nothing.
std::optional<std::string> decode_base64(std::string_view text) {
  constexpr auto kValues = [] {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < kDigits.size(); ++i)
      values[static_cast<unsigned char>(kDigits[i])] = static_cast<std::int8_t>(i);
    return values;
  }();
  if (text.size() % 4 != 0) return std::nullopt;
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int value = kValues[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<char>((bits >> count) & 0xffu));
    }
  }
  return bytes;
}

std::shared_ptr<const Regex> read_regex(const Node& node) {
  try {
    return std::make_shared<const Regex>(node.text());
  } catch (const RegexFault& fault) {
    if (fault.unsupported) throw node.unsupported(fault.what());
    throw node.wrong(fmt::format("a regular expression ({})", fault.what()));
  }
}

// {"String": …} or {"Regex": …}.
void read_pattern(const Node& node, std::string& text, std::shared_ptr<const Regex>& regex) {
  if (const auto string = node.find("String")) {
    text = string->text();
  } else if (const auto expression = node.find("Regex")) {
    regex = read_regex(*expression);
  } else {
    throw node.wrong("an object with String or Regex");
  }
}

Delimiter read_behavior(const Node& node) {
  const std::string name = node.text();
  if (name == "Removed") return Delimiter::kRemoved;
  if (name == "Isolated") return Delimiter::kIsolated;
  if (name == "MergedWithPrevious") return Delimiter::kMergedWithPrevious;
  if (name == "MergedWithNext") return Delimiter::kMergedWithNext;
  if (name == "Contiguous") return Delimiter::kContiguous;
  throw node.wrong("a split behavior");
}

Metaspace read_metaspace(const Node& node) {
  Metaspace rule;
  rule.replacement = node.at("replacement").character();
  if (const auto scheme = node.find("prepend_scheme")) {
    const std::string name = scheme->text();
    if (name == "always") {
      rule.prepend = Metaspace::Prepend::kAlways;
    } else if (name == "first") {
      rule.prepend = Metaspace::Prepend::kFirst;
    } else if (name == "never") {
      rule.prepend = Metaspace::Prepend::kNever;
    } else {
      throw scheme->wrong("\"always\", \"first\" or \"never\"");
    }
  }
  // Older files have this instead, with or without a scheme that says the same.
  if (!node.flag_or("add_prefix_space", true)) rule.prepend = Metaspace::Prepend::kNever;
  rule.split = node.flag_or("split", true);
  return rule;
}

}  // namespace

void read_normalizer(const Node& node, std::vector<Normalizer>& to) {
  const std::string type = node.type();
  if (type == "Sequence") {
    node.at("normalizers").for_each_item([&](const Node& item) { read_normalizer(item, to); });
  } else if (type == "BertNormalizer") {
    BertNormalizer rule;
    rule.clean_text = node.flag_or("clean_text", true);
    rule.handle_chinese_chars = node.flag_or("handle_chinese_chars", true);
    rule.lowercase = node.flag_or("lowercase", true);
    rule.strip_accents = node.flag_or("strip_accents", rule.lowercase);  // null follows lowercase
    to.emplace_back(rule);
  } else if (type == "Lowercase") {
    to.emplace_back(Lowercase{});
  } else if (type == "NFC" || type == "NFD" || type == "NFKC" || type == "NFKD") {
    to.emplace_back(UnicodeForm{.compose = type.back() == 'C', .compatible = type.size() == 4});
  } else if (type == "StripAccents") {
    to.emplace_back(StripAccents{});
  } else if (type == "Strip") {
    to.emplace_back(Strip{node.flag_or("strip_left", true), node.flag_or("strip_right", true)});
  } else if (type == "Nmt") {
    to.emplace_back(Nmt{});
  } else if (type == "Prepend") {
    to.emplace_back(Prepend{node.at("prepend").text()});
  } else if (type == "Replace") {
    Replace rule;
    read_pattern(node.at("pattern"), rule.from, rule.regex);
    rule.to = node.at("content").text();
    to.emplace_back(std::move(rule));
  } else if (type == "Precompiled") {
    const Node bytes = node.at("precompiled_charsmap");
    const auto decoded = decode_base64(bytes.text());
    auto map = decoded ? Charsmap::read(*decoded) : std::nullopt;
    if (!map) throw bytes.wrong("a SentencePiece charsmap in base64");
    to.emplace_back(Precompiled{std::make_shared<const Charsmap>(std::move(*map))});
  } else if (type == "ByteLevel") {
    to.emplace_back(ByteCharacters{});
  } else {
    throw node.unsupported(fmt::format("\"{}\"", type));
  }
}

void read_pre_tokenizer(const Node& node, std::vector<PreTokenizer>& to) {
  const std::string type = node.type();
  if (type == "Sequence") {
    node.at("pretokenizers").for_each_item([&](const Node& item) { read_pre_tokenizer(item, to); });
  } else if (type == "BertPreTokenizer") {
    to.emplace_back(BertPreTokenizer{});
  } else if (type == "WhitespaceSplit") {
    to.emplace_back(WhitespaceSplit{});
  } else if (type == "Whitespace") {
    to.emplace_back(Whitespace{});
  } else if (type == "Punctuation") {
    const auto behavior = node.find("behavior");
    to.emplace_back(Punctuation{behavior ? read_behavior(*behavior) : Delimiter::kIsolated});
  } else if (type == "Digits") {
    to.emplace_back(Digits{node.flag_or("individual_digits", false)});
  } else if (type == "CharDelimiterSplit") {
    to.emplace_back(CharDelimiterSplit{node.at("delimiter").character()});
  } else if (type == "FixedLength") {
    const auto length = node.find("length");
    const std::int32_t characters = length ? length->id() : 5;
    if (characters == 0) throw length->wrong("a length above 0");
    to.emplace_back(FixedLength{static_cast<std::size_t>(characters)});
  } else if (type == "Split") {
    Split rule;
    read_pattern(node.at("pattern"), rule.text, rule.regex);
    rule.delimiter = read_behavior(node.at("behavior"));
    rule.inverted = node.flag_or("invert", false);
    to.emplace_back(std::move(rule));
  } else if (type == "Metaspace") {
    to.emplace_back(read_metaspace(node));
  } else if (type == "ByteLevel") {
    to.emplace_back(
        ByteLevel{node.flag_or("add_prefix_space", true), node.flag_or("use_regex", true)});
  } else {
    throw node.unsupported(fmt::format("\"{}\"", type));
  }
}

}  // namespace assay::tokenizer
