// SPDX-License-Identifier: Apache-2.0
#include "model/bi_encoder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "assay/error.h"
#include "base/assert.h"
#include "kernels/rows.h"
#include "model/config.h"
#include "model/pooling.h"
#include "model/registry.h"

namespace assay::model {

namespace {

// The weights with the adapter of `task` in them; the scale is alpha / rank (Hu et al. 2021).
Weights adapted_to(std::string_view task, const std::vector<std::string>& tasks,
                   const Config& config, const Weights& weights) {
  const auto found = std::ranges::find(tasks, task);
  if (found == tasks.end()) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("task: expected one of {}, got \"{}\"; {} has an adapter for each",
                            fmt::join(tasks, ", "), task, config.path().parent_path().string()));
  }
  const double scale = config.positive_or("lora_alpha", 1) / config.positive("lora_rank");
  return weights.adapted(static_cast<std::size_t>(found - tasks.begin()),
                         static_cast<float>(scale));
}

}  // namespace

BiEncoder::BiEncoder(const std::filesystem::path& folder, const SentenceHints& hints,
                     Precision precision, std::string_view task) {
  const Config config = Config::read(folder / "config.json");
  const Architecture& architecture = architecture_of(config);
  if (architecture.head != nullptr) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("model: {} is a cross-encoder ({}); use it as a reranker",
                            folder.string(), architecture.name));
  }
  config_ = read_sentence_config(folder, hints);
  tasks_ = config.texts("lora_adaptations");
  if (tasks_.empty() && !task.empty()) {
    throw Error(ErrorCode::kInvalidArgument,
                fmt::format("task: \"{}\" is asked for, but {} has no task adapters", task,
                            folder.string()));
  }
  Weights opened = Weights::open(folder).packed_as(precision);
  if (!tasks_.empty()) {
    // FastEmbed's choice where nothing is said.
    opened = adapted_to(task.empty() ? kPassageTask : task, tasks_, config, opened);
  }
  const auto weights = std::make_shared<const Weights>(std::move(opened));
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
