// SPDX-License-Identifier: Apache-2.0
// The template that puts special tokens around one text or a pair, and the rule that cuts what is
// too long.
//
// Immutable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::tokenizer {

/// One place of a template: the first text, the second, or a special token.
struct TemplateItem {
  enum class Kind { kFirst, kSecond, kSpecial } kind;
  std::int32_t type_id = 0;
  std::int32_t id = 0;  ///< of a special token
};

struct Template {
  std::vector<TemplateItem> single;
  std::vector<TemplateItem> pair;

  [[nodiscard]] static std::size_t special_count(const std::vector<TemplateItem>& items);
};

/// [CLS] A [SEP], and a pair [CLS] A [SEP] B [SEP] with type 1 from B on.
Template bert_template(std::int32_t cls, std::int32_t sep);
/// <s> A </s>, and a pair <s> A </s></s> B </s>, all of type 0.
Template roberta_template(std::int32_t cls, std::int32_t sep);

/// Cuts the white space of byte-level tokens off their offsets (ByteLevel, RobertaProcessing).
struct OffsetTrim {
  /// One blank that begins the text's first token was added and is not in the text.
  bool add_prefix_space = true;
};

/// Trims the offsets of a token. `token` is its string, `text` what the offsets are of; a blank is
/// white space or the byte-level blank. `is_first`: the first token of the text.
std::pair<std::uint32_t, std::uint32_t> trimmed(const OffsetTrim& rule, std::string_view token,
                                                std::string_view text, bool is_first,
                                                std::pair<std::uint32_t, std::uint32_t> offsets);

/// Tokens left of two texts of `first` and `second` tokens when at most `limit` fit: the longer one
/// is cut first, until both are equally long, then both. As the tokenizers library's longest_first,
/// whose rule treats the shorter text (the first of two equals) as a and gives an odd token to b.
std::pair<std::size_t, std::size_t> longest_first(std::size_t first, std::size_t second,
                                                  std::size_t limit);

}  // namespace assay::tokenizer
