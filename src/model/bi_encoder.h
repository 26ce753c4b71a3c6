// SPDX-License-Identifier: Apache-2.0
// A folder that gives one vector a text: encoder, pooling, dense modules, normalisation.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/encoder.h"
#include "model/row_head.h"
#include "model/sentence_config.h"

namespace assay::model {

/// Adapters of jina-embeddings-v3 for the two sides of a search.
inline constexpr std::string_view kQueryTask = "retrieval.query";
inline constexpr std::string_view kPassageTask = "retrieval.passage";

/// Immutable; may be shared by threads.
class BiEncoder {
 public:
  /// Reads and checks the whole folder. `precision` is that of the encoder's layers; dense modules
  /// are fp32. `task` chooses one of the folder's adapters (config.json "lora_adaptations"), which
  /// is merged into the weights; it must be empty where there are none. Errors as Weights and
  /// Config; kInvalidArgument for a task that the folder does not have, naming those it has.
  BiEncoder(const std::filesystem::path& folder, const SentenceHints& hints,
            Precision precision = Precision::kFp32, std::string_view task = {});

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
  /// Tasks that the folder has adapters for; empty for most.
  [[nodiscard]] const std::vector<std::string>& tasks() const { return tasks_; }

 private:
  SentenceConfig config_;
  std::vector<std::string> tasks_;
  std::unique_ptr<Encoder> encoder_;
  RowHead head_;
};

}  // namespace assay::model
