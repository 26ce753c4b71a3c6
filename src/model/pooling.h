// SPDX-License-Identifier: Apache-2.0
// From token rows to what is compared: pooling, unit length, MaxSim.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "assay/hub.h"
#include "kernels/gemm.h"
#include "model/encoder.h"

namespace assay::model {

/// "mean", "cls", "max" or "last token".
std::string_view to_string(Pooling pooling);

/// One row a sequence from the token rows [tokens, width]: mean over all tokens (special ones
/// included), first, last, or the maximum of each component. `out` is [sequences, width].
void pool(Pooling pooling, const PackedBatch& batch, std::span<const float> rows, std::size_t width,
          std::span<float> out);

/// Runs the encoder and pools: `out` is [sequences, hidden_size()]. Asks only for the rows that the
/// pooling reads.
void forward_pooled(const Encoder& encoder, Pooling pooling, const PackedBatch& batch,
                    Workspace& workspace, std::size_t threads, std::span<float> out);

/// The token rows of a query, each of unit length, packed to be compared with many documents.
/// Immutable.
class MaxSimQuery {
 public:
  /// `rows` [tokens, width], at least one row.
  MaxSimQuery(std::span<const float> rows, std::size_t width);

  /// Mean over the query's rows of the largest cosine with a row of the document, whose rows
  /// [tokens, width] need not be normalised and are overwritten.
  [[nodiscard]] float score(std::span<float> document, kernels::AlignedBuffer& scratch) const;

 private:
  kernels::PackedMatrix rows_;
};

}  // namespace assay::model
