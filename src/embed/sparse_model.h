// SPDX-License-Identifier: Apache-2.0
// What the sparse models are to SparseTextEmbedding: a text becomes a vector at once, or tokens for
// a network pass that gives the vector. One file a method: sparse_*.cc.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "assay/sparse_text_embedding.h"
#include "assay/tokenizer.h"
#include "model/encoder.h"

namespace assay::embed {

/// Where the result of one text goes.
struct SparseSlot {
  SparseVector vector;
  std::size_t token_count = 0;
  bool truncated = false;
  bool query = false;  // for infer(), where queries go through the network too
};

/// Immutable; may be shared by threads.
class SparseModel {
 public:
  virtual ~SparseModel() = default;

  /// Notes token count and truncation in `slot`; gives the tokens that the network must see, or
  /// none after the vector was written too.
  virtual Encoding encode(std::string_view text, TextKind kind, SparseSlot& slot) const = 0;
  /// The vectors of a batch; slots[i] belongs to sequence i.
  virtual void infer(const model::PackedBatch& batch, model::Workspace& workspace,
                     std::size_t threads, std::span<SparseSlot* const> slots) const = 0;

  [[nodiscard]] virtual bool requires_idf() const = 0;
  [[nodiscard]] virtual std::optional<std::size_t> max_length() const = 0;
};

std::unique_ptr<SparseModel> make_sparse_bm25(const SparseOptions& sparse);
std::unique_ptr<SparseModel> make_sparse_bm42(std::string_view id, const ModelOptions& options,
                                              const SparseOptions& sparse);
/// miniCOIL's word vectors, which make a folder of any encoder a miniCOIL model.
inline constexpr const char* kMiniCoilVectors = "minicoil.triplet.model.npy";
/// Of such a folder, or of the catalogue.
std::unique_ptr<SparseModel> make_sparse_minicoil(std::string_view id, const ModelOptions& options,
                                                  const SparseOptions& sparse);
/// SPLADE++, and inference-free SPLADE where the folder has an idf.json.
std::unique_ptr<SparseModel> make_sparse_splade(std::string_view id, const ModelOptions& options);

}  // namespace assay::embed
