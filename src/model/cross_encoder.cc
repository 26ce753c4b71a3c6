// SPDX-License-Identifier: Apache-2.0
#include "model/cross_encoder.h"

#include <fmt/format.h>

#include <vector>

#include "assay/error.h"
#include "base/assert.h"
#include "model/config.h"
#include "model/registry.h"
#include "model/safetensors.h"

namespace assay::model {

CrossEncoder::CrossEncoder(const std::filesystem::path& folder, Precision precision) {
  const Config config = Config::read(folder / "config.json");
  const Architecture& architecture = architecture_of(config);
  if (architecture.head == Head::kNone) {
    throw Error(
        ErrorCode::kUnsupported,
        fmt::format("model: {} has no classifier ({}); it embeds texts. MaxSim can rerank with it",
                    folder.string(), architecture.name));
  }
  const auto weights = std::make_shared<const Weights>(Weights::open(folder));
  encoder_ =
      architecture.build(config, std::make_shared<const Weights>(weights->packed_as(precision)));
  const std::size_t hidden = encoder_->hidden_size();
  // The tensor decides the number of labels; config.json must agree where it says anything.
  const Shape& shape = weights->shape("classifier.weight");
  const std::size_t labels = shape.empty() ? 0 : shape[0];
  const auto stated =
      config.has("num_labels") ? config.size_if("num_labels") : config.entries("id2label");
  pooler_ = Linear(*weights, "bert.pooler.dense", hidden, hidden);
  classifier_ = Linear(*weights, "classifier", stated.value_or(labels), hidden);
  weights->forget_pages();
}

void CrossEncoder::logits(const PackedBatch& batch, Workspace& workspace, std::size_t threads,
                          std::span<float> out) const {
  const std::size_t count = batch.sequences();
  ASSAY_ASSERT(out.size() == count * labels());
  const std::span<const float> rows =
      encoder_->forward(batch, OutputRows::kFirst, workspace, threads);
  const std::size_t hidden = encoder_->hidden_size();
  std::vector<float> pooled(count * hidden);
  pooler_.run({rows.data(), hidden}, count, {pooled.data(), hidden}, kernels::Activation::kTanh,
              nullptr, threads);
  classifier_.run({pooled.data(), hidden}, count, {out.data(), labels()});
}

}  // namespace assay::model
