// SPDX-License-Identifier: Apache-2.0
// A folder that scores a pair: encoder, pooling, classifier.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "model/encoder.h"
#include "model/row_head.h"

namespace assay::model {

/// Immutable; may be shared by threads.
class CrossEncoder {
 public:
  /// A sequence classifier, or a bare encoder whose modules.json ends in Dense
  /// (sentence-transformers 5). Errors as Weights and Config; kUnsupported for a folder that
  /// embeds.
  explicit CrossEncoder(const std::filesystem::path& folder);

  /// Raw logits [sequences, labels()] of a batch of pairs.
  void logits(const PackedBatch& batch, Workspace& workspace, std::size_t threads,
              std::span<float> out) const;

  [[nodiscard]] std::size_t labels() const { return head_.head.outputs(); }
  [[nodiscard]] const Encoder& encoder() const { return *encoder_; }

 private:
  std::unique_ptr<Encoder> encoder_;
  ScoreHead head_;
};

}  // namespace assay::model
