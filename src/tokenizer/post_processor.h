// SPDX-License-Identifier: Apache-2.0
// The template that puts special tokens around one text or a pair, and the rule that cuts what is
// too long.
//
// Immutable.
#pragma once

#include <cstddef>
#include <cstdint>
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

/// Tokens left of two texts of `first` and `second` tokens when at most `limit` fit: the longer one
/// is cut first, until both are equally long, then both. As the tokenizers library's longest_first,
/// whose rule treats the shorter text (the first of two equals) as a and gives an odd token to b.
std::pair<std::size_t, std::size_t> longest_first(std::size_t first, std::size_t second,
                                                  std::size_t limit);

}  // namespace assay::tokenizer
