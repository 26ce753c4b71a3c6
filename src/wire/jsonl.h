// SPDX-License-Identifier: Apache-2.0
// The command line's dialect: one JSON value a line in, one out.
//
// Readers take a line without its end and refuse what they do not know by name; writers append a
// line with its end. Numbers carry enough digits to read back the same float32. Plain functions, no
// state.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assay/hub.h"
#include "assay/late_interaction_text_embedding.h"
#include "assay/point.h"
#include "assay/reranker.h"
#include "assay/sparse_text_embedding.h"
#include "assay/text_embedding.h"
#include "assay/tokenizer.h"
#include "base/result.h"

namespace assay::wire {

/// "text", {"text":…}, or {"query":…,"document":…}.
struct TokenizeLine {
  std::string text;                     ///< or the query
  std::optional<std::string> document;  ///< of a pair
};
Result<TokenizeLine> read_tokenize_line(std::string_view line);

/// "text" or {"text":…,"kind":"query"|"passage"}.
Result<TextInput> read_embed_line(std::string_view line);

/// {"query":…,"documents":[…]}.
struct RerankLine {
  std::string query;
  std::vector<std::string> documents;
};
Result<RerankLine> read_rerank_line(std::string_view line);

/// {"id":…,"text":…, …payload}; the payload holds every member but the id.
struct PointLine {
  PointId id;
  std::string text;
  Payload payload;
};
Result<PointLine> read_point_line(std::string_view line);

void write_tokens(std::string& out, const Tokenizer& tokenizer, const Encoding& encoding);
void write_embedding(std::string& out, std::span<const float> vector, bool truncated);
/// {"indices":[…],"values":[…]}.
void write_sparse(std::string& out, const SparseVector& vector, bool truncated);
/// {"embeddings":[[…]…]}.
void write_token_embeddings(std::string& out, const TokenEmbeddings& rows, bool truncated);
/// `top_k` cuts the order, not the scores.
void write_scores(std::string& out, const RerankScores& scores, std::size_t top_k = SIZE_MAX);

/// An entry of `assay models --json`.
Value model_value(const ModelInfo& info, bool cached);

/// Appends a float so that it reads back the same; not-a-number and infinities become null.
void append_number(std::string& out, float value);

}  // namespace assay::wire
