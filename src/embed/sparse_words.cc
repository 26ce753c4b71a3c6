// SPDX-License-Identifier: Apache-2.0
#include "embed/sparse_words.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "model/config.h"

namespace assay::embed {

std::unordered_set<std::int32_t> special_ids(const std::filesystem::path& folder,
                                             const Tokenizer& tokenizer) {
  const Encoding empty = tokenizer.encode("");
  std::unordered_set<std::int32_t> ids(empty.ids.begin(), empty.ids.end());
  if (const auto map = model::Config::read_if_exists(folder / "special_tokens_map.json")) {
    for (const std::string& token : map->token_texts()) {
      if (const auto id = tokenizer.id(token)) ids.insert(*id);
    }
  }
  return ids;
}

std::vector<PieceWord> join_pieces(const Tokenizer& tokenizer, std::span<const std::int32_t> ids,
                                   const std::unordered_set<std::int32_t>& left_out) {
  std::vector<PieceWord> words;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (left_out.contains(ids[i])) continue;
    std::string_view piece = tokenizer.token(ids[i]);
    const bool continues = piece.starts_with("##");
    if (continues) piece.remove_prefix(2);
    if (!continues || words.empty()) words.emplace_back();
    words.back().text += piece;
    words.back().positions.push_back(i);
  }
  return words;
}

bool is_ascii_punctuation(std::string_view word) {
  return word.size() == 1 && word[0] >= '!' && word[0] <= '~' &&
         !((word[0] >= '0' && word[0] <= '9') || (word[0] >= 'A' && word[0] <= 'Z') ||
           (word[0] >= 'a' && word[0] <= 'z'));
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
  }
  return lines;
}

}  // namespace assay::embed
