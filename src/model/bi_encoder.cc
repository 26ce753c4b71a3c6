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

BiEncoder::BiEncoder(const std::filesystem::path& folder, const SentenceHints& hints,
                     Precision precision) {
  const Config config = Config::read(folder / "config.json");
  const Architecture& architecture = architecture_of(config);
  if (architecture.head != Head::kNone) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("model: {} is a cross-encoder ({}); use it as a reranker",
                            folder.string(), architecture.name));
  }
  config_ = read_sentence_config(folder, hints);
  const auto weights = std::make_shared<const Weights>(Weights::open(folder).packed_as(precision));
  encoder_ = architecture.build(config, weights);
  std::size_t width = encoder_->hidden_size();
  for (const DenseModule& module : config_.dense) {
    if (module.inputs != width) {
      throw Error(ErrorCode::kCorruption,
                  fmt::format("model: {}: in_features is {}, the module before gives {}",
                              (module.folder / "config.json").string(), module.inputs, width));
    }
    const Weights file = Weights::open(module.folder);
    dense_.emplace_back(Linear(file, "linear", module.outputs, module.inputs, module.bias),
                        module.activation);
    width = module.outputs;
  }
  weights->forget_pages();  // the packed copies are what runs; the tables' pages come back as they
                            // are used
}

std::size_t BiEncoder::dim() const {
  return dense_.empty() ? encoder_->hidden_size() : dense_.back().first.outputs();
}

void BiEncoder::embed(const PackedBatch& batch, Workspace& workspace, std::size_t threads,
                      std::span<float> out) const {
  const std::size_t count = batch.sequences();
  const std::size_t hidden = encoder_->hidden_size();
  ASSAY_ASSERT(out.size() == count * dim());
  const bool cls = config_.pooling == Pooling::kCls;
  const std::span<const float> rows =
      encoder_->forward(batch, cls ? OutputRows::kFirst : OutputRows::kAll, workspace, threads);

  std::vector<float> pooled(dense_.empty() ? 0 : count * hidden);
  std::span<float> current = dense_.empty() ? out : std::span(pooled);
  if (cls) {
    std::ranges::copy(rows, current.begin());
  } else {
    pool(config_.pooling, batch, rows, hidden, current);
  }
  for (std::size_t i = 0; i < dense_.size(); ++i) {
    const auto& [linear, activation] = dense_[i];
    std::vector<float> next(i + 1 < dense_.size() ? count * linear.outputs() : 0);
    const std::span<float> to = next.empty() ? out : std::span(next);
    linear.run({current.data(), linear.inputs()}, count, {to.data(), linear.outputs()}, activation,
               nullptr, threads);
    pooled.swap(next);
    current = to.data() == out.data() ? out : std::span(pooled);
  }
  if (config_.normalize) {
    for (std::size_t i = 0; i < count; ++i) kernels::normalize(out.subspan(i * dim(), dim()));
  }
}

}  // namespace assay::model
