// SPDX-License-Identifier: Apache-2.0
#include "model/cross_encoder.h"

#include <fmt/format.h>

#include <vector>

#include "assay/error.h"
#include "base/assert.h"
#include "model/config.h"
#include "model/pooling.h"
#include "model/registry.h"
#include "model/safetensors.h"
#include "model/sentence_config.h"

namespace assay::model {
namespace {

// The head of a folder that states its classifier as modules: pooling and Dense layers, the last of
// which gives the scores.
ScoreHead head_of_modules(const std::filesystem::path& folder, const Encoder& encoder) {
  const SentenceConfig modules = read_sentence_config(folder, {});
  return {.pooling = modules.pooling, .head = RowHead(modules.dense, encoder.hidden_size())};
}

// config_sentence_transformers.json says what the modules were made for.
bool states_cross_encoder(const std::filesystem::path& folder) {
  const auto config = Config::read_if_exists(folder / "config_sentence_transformers.json");
  return config && config->text_or("model_type", "") == "CrossEncoder";
}

}  // namespace

CrossEncoder::CrossEncoder(const std::filesystem::path& folder, Precision precision,
                           const TokenLookup& token_id) {
  const Config config = Config::read(folder / "config.json");
  const Architecture& architecture = architecture_of(config);
  const bool answers = scores_by_answer(folder, config);
  const bool modules = architecture.head == nullptr && !answers && states_cross_encoder(folder);
  if (architecture.head == nullptr && !modules && !answers) {
    throw Error(
        ErrorCode::kUnsupported,
        fmt::format("model: {} has no classifier ({}); it embeds texts. MaxSim can rerank with it",
                    folder.string(), architecture.name));
  }
  const auto weights = std::make_shared<const Weights>(Weights::open(folder));
  encoder_ =
      architecture.build(config, std::make_shared<const Weights>(weights->packed_as(precision)));
  if (answers) {
    head_ = answer_head(folder, config, *weights, token_id);
    prompt_ = answer_prompt(folder);
  } else {
    head_ = modules ? head_of_modules(folder, *encoder_) : architecture.head(config, *weights);
  }
  if (head_.head.empty()) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("model: {}: expected a Dense module that gives the scores",
                            (folder / "modules.json").string()));
  }
  weights->forget_pages();
}

void CrossEncoder::logits(const PackedBatch& batch, Workspace& workspace, std::size_t threads,
                          std::span<float> out) const {
  const std::size_t count = batch.sequences();
  ASSAY_ASSERT(out.size() == count * labels());
  std::vector<float> pooled(count * encoder_->hidden_size());
  forward_pooled(*encoder_, head_.pooling, batch, workspace, threads, pooled);
  head_.head.run(pooled, count, threads, out);
}

}  // namespace assay::model
