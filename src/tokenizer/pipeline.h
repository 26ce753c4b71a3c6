// SPDX-License-Identifier: Apache-2.0
// All parts of a tokenizer, as its files describe them.
//
// Filled by tokenizer_json.cc or vocab_txt.cc, run by tokenizer.cc. Immutable once filled.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "tokenizer/added_tokens.h"
#include "tokenizer/normalizer.h"
#include "tokenizer/post_processor.h"
#include "tokenizer/pre_tokenizer.h"
#include "tokenizer/vocabulary.h"
#include "tokenizer/word_piece.h"

namespace assay::tokenizer {

struct Pipeline {
  std::vector<Normalizer> normalizers;
  std::vector<PreTokenizer> pre_tokenizers;
  Vocabulary vocabulary;  ///< added tokens included
  std::optional<WordPiece> model;
  std::vector<AddedToken> added;
  Template templates;
};

/// What tokenizer_config.json says that tokenizer.json does not.
struct TokenizerConfig {
  bool truncate_left = false;
  std::optional<std::size_t> model_max_length;
  // For vocab.txt alone.
  bool do_lower_case = true;
  std::optional<bool> strip_accents;
  bool tokenize_chinese_chars = true;
  std::string unk_token = "[UNK]";
  std::string cls_token = "[CLS]";
  std::string sep_token = "[SEP]";
  std::string pad_token = "[PAD]";
  std::string mask_token = "[MASK]";
};

/// Reads tokenizer.json. kCorruption names the file and the field; kUnsupported names the
/// component.
Pipeline read_tokenizer_json(const std::filesystem::path& file);
/// Reads tokenizer_config.json; defaults when there is none.
TokenizerConfig read_tokenizer_config(const std::filesystem::path& file);
/// BERT's tokenizer from a vocabulary of one token a line.
Pipeline read_vocab_txt(const std::filesystem::path& file, const TokenizerConfig& config);

}  // namespace assay::tokenizer
