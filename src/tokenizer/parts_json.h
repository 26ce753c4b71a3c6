// SPDX-License-Identifier: Apache-2.0
// The readers of tokenizer.json's parts. They throw kCorruption with file and field for what is
// damaged, kUnsupported for a component that is not implemented.
#pragma once

#include <cstddef>
#include <vector>

#include "tokenizer/json_node.h"
#include "tokenizer/pipeline.h"

namespace assay::tokenizer {

/// Adds the rules of a "normalizer", sequences laid flat.
void read_normalizer(const Node& node, std::vector<Normalizer>& to);
/// Adds the rules of a "pre_tokenizer", sequences laid flat.
void read_pre_tokenizer(const Node& node, std::vector<PreTokenizer>& to);
/// Fills vocabulary and model; gives the number of the vocabulary's entries.
std::size_t read_model(const Node& node, Pipeline& to);

}  // namespace assay::tokenizer
