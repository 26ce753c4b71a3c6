// SPDX-License-Identifier: Apache-2.0
// Extended grapheme clusters (UAX 29), as far as Charsmap needs them. Plain functions.
#pragma once

#include <cstddef>
#include <string_view>

namespace assay::tokenizer {

/// End of the cluster that begins at text[at], in well-formed UTF-8. Rule GB9c, which joins the
/// consonants of an Indic conjunct, is left out: such a cluster has six bytes and more with or
/// without it.
std::size_t cluster_end(std::string_view text, std::size_t at);

}  // namespace assay::tokenizer
