// SPDX-License-Identifier: Apache-2.0
// What BERT's descendants take over from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/config.h"
#include "model/registry.h"
#include "model/safetensors.h"
#include "model/transformer.h"

namespace assay::model {

/// A layer whose tensors have BERT's names behind `layer` ("encoder.layer.0.").
Layer bert_layer(const Config& config, const Weights& weights, const std::string& layer,
                 const AttentionShape& shape);

/// A whole encoder with BERT's names behind `task` ("bert."), which may be absent in the file. With
/// `padding` the positions are RoBERTa's.
TransformerParts bert_parts(const Config& config, SharedWeights weights, std::string_view task,
                            std::optional<std::int32_t> padding);

/// config.json's "pad_token_id" for RoBERTa's positions, 1 when it is absent.
std::int32_t padding_of(const Config& config);

/// Positions left for tokens in a table of max_position_embeddings rows; kCorruption for none.
std::size_t positions_behind(const Config& config, std::optional<std::int32_t> padding);

}  // namespace assay::model
