// SPDX-License-Identifier: Apache-2.0
// How much a text's first token attends to each token in the last layer: BM42's term weights.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "model/encoder.h"
#include "model/layers.h"

namespace assay::model {

/// Immutable; may be shared by threads.
class FirstTokenAttention {
 public:
  /// Reads a BertModel folder; kUnsupported for another one, else as Weights and Config.
  /// `precision` is that of the encoder's layers.
  explicit FirstTokenAttention(const std::filesystem::path& folder,
                               Precision precision = Precision::kFp32);

  /// Mean over the heads of the last layer's softmax from the first token of each sequence to its
  /// tokens; `out` is [tokens] and sums to 1 in each sequence. What comes after that softmax in the
  /// last layer is not computed.
  void weights(const PackedBatch& batch, Workspace& workspace, std::size_t threads,
               std::span<float> out) const;

  [[nodiscard]] const Encoder& encoder() const { return *before_last_; }

 private:
  std::unique_ptr<Encoder> before_last_;  // every layer but the last
  std::size_t heads_;
  Linear query_;
  Linear key_;
};

}  // namespace assay::model
