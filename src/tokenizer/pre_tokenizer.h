// SPDX-License-Identifier: Apache-2.0
// Pre-tokenizers: rules that cut a normalized text into the words that the model then splits, as
// tokenizer.json's "pre_tokenizer" lists them. Immutable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tokenizer/normalized_text.h"
#include "tokenizer/regex.h"

namespace assay::tokenizer {

/// Bytes [begin, end) of the normalized text: a word, or (id >= 0) an added token, which no rule
/// touches.
struct Piece {
  std::size_t begin;
  std::size_t end;
  std::int32_t id = -1;
};

/// What becomes of a delimiter between two words.
enum class Delimiter : std::uint8_t {
  kRemoved,
  kIsolated,            ///< a word of its own
  kMergedWithPrevious,  ///< ends the word before it
  kMergedWithNext,      ///< begins the word behind it
  kContiguous,          ///< a run of them is one word
};

struct BertPreTokenizer {
};  ///< white space separates and vanishes, each punctuation character stands alone
struct WhitespaceSplit {};  ///< white space separates and vanishes
struct Whitespace {};       ///< runs of \w and runs of other characters; white space vanishes
struct Punctuation {
  Delimiter delimiter = Delimiter::kIsolated;
};
struct Digits {
  bool individual = false;  ///< each digit alone, or each run of them
};
struct CharDelimiterSplit {
  char32_t delimiter;
};
struct FixedLength {
  std::size_t characters;
};
/// The matches of an expression, or of a string without one, are the delimiters; inverted, what is
/// between them.
struct Split {
  std::string text = {};
  std::shared_ptr<const Regex> regex = {};
  Delimiter delimiter = Delimiter::kIsolated;
  bool inverted = false;
};
/// Blanks become `replacement`, which begins each word.
struct Metaspace {
  enum class Prepend : std::uint8_t { kAlways, kFirst, kNever };
  char32_t replacement = 0x2581;
  Prepend prepend = Prepend::kAlways;
  bool split = true;
};
/// GPT-2's words, then each byte becomes its character.
struct ByteLevel {
  bool add_prefix_space = true;
  bool use_regex = true;  ///< cut into words
};

using PreTokenizer =
    std::variant<BertPreTokenizer, WhitespaceSplit, Whitespace, Punctuation, Digits,
                 CharDelimiterSplit, FixedLength, Split, Metaspace, ByteLevel>;

/// A text cut into pieces, with buffers. Some rules rewrite the text as they cut it.
struct CutText {
  NormalizedText text;
  std::vector<Piece> pieces;  ///< in order, not empty
  NormalizedText text_scratch;
  std::vector<Piece> pieces_scratch;
  std::vector<Regex::Match> matches;
};

/// Cuts every piece further; empty pieces are dropped.
void pre_tokenize(const PreTokenizer& rule, CutText& cut);

}  // namespace assay::tokenizer
