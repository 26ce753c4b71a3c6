// SPDX-License-Identifier: Apache-2.0
// Pre-tokenizers: rules that cut a normalized text into the words that the model then splits, as
// tokenizer.json's "pre_tokenizer" lists them. Immutable.
#pragma once

#include <cstddef>
#include <string_view>
#include <variant>
#include <vector>

namespace assay::tokenizer {

/// Bytes [begin, end) of the normalized text.
struct Piece {
  std::size_t begin;
  std::size_t end;
};

struct BertPreTokenizer {
};  ///< white space separates and vanishes, each punctuation character stands alone
struct WhitespaceSplit {};  ///< white space separates and vanishes
struct Punctuation {};      ///< each punctuation character stands alone

using PreTokenizer = std::variant<BertPreTokenizer, WhitespaceSplit, Punctuation>;

/// Cuts every piece further; empty pieces are dropped. `scratch` is a buffer.
void pre_tokenize(const PreTokenizer& rule, std::string_view text, std::vector<Piece>& pieces,
                  std::vector<Piece>& scratch);

}  // namespace assay::tokenizer
