// SPDX-License-Identifier: Apache-2.0
// How many tokens a text of a model may have, by the rule of docs/tokenization.md.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>

namespace assay::embed {

/// max_seq_length of sentence_bert_config.json, else a sane model_max_length of
/// tokenizer_config.json, else max_position_embeddings of config.json; nothing when the folder
/// states none of them. Reads no weights.
std::optional<std::size_t> max_length_of(const std::filesystem::path& folder);

/// The limit a loaded model works with: `requested` (kInvalidArgument when it is 0 or above
/// `positions`), else the folder's own, at most `positions`.
std::size_t effective_max_length(const std::filesystem::path& folder,
                                 std::optional<std::size_t> requested, std::size_t positions);

}  // namespace assay::embed
