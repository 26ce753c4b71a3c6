// SPDX-License-Identifier: Apache-2.0
// Text to lower-case words, as FastEmbed's BM25 cuts it.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace assay::sparse {

/// Calls `take` with every word of well-formed UTF-8, in order, in lower case (full mapping, final
/// sigma included). A word is a longest run of letters, numbers (categories L* and N*) and
/// underscores, which is Python's \w; everything else separates, combining marks too. A word that
/// lower-casing tears (İ becomes i and a mark) counts as its parts.
/// `code_points` is the word's length.
void for_each_word(std::string_view text,
                   const std::function<void(std::string_view word, std::size_t code_points)>& take);

/// Code points of well-formed UTF-8.
std::size_t length_of(std::string_view text);

}  // namespace assay::sparse
