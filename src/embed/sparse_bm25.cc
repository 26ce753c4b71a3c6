// SPDX-License-Identifier: Apache-2.0
// BM25 as a sparse model: no files, no network.
#include "base/assert.h"
#include "embed/sparse_model.h"
#include "sparse/bm25.h"

namespace assay::embed {
namespace {

class SparseBm25 : public SparseModel {
 public:
  explicit SparseBm25(const SparseOptions& sparse) : bm25_(sparse) {}

  Encoding encode(std::string_view text, TextKind kind, SparseSlot& slot) const override {
    slot.vector = kind == TextKind::kQuery ? bm25_.query(text, &slot.token_count)
                                           : bm25_.document(text, &slot.token_count);
    return {};
  }
  void infer(const model::PackedBatch&, model::Workspace&, std::size_t,
             std::span<SparseSlot* const>) const override {
    ASSAY_ASSERT(false);  // encode() gives no tokens
  }
  [[nodiscard]] bool requires_idf() const override { return true; }
  [[nodiscard]] std::optional<std::size_t> max_length() const override { return std::nullopt; }

 private:
  sparse::Bm25 bm25_;
};

}  // namespace

std::unique_ptr<SparseModel> make_sparse_bm25(const SparseOptions& sparse) {
  return std::make_unique<SparseBm25>(sparse);
}

}  // namespace assay::embed
