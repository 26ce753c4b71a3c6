// SPDX-License-Identifier: Apache-2.0
// All parts of a tokenizer, as its files describe them.
//
// Filled by tokenizer_json.cc or vocab_txt.cc, run by tokenizer.cc. Immutable once filled.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokenizer/added_tokens.h"
#include "tokenizer/model.h"
#include "tokenizer/normalizer.h"
#include "tokenizer/post_processor.h"
#include "tokenizer/pre_tokenizer.h"
#include "tokenizer/vocabulary.h"

namespace assay::tokenizer {

struct Pipeline {
  std::vector<Normalizer> normalizers;
  std::vector<PreTokenizer> pre_tokenizers;
  Vocabulary vocabulary;  ///< added tokens included
  std::optional<Model> model;
  std::vector<AddedToken> added;
  std::vector<OffsetTrim> trims;  ///< in order, applied to the tokens of a text
  Template templates;
  bool truncate_left = false;  ///< unless tokenizer_config.json says something
};

/// What tokenizer_config.json says that tokenizer.json does not.
struct TokenizerConfig {
  std::optional<bool> truncate_left;
  std::optional<std::size_t> model_max_length;
  // For folders without tokenizer.json alone.
  bool do_lower_case = true;
  bool add_prefix_space = false;
  std::optional<bool> strip_accents;
  bool tokenize_chinese_chars = true;
  std::optional<std::string> unk_token;
  std::optional<std::string> cls_token;
  std::optional<std::string> sep_token;
  std::optional<std::string> pad_token;
  std::optional<std::string> mask_token;
};

/// Reads tokenizer.json. kCorruption names the file and the field; kUnsupported names the
/// component.
Pipeline read_tokenizer_json(const std::filesystem::path& file);
/// Reads tokenizer_config.json; defaults when there is none.
TokenizerConfig read_tokenizer_config(const std::filesystem::path& file);
/// BERT's tokenizer from a vocabulary of one token a line.
Pipeline read_vocab_txt(const std::filesystem::path& file, const TokenizerConfig& config);
/// RoBERTa's tokenizer: byte-level BPE from vocab.json and merges.txt.
Pipeline read_vocab_and_merges(const std::filesystem::path& vocabulary,
                               const std::filesystem::path& merges, const TokenizerConfig& config);
/// XLM-RoBERTa's tokenizer from a SentencePiece model, ids shifted as fairseq does it.
Pipeline read_sentence_piece(const std::filesystem::path& file, const TokenizerConfig& config);

/// The rule that merges `left` and `right`; nothing when the vocabulary lacks one of them, or what
/// they make.
std::optional<Bpe::Merge> find_merge(const Vocabulary& vocabulary, std::string_view left,
                                     std::string_view right, std::string_view continuation_prefix);

}  // namespace assay::tokenizer
