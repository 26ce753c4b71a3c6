// SPDX-License-Identifier: Apache-2.0
#include "tokenizer/unigram.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay::tokenizer {
namespace {

constexpr double kUnknownPenalty = 10;  // below the least probable piece, as in SentencePiece
constexpr std::uint32_t kUnreached = UINT32_MAX;

std::size_t bytes_of_character(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

}  // namespace

Unigram::Unigram(const Vocabulary& vocabulary, std::vector<double> scores, std::int32_t unknown,
                 bool byte_fallback)
    : trie_(vocabulary),
      scores_(std::move(scores)),
      unknown_score_(*std::min_element(scores_.begin(), scores_.end()) - kUnknownPenalty),
      unknown_(unknown),
      byte_fallback_(byte_fallback),
      byte_ids_(256) {
  for (std::size_t byte = 0; byte < 256; ++byte)
    byte_ids_[byte] = vocabulary.id(fmt::format("<0x{:02X}>", byte)).value_or(-1);
}

bool Unigram::falls_back(std::string_view text) const {
  return byte_fallback_ && std::all_of(text.begin(), text.end(), [&](char byte) {
           return byte_ids_[static_cast<unsigned char>(byte)] >= 0;
         });
}

void Unigram::find_pieces(std::string_view word, Buffers& buffers) const {
  auto& nodes = buffers.nodes;
  nodes.assign(word.size() + 1, {0, kUnreached, 0});
  const auto reach = [&](std::size_t end, double score, std::size_t begin, std::int32_t id) {
    Node& node = nodes[end];
    if (node.begin == kUnreached || score > node.score)
      node = {score, static_cast<std::uint32_t>(begin), id};
  };
  for (std::size_t begin = 0; begin < word.size();) {
    const double so_far = nodes[begin].score;
    const std::size_t character_end = begin + bytes_of_character(word[begin]);
    bool has_character = false;
    std::uint32_t node = Trie::kRoot;
    for (std::size_t at = begin; at < word.size();) {
      node = trie_.step(node, word[at++]);
      if (node == Trie::kNone) break;
      const std::int32_t id = trie_.value(node);
      if (id < 0) continue;
      reach(at, so_far + scores_[static_cast<std::size_t>(id)], begin, id);
      has_character = has_character || at == character_end;
    }
    if (!has_character) reach(character_end, so_far + unknown_score_, begin, unknown_);
    begin = character_end;
  }
  buffers.pieces.clear();
  bool previous_unknown = false;
  for (auto end = static_cast<std::uint32_t>(word.size()); end > 0;) {
    const Node& node = nodes[end];
    const bool is_unknown = node.id == unknown_;
    if (is_unknown && previous_unknown) {
      buffers.pieces.back().begin = node.begin;  // a run of unknown characters is one piece
    } else {
      buffers.pieces.push_back({node.begin, end, node.id});
    }
    previous_unknown = is_unknown;
    end = node.begin;
  }
}

}  // namespace assay::tokenizer
