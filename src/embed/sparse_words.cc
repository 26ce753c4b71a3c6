// SPDX-License-Identifier: Apache-2.0
#include "embed/sparse_words.h"

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

}  // namespace assay::embed
