// SPDX-License-Identifier: Apache-2.0
// Normalizers: rules that rewrite a text before it is cut, as tokenizer.json's "normalizer" lists
// them.
//
// Every rule is one pass over the text and keeps the spans of what it rewrites, as the tokenizers
// library does. Immutable.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "tokenizer/charsmap.h"
#include "tokenizer/normalized_text.h"
#include "tokenizer/regex.h"

namespace assay::tokenizer {

/// BERT's rules (google-research/bert, tokenization.py), in one pass.
struct BertNormalizer {
  bool clean_text = true;            ///< drop controls, make every white space a blank
  bool handle_chinese_chars = true;  ///< blanks around CJK ideographs
  bool strip_accents = true;
  bool lowercase = true;
};
struct Lowercase {};
/// NFD, NFC, NFKD or NFKC.
struct UnicodeForm {
  bool compose = false;
  bool compatible = false;
};
struct StripAccents {};  ///< drop marks
struct Strip {           ///< drop white space at the ends
  bool left = true;
  bool right = true;
};
struct Nmt {};    ///< SentencePiece's cleaning of controls and odd blanks
struct Prepend {  ///< in front of what is not empty
  std::string text;
};
struct Replace {  ///< every match, or (without an expression) every occurrence of `from`
  std::string from = {};
  std::shared_ptr<const Regex> regex = {};
  std::string to = {};
};
struct Precompiled {
  std::shared_ptr<const Charsmap> map;
};
struct ByteCharacters {};  ///< ByteLevel: each byte becomes its character, see byte_level.h

using Normalizer = std::variant<BertNormalizer, Lowercase, UnicodeForm, StripAccents, Strip, Nmt,
                                Prepend, Replace, Precompiled, ByteCharacters>;

/// The original text, spans pointing at itself. `base` is the offset of text[0] in the whole input.
void assign(NormalizedText& to, std::string_view text, std::uint32_t base);

/// Applies one rule; `scratch` is a buffer.
void normalize(const Normalizer& rule, NormalizedText& text, NormalizedText& scratch);

}  // namespace assay::tokenizer
