// SPDX-License-Identifier: Apache-2.0
// Normalizers: rules that rewrite a text before it is cut, as tokenizer.json's "normalizer" lists
// them.
//
// Every rule is one pass over the text and keeps the spans of what it rewrites. Immutable.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "tokenizer/normalized_text.h"

namespace assay::tokenizer {

/// BERT's rules (google-research/bert, tokenization.py), in one pass.
struct BertNormalizer {
  bool clean_text = true;            ///< drop controls, make every white space a blank
  bool handle_chinese_chars = true;  ///< blanks around CJK ideographs
  bool strip_accents = true;
  bool lowercase = true;
};
struct Lowercase {};
struct Decompose {};     ///< NFD
struct StripAccents {};  ///< drop nonspacing marks
struct Strip {           ///< drop white space at the ends
  bool left = true;
  bool right = true;
};

using Normalizer = std::variant<BertNormalizer, Lowercase, Decompose, StripAccents, Strip>;

/// The original text, spans pointing at itself. `base` is the offset of text[0] in the whole input.
void assign(NormalizedText& to, std::string_view text, std::uint32_t base);

/// Applies one rule; `scratch` is a buffer.
void normalize(const Normalizer& rule, NormalizedText& text, NormalizedText& scratch);

}  // namespace assay::tokenizer
