// SPDX-License-Identifier: Apache-2.0
// ELECTRA (Clark et al. 2020): BERT whose embeddings may be narrower than its layers, and whose
// classifier uses GELU. Tensor names as in transformers' ElectraModel.
#include "model/bert_layers.h"
#include "model/registry.h"

namespace assay::model {

BuiltEncoder build_electra(const Config& config, SharedWeights weights) {
  TransformerParts parts = bert_parts(config, weights, "electra.", std::nullopt);
  const std::size_t width = config.size_if("embedding_size").value_or(parts.hidden);
  if (width != parts.hidden) {
    const std::string prefix = prefix_of(*weights, "electra.", "embeddings_project.weight");
    parts.embeddings.projection =
        Linear(*weights, prefix + "embeddings_project", parts.hidden, width);
  }
  return std::make_unique<Transformer>(std::move(parts));
}

ScoreHead electra_head(const Config& config, const Weights& weights) {
  return dense_then_labels(config, weights, "classifier.dense", kernels::Activation::kGelu,
                           "classifier.out_proj");
}

}  // namespace assay::model
