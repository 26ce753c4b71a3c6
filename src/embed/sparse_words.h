// SPDX-License-Identifier: Apache-2.0
// What sparse models do with WordPiece tokens: which are special, and which words they spell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "assay/tokenizer.h"

namespace assay::embed {

/// Ids of the tokens that the template adds and of those in special_tokens_map.json.
std::unordered_set<std::int32_t> special_ids(const std::filesystem::path& folder,
                                             const Tokenizer& tokenizer);

/// A word put together of its pieces, which stand at `positions` among the tokens.
struct PieceWord {
  std::string text;
  std::vector<std::size_t> positions;
};

/// The words that `ids` spell: a piece "##x" belongs to the one before it. Ids in `left_out` are
/// looked through, as FastEmbed does it: pieces on both sides of one can make a word.
std::vector<PieceWord> join_pieces(const Tokenizer& tokenizer, std::span<const std::int32_t> ids,
                                   const std::unordered_set<std::int32_t>& left_out);

/// One of the 32 ASCII punctuation characters and nothing else.
bool is_ascii_punctuation(std::string_view word);

/// Lines without their ends (\n or \r\n).
std::vector<std::string> lines_of(std::string_view text);

}  // namespace assay::embed
