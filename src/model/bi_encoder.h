// SPDX-License-Identifier: Apache-2.0
// A folder that gives one vector a text: encoder, pooling, dense modules, normalisation.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "model/encoder.h"
#include "model/row_head.h"
#include "model/sentence_config.h"

namespace assay::model {

/// Immutable; may be shared by threads.
class BiEncoder {
 public:
  /// Reads and checks the whole folder. Errors as Weights and Config.
  BiEncoder(const std::filesystem::path& folder, const SentenceHints& hints);

  /// Vectors [sequences, dim()] of a batch, row-major.
  void embed(const PackedBatch& batch, Workspace& workspace, std::size_t threads,
             std::span<float> out) const;
  /// Token rows [tokens, encoder().hidden_size()] of a batch, in `workspace`.
  std::span<float> token_rows(const PackedBatch& batch, Workspace& workspace,
                              std::size_t threads) const {
    return encoder_->forward(batch, OutputRows::kAll, workspace, threads);
  }

  [[nodiscard]] std::size_t dim() const;
  [[nodiscard]] const Encoder& encoder() const { return *encoder_; }
  [[nodiscard]] const SentenceConfig& config() const { return config_; }

 private:
  SentenceConfig config_;
  std::unique_ptr<Encoder> encoder_;
  RowHead head_;
};

}  // namespace assay::model
