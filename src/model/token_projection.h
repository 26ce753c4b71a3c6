// SPDX-License-Identifier: Apache-2.0
// A folder that gives a vector for every token: encoder, projection, unit length (ColBERT, Khattab
// and Zaharia 2020).
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "model/encoder.h"
#include "model/layers.h"

namespace assay::model {

/// Immutable; may be shared by threads.
class TokenProjection {
 public:
  /// Reads and checks the whole folder: an encoder and `linear.weight` [dim, hidden]. Errors as
  /// Weights and Config; kUnsupported for a folder that is no late-interaction model.
  /// `precision` is that of the encoder's layers.
  explicit TokenProjection(const std::filesystem::path& folder,
                           Precision precision = Precision::kFp32);

  /// Rows [tokens, dim()] of a batch, each of unit length.
  void rows(const PackedBatch& batch, Workspace& workspace, std::size_t threads,
            std::span<float> out) const;

  [[nodiscard]] std::size_t dim() const { return projection_.outputs(); }
  [[nodiscard]] const Encoder& encoder() const { return *encoder_; }

 private:
  std::unique_ptr<Encoder> encoder_;
  Linear projection_;
};

}  // namespace assay::model
