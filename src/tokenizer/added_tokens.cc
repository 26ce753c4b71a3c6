// SPDX-License-Identifier: Apache-2.0
#include "tokenizer/added_tokens.h"

#include <algorithm>

#include "base/unicode.h"

namespace assay::tokenizer {
namespace {

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xc0u) == 0x80u; }

// The character that ends at `end`.
char32_t character_before(std::string_view text, std::size_t end) {
  std::size_t at = end - 1;
  while (at > 0 && continues(text[at])) --at;
  return unicode::decode(text, at);
}

char32_t character_at(std::string_view text, std::size_t at) { return unicode::decode(text, at); }

}  // namespace

AddedTokens::AddedTokens(const std::vector<Spelling>& spellings) {
  std::vector<Trie::Entry> entries;
  for (const auto& [token, spelling] : spellings) {
    if (spelling.empty()) continue;
    entries.emplace_back(spelling, static_cast<std::int32_t>(tokens_.size()));
    starts_[static_cast<unsigned char>(spelling.front())] = true;
    tokens_.push_back(token);
  }
  trie_ = Trie(std::move(entries));
}

void AddedTokens::cut(std::string_view text, std::vector<Section>& sections) const {
  sections.clear();
  std::size_t done = 0;  // everything before it stands in `sections`
  for (std::size_t at = 0; at < text.size();) {
    if (!starts_[static_cast<unsigned char>(text[at])]) {
      ++at;
      continue;
    }
    std::int32_t best = -1;
    std::size_t end = at;
    std::uint32_t node = Trie::kRoot;
    for (std::size_t i = at; i < text.size(); ++i) {
      node = trie_.step(node, text[i]);
      if (node == Trie::kNone) break;
      if (const std::int32_t found = trie_.value(node); found >= 0) {
        best = found;
        end = i + 1;
      }
    }
    if (best < 0) {
      ++at;
      continue;
    }
    const AddedToken& token = tokens_[static_cast<std::size_t>(best)];
    const std::size_t match_end = end;
    if (token.single_word && ((at > 0 && unicode::is_word(character_before(text, at))) ||
                              (end < text.size() && unicode::is_word(character_at(text, end))))) {
      at = match_end;
      continue;
    }
    std::size_t begin = at;
    while (token.lstrip && begin > done && unicode::is_white_space(character_before(text, begin))) {
      do {
        --begin;
      } while (continues(text[begin]));
    }
    if (token.lstrip) begin = std::max(begin, done);
    while (token.rstrip && end < text.size() && unicode::is_white_space(character_at(text, end))) {
      unicode::decode(text, end);
    }
    if (done < begin) sections.push_back({done, begin, -1});
    if (begin < end) sections.push_back({begin, end, token.id});
    done = end;
    at = match_end;
  }
  if (done < text.size()) sections.push_back({done, text.size(), -1});
}

}  // namespace assay::tokenizer
