// SPDX-License-Identifier: Apache-2.0
#include "tokenizer/post_processor.h"

#include <algorithm>

namespace assay::tokenizer {

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
