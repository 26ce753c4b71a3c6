// SPDX-License-Identifier: Apache-2.0
// Function words of 17 languages, which carry no topic and are left out of sparse vectors.
//
// The lists of NLTK's stop word corpus (nltk_data, "stopwords"), which FastEmbed's Qdrant/bm25
// ships too; entries that can never be a word of words.h (two words, an apostrophe) are left out.
#pragma once

#include <string_view>
#include <vector>

namespace assay::sparse {

/// The words of "english", "german" …; empty for a language without a list (tamil).
std::vector<std::string_view> stop_words(std::string_view language);

}  // namespace assay::sparse
