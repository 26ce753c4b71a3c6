// SPDX-License-Identifier: Apache-2.0
#include "model/bi_encoder.h"

#include <fmt/format.h>

#include "assay/error.h"
#include "base/assert.h"
#include "kernels/rows.h"
#include "model/config.h"
#include "model/pooling.h"
#include "model/registry.h"

namespace assay::model {

BiEncoder::BiEncoder(const std::filesystem::path& folder, const SentenceHints& hints) {
  const Config config = Config::read(folder / "config.json");
  const Architecture& architecture = architecture_of(config);
  if (architecture.head != nullptr) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("model: {} is a cross-encoder ({}); use it as a reranker",
                            folder.string(), architecture.name));
  }
  config_ = read_sentence_config(folder, hints);
  const auto weights = std::make_shared<const Weights>(Weights::open(folder));
  encoder_ = architecture.build(config, weights);
  head_ = RowHead(config_.dense, encoder_->hidden_size());
  weights->forget_pages();  // the packed copies are what runs; the tables' pages come back as they
                            // are used
}

std::size_t BiEncoder::dim() const {
  return head_.empty() ? encoder_->hidden_size() : head_.outputs();
}

void BiEncoder::embed(const PackedBatch& batch, Workspace& workspace, std::size_t threads,
                      std::span<float> out) const {
  const std::size_t count = batch.sequences();
  const std::size_t hidden = encoder_->hidden_size();
  ASSAY_ASSERT(out.size() == count * dim());
  std::vector<float> pooled(head_.empty() ? 0 : count * hidden);
  const std::span<float> to = head_.empty() ? out : std::span(pooled);
  forward_pooled(*encoder_, config_.pooling, batch, workspace, threads, to);
  if (!head_.empty()) head_.run(pooled, count, threads, out);
  if (config_.normalize) {
    for (std::size_t i = 0; i < count; ++i) kernels::normalize(out.subspan(i * dim(), dim()));
  }
}

}  // namespace assay::model
