// SPDX-License-Identifier: Apache-2.0
#include "tokenizer/post_processor.h"

#include <algorithm>

#include "base/unicode.h"
#include "tokenizer/byte_level.h"

namespace assay::tokenizer {
namespace {

bool is_blank(char32_t c) { return c == kByteCharacters[' '] || unicode::is_white_space(c); }

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xc0u) == 0x80u; }

std::size_t leading_blanks(std::string_view token) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < token.size() && is_blank(unicode::decode(token, at)); ++count) {
  }
  return count;
}

std::size_t trailing_blanks(std::string_view token) {
  std::size_t count = 0;
  for (std::size_t end = token.size(); end > 0; ++count) {
    do {
      --end;
    } while (continues(token[end]));
    std::size_t at = end;
    if (!is_blank(unicode::decode(token, at))) break;
  }
  return count;
}

}  // namespace

std::pair<std::uint32_t, std::uint32_t> trimmed(const OffsetTrim& rule, std::string_view token,
                                                std::string_view text, bool is_first,
                                                std::pair<std::uint32_t, std::uint32_t> offsets) {
  std::size_t leading = leading_blanks(token);
  const std::size_t trailing = trailing_blanks(token);
  auto& [begin, end] = offsets;
  if (leading == 1 && rule.add_prefix_space && (is_first || begin == 0)) leading = 0;
  // Blanks are counted in the token and stepped over in the text, character by character.
  for (; leading > 0 && begin < end; --leading) {
    do {
      ++begin;
    } while (begin < end && continues(text[begin]));
  }
  // The library takes nothing off when the token has more blanks than the text has before its end.
  std::uint32_t shorter = end;
  std::size_t left = trailing;
  for (; left > 0 && shorter > 0; --left) {
    do {
      --shorter;
    } while (shorter > 0 && continues(text[shorter]));
  }
  if (left == 0) end = std::max(shorter, begin);
  return offsets;
}

Template bert_template(std::int32_t cls, std::int32_t sep) {
  using Kind = TemplateItem::Kind;
  Template result;
  result.single = {{Kind::kSpecial, 0, cls}, {Kind::kFirst, 0}, {Kind::kSpecial, 0, sep}};
  result.pair = result.single;
  result.pair.push_back({Kind::kSecond, 1});
  result.pair.push_back({Kind::kSpecial, 1, sep});
  return result;
}

Template roberta_template(std::int32_t cls, std::int32_t sep) {
  using Kind = TemplateItem::Kind;
  Template result;
  result.single = {{Kind::kSpecial, 0, cls}, {Kind::kFirst, 0}, {Kind::kSpecial, 0, sep}};
  result.pair = result.single;
  result.pair.push_back({Kind::kSpecial, 0, sep});
  result.pair.push_back({Kind::kSecond, 0});
  result.pair.push_back({Kind::kSpecial, 0, sep});
  return result;
}

std::size_t Template::special_count(const std::vector<TemplateItem>& items) {
  return static_cast<std::size_t>(std::count_if(
      items.begin(), items.end(),
      [](const TemplateItem& item) { return item.kind == TemplateItem::Kind::kSpecial; }));
}

std::pair<std::size_t, std::size_t> longest_first(std::size_t first, std::size_t second,
                                                  std::size_t limit) {
  if (first + second <= limit) return {first, second};
  const bool swapped = first > second;
  std::size_t a = swapped ? second : first;
  std::size_t b = a > limit ? a : std::max(a, limit - a);
  if (a + b > limit) {
    a = limit / 2;
    b = a + limit % 2;
  }
  return swapped ? std::pair{b, a} : std::pair{a, b};
}

}  // namespace assay::tokenizer
