// SPDX-License-Identifier: Apache-2.0
// A folder that gives a logit for every vocabulary entry: encoder and masked-language-model head.
//
// What SPLADE makes of it (Formal et al. 2021) is the largest logit of each entry over the tokens.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "assay/sparse_text_embedding.h"
#include "kernels/gemm.h"
#include "model/encoder.h"
#include "model/layers.h"

namespace assay::model {

/// Immutable; may be shared by threads.
class MaskedLm {
 public:
  /// Reads and checks the whole folder. kUnsupported for an architecture without such a head,
  /// naming those that have one; else as Weights and Config.
  /// `precision` is that of the encoder's layers.
  explicit MaskedLm(const std::filesystem::path& folder, Precision precision = Precision::kFp32);

  /// For each sequence the vocabulary entries whose largest logit over its tokens is above 0, in
  /// ascending order, with that logit. `out` is [sequences]. Logits exist for a block of tokens and
  /// a block of the vocabulary at a time.
  void largest_logits(const PackedBatch& batch, Workspace& workspace, std::size_t threads,
                      std::span<SparseVector> out) const;

  [[nodiscard]] const Encoder& encoder() const { return *encoder_; }
  [[nodiscard]] std::size_t vocabulary_size() const { return bias_.size(); }

 private:
  std::unique_ptr<Encoder> encoder_;
  Linear transform_;
  kernels::Activation activation_;
  LayerNorm norm_;
  std::vector<kernels::PackedMatrix> decoder_;  // blocks of the vocabulary
  std::vector<float> bias_;                     // [vocabulary]
};

}  // namespace assay::model
