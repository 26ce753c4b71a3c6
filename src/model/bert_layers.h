// SPDX-License-Identifier: Apache-2.0
// What BERT's descendants take over from it.
#pragma once

#include <cstddef>
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

/// A whole encoder with BERT's names behind `task` ("bert."), which may be absent in the file. A
/// sequence's first token has row `first_position` of the position table.
TransformerParts bert_parts(const Config& config, SharedWeights weights, std::string_view task,
                            std::size_t first_position);

}  // namespace assay::model
