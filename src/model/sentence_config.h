// SPDX-License-Identifier: Apache-2.0
// What a folder says about turning token rows into a vector: modules.json, the modules' configs,
// prompts, limits.
//
// Follows sentence-transformers' files. Reading it needs no weights.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "assay/hub.h"
#include "kernels/activation.h"

namespace assay::model {

/// A linear module after pooling; its weights are in folder/model.safetensors as linear.weight and
/// linear.bias, those of a LayerNorm module right behind it in norm_folder as norm.weight and
/// norm.bias.
struct DenseModule {
  std::filesystem::path folder;
  std::size_t inputs;
  std::size_t outputs;
  bool bias;
  kernels::Activation activation;
  std::filesystem::path norm_folder = {};  ///< empty when there is none
};

struct SentenceConfig {
  Pooling pooling = Pooling::kMean;
  std::vector<DenseModule> dense;  ///< in order
  bool normalize = false;
  std::string default_prompt;  ///< before every text of kind kPlain
  std::string query_prompt;
  std::string passage_prompt;
};

/// What the catalogue knows of a folder that has no modules.json.
struct SentenceHints {
  std::optional<Pooling> pooling;
  std::optional<bool> normalize;
  std::string query_prompt;
  std::string passage_prompt;
};

/// Reads the folder; its own files win over `hints`. kUnsupported names a module or mode that is
/// not implemented.
SentenceConfig read_sentence_config(const std::filesystem::path& folder,
                                    const SentenceHints& hints);

/// Tokens a text of this folder may have: max_seq_length of sentence_bert_config.json, else a sane
/// model_max_length of tokenizer_config.json (1 to 1,000,000,000), else nothing. The position table
/// may hold fewer.
std::optional<std::size_t> stated_max_length(const std::filesystem::path& folder);

/// Size of the vectors of this folder, from its configs alone.
std::size_t embedding_size(const std::filesystem::path& folder, const SentenceHints& hints);

}  // namespace assay::model
