// SPDX-License-Identifier: Apache-2.0
// Models in memory: found, read once, and shared by every object of the process that uses them.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "assay/tokenizer.h"
#include "assay/types.h"
#include "model/bi_encoder.h"
#include "model/cross_encoder.h"
#include "model/masked_lm.h"
#include "model/sparse_attention.h"
#include "model/token_projection.h"

namespace assay::embed {

/// A folder's tokenizer and network. Immutable.
template <class Network>
struct Loaded {
  std::filesystem::path folder;
  Tokenizer tokenizer;
  Network network;
};

/// The model `id`, downloaded if need be; shared with every holder of the same folder. Thread-safe.
/// `task` as BiEncoder takes it.
std::shared_ptr<const Loaded<model::BiEncoder>> load_bi_encoder(std::string_view id,
                                                                const ModelOptions& options,
                                                                std::string_view task);
std::shared_ptr<const Loaded<model::CrossEncoder>> load_cross_encoder(std::string_view id,
                                                                      const ModelOptions& options);
std::shared_ptr<const Loaded<model::MaskedLm>> load_masked_lm(std::string_view id,
                                                              const ModelOptions& options);
std::shared_ptr<const Loaded<model::TokenProjection>> load_token_projection(
    std::string_view id, const ModelOptions& options);
std::shared_ptr<const Loaded<model::FirstTokenAttention>> load_first_token_attention(
    std::string_view id, const ModelOptions& options);

/// What the catalogue adds to a folder that does not say it.
model::SentenceHints hints_of(std::string_view id);

}  // namespace assay::embed
