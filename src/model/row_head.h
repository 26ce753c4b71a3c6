// SPDX-License-Identifier: Apache-2.0
// What stands behind the pooled rows of an encoder: linear layers, each with an activation and a
// norm. Classifiers end in one, embedders may.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "assay/hub.h"
#include "model/config.h"
#include "model/layers.h"
#include "model/sentence_config.h"

namespace assay::model {

/// Immutable; may be shared by threads.
class RowHead {
 public:
  struct Step {
    Linear linear;
    kernels::Activation activation = kernels::Activation::kNone;
    Norm norm = {};
  };

  RowHead() = default;
  explicit RowHead(std::vector<Step> steps) : steps_(std::move(steps)) {}
  /// The Dense modules of a folder (each with the LayerNorm after it), the first for rows of
  /// `inputs` floats; kCorruption when one does not fit the one before.
  RowHead(const std::vector<DenseModule>& modules, std::size_t inputs);

  [[nodiscard]] bool empty() const { return steps_.empty(); }
  [[nodiscard]] std::size_t outputs() const { return steps_.back().linear.outputs(); }
  /// rows [count, width] to out [count, outputs()]; not empty().
  void run(std::span<const float> rows, std::size_t count, std::size_t threads,
           std::span<float> out) const;

 private:
  std::vector<Step> steps_;
};

/// How a cross-encoder comes from rows to logits.
struct ScoreHead {
  Pooling pooling = Pooling::kCls;
  RowHead head;
};

/// The last layer of a classifier. The tensor decides the number of labels; config.json must agree
/// where it says anything ("num_labels" or "id2label").
Linear label_layer(const Config& config, const Weights& weights, const std::string& name,
                   std::size_t inputs, bool has_bias = true);

/// A `dense` layer with an activation on the first token, then the labels: the classifiers of BERT
/// and its descendants, which differ in names and activation.
ScoreHead dense_then_labels(const Config& config, const Weights& weights, const std::string& dense,
                            kernels::Activation activation, const std::string& labels);

}  // namespace assay::model
