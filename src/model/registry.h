// SPDX-License-Identifier: Apache-2.0
// The architectures that can be built, by the name config.json gives them.
#pragma once

#include <memory>
#include <string_view>

#include "model/config.h"
#include "model/encoder.h"
#include "model/row_head.h"
#include "model/safetensors.h"

namespace assay::model {

struct Architecture {
  std::string_view name;  ///< config.json "architectures"[0]
  std::unique_ptr<Encoder> (*build)(const Config&, std::shared_ptr<const Weights>);
  /// The classifier behind the encoder; null where the folder gives token rows, pooled as it says.
  ScoreHead (*head)(const Config&, const Weights&) = nullptr;
};

/// The row for config.json's "architectures"[0]; kUnsupported naming it and the ones that are
/// implemented.
const Architecture& architecture_of(const Config& config);

using BuiltEncoder = std::unique_ptr<Encoder>;
using SharedWeights = std::shared_ptr<const Weights>;

BuiltEncoder build_bert(const Config& config, SharedWeights weights);
ScoreHead bert_head(const Config& config, const Weights& weights);
BuiltEncoder build_deberta(const Config& config, SharedWeights weights);
ScoreHead deberta_head(const Config& config, const Weights& weights);
BuiltEncoder build_distilbert(const Config& config, SharedWeights weights);
ScoreHead distilbert_head(const Config& config, const Weights& weights);
BuiltEncoder build_electra(const Config& config, SharedWeights weights);
ScoreHead electra_head(const Config& config, const Weights& weights);
BuiltEncoder build_gemma3(const Config& config, SharedWeights weights);
BuiltEncoder build_gte(const Config& config, SharedWeights weights);
ScoreHead gte_head(const Config& config, const Weights& weights);
BuiltEncoder build_jina_bert(const Config& config, SharedWeights weights);
BuiltEncoder build_modernbert(const Config& config, SharedWeights weights);
ScoreHead modernbert_head(const Config& config, const Weights& weights);
BuiltEncoder build_mpnet(const Config& config, SharedWeights weights);
ScoreHead mpnet_head(const Config& config, const Weights& weights);
BuiltEncoder build_nomic_bert(const Config& config, SharedWeights weights);
BuiltEncoder build_qwen3(const Config& config, SharedWeights weights);
ScoreHead qwen3_head(const Config& config, const Weights& weights);
BuiltEncoder build_roberta(const Config& config, SharedWeights weights);
ScoreHead roberta_head(const Config& config, const Weights& weights);

}  // namespace assay::model
