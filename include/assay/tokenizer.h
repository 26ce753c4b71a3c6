// SPDX-License-Identifier: Apache-2.0
// Text to token ids with byte offsets, as tokenizer.json describes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "assay/export.h"

namespace assay {

/// One text or pair, encoded. The vectors have one entry a token, special tokens included.
struct Encoding {
  std::vector<std::int32_t> ids;
  std::vector<std::int32_t> type_ids;  ///< segment: 0, or 1 for the second text of a BERT pair
  std::vector<std::pair<std::uint32_t, std::uint32_t>>
      offsets;                        ///< bytes [begin, end) of the token's own
                                      ///< text; (0, 0) for special tokens
  std::vector<std::uint8_t> special;  ///< 1 where the template added the token
  std::size_t full_length = 0;        ///< tokens before truncation
  [[nodiscard]] bool truncated() const noexcept { return full_length > ids.size(); }
};

/// A text cut into tokens, without special tokens: what encode() makes of one side. Can be combined
/// with many others, so a query is tokenized once for all its documents.
struct TokenSequence {
  std::vector<std::int32_t> ids;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> offsets;  ///< as Encoding::offsets
};

/// The tokenizer of a model folder.
///
/// Source:  tokenizer.json; without it vocab.txt (BERT), vocab.json with merges.txt (RoBERTa) or
///          sentencepiece.bpe.model (XLM-RoBERTa), with tokenizer_config.json. Ids, types and
///          offsets are those of the tokenizers library 0.23.3.
/// Limits:  no limit of its own; the lengths in the file's `truncation` and `padding` are ignored.
///          A pair is cut longest first, on the side that tokenizer_config.json or tokenizer.json
///          names (right by default).
/// Errors:  kNotFound without tokenizer files, kCorruption for a damaged one, kUnsupported for a
///          component that is not implemented (named in the message), kInvalidArgument for invalid
///          UTF-8 (with the byte offset), for a text of 4 GiB and more, and for a max_length below
///          the number of special tokens. kUnsupported from encoding when an expression of the file
///          backtracks too much on a text.
/// Cost:    linear in the text's length, up to a logarithm in the length of a BPE word.
/// Threads: immutable, may be shared.
class ASSAY_EXPORT Tokenizer {
 public:
  /// Reads the tokenizer files of `folder`.
  explicit Tokenizer(const std::filesystem::path& folder);
  ~Tokenizer();
  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;

  /// Encodes one text; `max_length` counts special tokens, no value or 0 = no limit.
  [[nodiscard]] Encoding encode(std::string_view text,
                                std::optional<std::size_t> max_length = {}) const;
  /// Encodes a pair, also when one side is empty.
  [[nodiscard]] Encoding encode_pair(std::string_view first, std::string_view second,
                                     std::optional<std::size_t> max_length = {}) const;

  /// The two steps of encoding: tokens of a text, then special tokens around one or two of them,
  /// cut to `max_length`.
  [[nodiscard]] TokenSequence tokenize(std::string_view text) const;
  [[nodiscard]] Encoding assemble(const TokenSequence& first,
                                  std::optional<std::size_t> max_length = {}) const;
  [[nodiscard]] Encoding assemble(const TokenSequence& first, const TokenSequence& second,
                                  std::optional<std::size_t> max_length = {}) const;

  /// Vocabulary string of `id` ("##ing"), or empty for an unknown id.
  [[nodiscard]] std::string_view token(std::int32_t id) const;
  /// Id of a vocabulary string, if there is one.
  [[nodiscard]] std::optional<std::int32_t> id(std::string_view token) const;
  /// Entries, added tokens included.
  [[nodiscard]] std::size_t vocabulary_size() const;
  /// model_max_length of tokenizer_config.json, when it is an integer of 1 to 1,000,000,000.
  [[nodiscard]] std::optional<std::size_t> model_max_length() const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace assay
