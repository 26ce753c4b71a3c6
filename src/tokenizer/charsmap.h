// SPDX-License-Identifier: Apache-2.0
// The "precompiled_charsmap" of SentencePiece: a double array over byte strings and the texts that
// replace them.
//
// Format (sentencepiece, normalizer.cc; darts-clone): u32 size of the array in bytes, u32 units,
// then the replacements, each ended by a zero byte. Immutable after construction.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/normalized_text.h"

namespace assay::tokenizer {

class Charsmap {
 public:
  /// Reads the bytes; nothing when they are not of the format. Every unit that a search can reach
  /// is checked when it is reached.
  static std::optional<Charsmap> read(std::string_view bytes);

  /// Rewrites `from` into the empty `to`: a grapheme cluster of under six bytes as a whole, else
  /// character by character. What begins with a known key is replaced as a whole by its text, as
  /// the tokenizers library does it.
  void apply(const NormalizedText& from, NormalizedText& to) const;

 private:
  /// What replaces a text that begins with a key: the shortest one counts.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view text) const;

  std::vector<std::uint32_t> units_;
  std::string replacements_;       // well-formed UTF-8
  std::array<bool, 128> plain_{};  // ASCII that is left alone
};

}  // namespace assay::tokenizer
