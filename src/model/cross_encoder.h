// SPDX-License-Identifier: Apache-2.0
// A folder that scores a pair: encoder, pooling, classifier.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>

#include "model/answer_head.h"
#include "model/encoder.h"
#include "model/row_head.h"

namespace assay::model {

/// Immutable; may be shared by threads.
class CrossEncoder {
 public:
  /// A sequence classifier, a bare encoder whose modules.json ends in Dense (sentence-transformers
  /// 5), or a decoder that answers yes or no, whose words `token_id` finds. `precision` is that of
  /// the encoder's layers; the head is fp32. Errors as Weights and Config; kUnsupported for a
  /// folder that embeds.
  explicit CrossEncoder(const std::filesystem::path& folder, Precision precision = Precision::kFp32,
                        const TokenLookup& token_id = {});

  /// Raw logits [sequences, labels()] of a batch of pairs.
  void logits(const PackedBatch& batch, Workspace& workspace, std::size_t threads,
              std::span<float> out) const;

  [[nodiscard]] std::size_t labels() const { return head_.head.outputs(); }
  [[nodiscard]] const Encoder& encoder() const { return *encoder_; }
  /// How a pair is put to a decoder; nothing where the tokenizer's template applies.
  [[nodiscard]] const std::optional<PairPrompt>& prompt() const { return prompt_; }

 private:
  std::unique_ptr<Encoder> encoder_;
  ScoreHead head_;
  std::optional<PairPrompt> prompt_;
};

}  // namespace assay::model
