// SPDX-License-Identifier: Apache-2.0
// Cross-encoders that are language models: the score is what the next word would be, "yes" or "no".
//
// Qwen3-Reranker (Zhang et al. 2025) as published: a pair becomes one text behind fixed words, and
// the score of its last token is logit("yes") - logit("no"), the log-odds of the probability that
// the model card computes; sentence-transformers' LogitScore module gives the same number. Only the
// two rows of the vocabulary's matrix are read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "model/config.h"
#include "model/row_head.h"
#include "model/safetensors.h"

namespace assay::model {

/// Id of a vocabulary string, if there is one.
using TokenLookup = std::function<std::optional<std::int32_t>(std::string_view)>;

/// What a decoder reads for a pair: `before`, then `query_mark`, query, `document_mark`, document
/// as one text, which is what gets cut, then `after`.
struct PairPrompt {
  std::string before;
  std::string query_mark;
  std::string document_mark;
  std::string after;
};

/// Whether the folder scores by an answer: its modules end in LogitScore, or it is a Qwen3 decoder
/// without modules, which make an embedder of it.
bool scores_by_answer(const std::filesystem::path& folder, const Config& config);

/// The head: last token, one output. kUnsupported where the folder asks for other words than the
/// ones that the prompt is known for; kCorruption where the vocabulary lacks them.
ScoreHead answer_head(const std::filesystem::path& folder, const Config& config,
                      const Weights& weights, const TokenLookup& token_id);

/// The prompt, with the instruction of config_sentence_transformers.json, else that of the model
/// card.
PairPrompt answer_prompt(const std::filesystem::path& folder);

}  // namespace assay::model
