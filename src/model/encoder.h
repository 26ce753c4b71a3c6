// SPDX-License-Identifier: Apache-2.0
// What every architecture is to the rest: packed token ids in, one hidden row a token out.
//
// Padding-free: the sequences of a batch lie end to end, one row a token; products run over all
// rows at once, attention inside each sequence. Encoders are immutable and may be shared by
// threads; each call brings its own Workspace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "kernels/aligned.h"

namespace assay::model {

/// A batch of sequences laid end to end.
struct PackedBatch {
  std::span<const std::int32_t> ids;       ///< [tokens]
  std::span<const std::int32_t> type_ids;  ///< [tokens]
  std::span<const std::size_t> offsets;  ///< [sequences + 1]; offsets.front() == 0, offsets.back()
                                         ///< == tokens; no empty sequence
  /// [sequences], or empty for all: the tokens of each sequence, counted from its first, that are
  /// attended to (1 to its length). The others have rows of their own, as the query expansion of
  /// ColBERT does. BERT heeds it; ask it of no other architecture.
  std::span<const std::size_t> key_counts = {};
  [[nodiscard]] std::size_t tokens() const { return ids.size(); }
  [[nodiscard]] std::size_t sequences() const { return offsets.size() - 1; }
  [[nodiscard]] std::size_t key_count(std::size_t sequence) const {
    return key_counts.empty() ? offsets[sequence + 1] - offsets[sequence] : key_counts[sequence];
  }
};

/// Which hidden rows the caller wants. Heads that read only a sequence's first token (CLS pooling,
/// classifiers) or its last one (decoders) save most of the last layer by saying so; the values are
/// the same.
enum class OutputRows { kAll, kFirst, kLast };

/// Buffers of one running forward pass, reused from call to call. Not shared.
struct Workspace {
  kernels::AlignedBuffer hidden;
  kernels::AlignedBuffer qkv;
  kernels::AlignedBuffer context;
  kernels::AlignedBuffer wanted;                     // rows of first or last tokens, last layer
  kernels::AlignedBuffer query;                      // their queries
  std::vector<std::size_t> positions;                // of each token; a row where there is a table
  std::vector<kernels::AlignedBuffer> intermediate;  // one a thread
  std::vector<kernels::AlignedBuffer> attention;     // one a thread
  void prepare(std::size_t threads) {
    if (intermediate.size() < threads) intermediate.resize(threads);
    if (attention.size() < threads) attention.resize(threads);
  }
};

class Encoder {
 public:
  virtual ~Encoder() = default;

  /// Hidden rows of the last layer, [tokens, hidden_size()] or [sequences, hidden_size()]; they
  /// live in `workspace` until its next use. `threads` splits the work inside the batch (1 =
  /// serial); a row does not depend on it. Token ids must be below the vocabulary size and
  /// sequences at most max_positions() long: kCorruption otherwise, naming the id.
  virtual std::span<float> forward(const PackedBatch& batch, OutputRows rows, Workspace& workspace,
                                   std::size_t threads) const = 0;

  [[nodiscard]] virtual std::size_t hidden_size() const = 0;
  /// Encoders of bare tokens, which take no special ones: the id that stands for a text without
  /// tokens. Nothing where the tokenizer's template applies.
  [[nodiscard]] virtual std::optional<std::int32_t> empty_text_id() const { return std::nullopt; }
  /// Tokens of the longest sequence.
  [[nodiscard]] virtual std::size_t max_positions() const = 0;
};

}  // namespace assay::model
