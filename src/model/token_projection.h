// SPDX-License-Identifier: Apache-2.0
// A folder that gives a vector for every token: encoder, projection, unit length (ColBERT, Khattab
// and Zaharia 2020). Two forms of folders: Stanford's (HF_ColBERT, `linear.weight` beside the
// encoder) and PyLate's (Dense modules in folders of their own).
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "model/encoder.h"
#include "model/layers.h"

namespace assay::model {

/// Immutable; may be shared by threads.
class TokenProjection {
 public:
  /// Reads and checks the whole folder. Errors as Weights and Config; kUnsupported for a folder
  /// that is no late-interaction model. `precision` is that of the encoder's layers.
  explicit TokenProjection(const std::filesystem::path& folder,
                           Precision precision = Precision::kFp32);

  /// Rows [tokens, dim()] of a batch, each of unit length.
  void rows(const PackedBatch& batch, Workspace& workspace, std::size_t threads,
            std::span<float> out) const;

  [[nodiscard]] std::size_t dim() const { return steps_.back().linear.outputs(); }
  [[nodiscard]] const Encoder& encoder() const { return *encoder_; }

 private:
  // y = activation(linear(x)) + residual(x), or + x
  struct Step {
    Linear linear;
    kernels::Activation activation = kernels::Activation::kNone;
    Linear residual = {};     // without outputs: none
    bool adds_input = false;  // where both sides are as wide
  };
  static Step read_dense(const std::filesystem::path& folder, std::size_t inputs);

  std::unique_ptr<Encoder> encoder_;
  std::vector<Step> steps_;  // at least one
};

/// Whether the folder's modules.json names PyLate's modules.
bool is_pylate(const std::filesystem::path& folder);

}  // namespace assay::model
