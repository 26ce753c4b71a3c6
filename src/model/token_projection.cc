// SPDX-License-Identifier: Apache-2.0
#include "model/token_projection.h"

#include <fmt/format.h>

#include <string>

#include "assay/error.h"
#include "base/assert.h"
#include "kernels/rows.h"
#include "model/config.h"
#include "model/registry.h"
#include "model/safetensors.h"

namespace assay::model {

TokenProjection::TokenProjection(const std::filesystem::path& folder, Precision precision) {
  const Config config = Config::read(folder / "config.json");
  const auto names = config.texts("architectures");
  const std::string name = names.empty() ? "" : names.front();
  const std::string type = config.text_or("model_type", "");
  if (name != "HF_ColBERT" || type != "bert") {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("model: {}: architecture \"{}\" of model_type \"{}\" is no "
                            "late-interaction model that is implemented; HF_ColBERT of model_type "
                            "\"bert\" is",
                            config.path().string(), name, type));
  }
  const auto weights = std::make_shared<const Weights>(Weights::open(folder));
  encoder_ = build_bert(config, std::make_shared<const Weights>(weights->packed_as(precision)));
  // The tensor decides the size of the vectors; config.json does not state it.
  const Shape& shape = weights->shape("linear.weight");
  projection_ = Linear(*weights, "linear", shape.empty() ? 0 : shape[0], encoder_->hidden_size(),
                       weights->contains("linear.bias"));
  if (projection_.outputs() == 0) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("model: {}: tensor \"linear.weight\" is empty", folder.string()));
  }
  weights->forget_pages();
}

void TokenProjection::rows(const PackedBatch& batch, Workspace& workspace, std::size_t threads,
                           std::span<float> out) const {
  const std::size_t hidden = encoder_->hidden_size();
  ASSAY_ASSERT(out.size() == batch.tokens() * dim());
  const std::span<const float> states =
      encoder_->forward(batch, OutputRows::kAll, workspace, threads);
  for_row_blocks(batch.tokens(), threads, [&](std::size_t first, std::size_t count, std::size_t) {
    projection_.run({states.data() + first * hidden, hidden}, count,
                    {out.data() + first * dim(), dim()});
    for (std::size_t r = first; r < first + count; ++r)
      kernels::normalize(out.subspan(r * dim(), dim()));
  });
}

}  // namespace assay::model
