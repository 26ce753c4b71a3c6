// SPDX-License-Identifier: Apache-2.0
#include "model/token_projection.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "assay/error.h"
#include "base/assert.h"
#include "base/file.h"
#include "kernels/rows.h"
#include "model/config.h"
#include "model/registry.h"
#include "model/safetensors.h"

namespace assay::model {

namespace {

// The folders of the Dense modules of a PyLate model, in order; empty for another one.
std::vector<std::filesystem::path> dense_folders(const std::filesystem::path& folder) {
  const auto file = folder / "modules.json";
  std::vector<std::filesystem::path> result;
  if (!file_exists(file)) return result;
  bool pylate = false;
  for (const Config& module : Config::read_list(file)) {
    const std::string type = module.text("type");
    const std::filesystem::path path = module.text_or("path", "");
    if (path.is_absolute() || path.string().find("..") != std::string::npos) {
      throw Error(ErrorCode::kCorruption, fmt::format("model: {}: path \"{}\" leaves the folder",
                                                      file.string(), path.string()));
    }
    if (!type.starts_with("pylate.")) continue;
    pylate = true;
    if (!type.ends_with("Dense")) {
      throw Error(ErrorCode::kUnsupported,
                  fmt::format("model: {}: module \"{}\" is not implemented; pylate's Dense is",
                              file.string(), type));
    }
    result.push_back(folder / path);
  }
  return pylate ? result : std::vector<std::filesystem::path>{};
}

}  // namespace

bool is_pylate(const std::filesystem::path& folder) { return !dense_folders(folder).empty(); }

TokenProjection::Step TokenProjection::read_dense(const std::filesystem::path& folder,
                                                  std::size_t inputs) {
  const Config config = Config::read(folder / "config.json");
  if (config.size("in_features") != inputs) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("model: {}: in_features is {}, the module before gives {}",
                            config.path().string(), config.size("in_features"), inputs));
  }
  const std::size_t outputs = config.size("out_features");
  const Weights weights = Weights::open(folder);
  Step step;
  step.linear = Linear(weights, "linear", outputs, inputs, config.flag_or("bias", true));
  const std::string name = config.text_or("activation_function", "torch.nn.Identity");
  const std::string function = name.substr(name.rfind('.') + 1);
  if (function != "Identity") {
    step.activation = activation_of(function == "GELU"   ? "gelu"
                                    : function == "ReLU" ? "relu"
                                    : function == "SiLU" ? "silu"
                                    : function == "Tanh" ? "tanh"
                                                         : function,
                                    config.path());
  }
  if (config.flag_or("use_residual", false)) {
    step.adds_input = inputs == outputs;
    if (!step.adds_input) step.residual = Linear(weights, "residual", outputs, inputs, false);
  }
  return step;
}

TokenProjection::TokenProjection(const std::filesystem::path& folder, Precision precision) {
  const Config config = Config::read(folder / "config.json");
  const auto names = config.texts("architectures");
  const std::string name = names.empty() ? "" : names.front();
  const std::string type = config.text_or("model_type", "");
  const auto modules = dense_folders(folder);
  const bool colbert = name == "HF_ColBERT" && (type == "bert" || type == "xlm-roberta");
  if (!colbert && modules.empty()) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("model: {}: architecture \"{}\" of model_type \"{}\" is no "
                            "late-interaction model that is implemented; HF_ColBERT of model_type "
                            "\"bert\" or \"xlm-roberta\" and folders with PyLate's modules are",
                            config.path().string(), name, type));
  }
  const auto weights = std::make_shared<const Weights>(Weights::open(folder));
  const auto packed = std::make_shared<const Weights>(weights->packed_as(precision));
  if (colbert) {
    encoder_ = type == "bert" ? build_bert(config, packed) : build_roberta(config, packed);
    // The tensor decides the size of the vectors; config.json does not state it.
    const Shape& shape = weights->shape("linear.weight");
    steps_.push_back({.linear = Linear(*weights, "linear", shape.empty() ? 0 : shape[0],
                                       encoder_->hidden_size(), weights->contains("linear.bias"))});
  } else {
    encoder_ = architecture_of(config).build(config, packed);
    std::size_t width = encoder_->hidden_size();
    for (const auto& module : modules) {
      steps_.push_back(read_dense(module, width));
      width = steps_.back().linear.outputs();
    }
  }
  if (dim() == 0) {
    throw Error(ErrorCode::kCorruption,
                fmt::format("model: {}: the projection has no outputs", folder.string()));
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
    const std::span<float> result = out.subspan(first * dim(), count * dim());
    kernels::ConstRows from{states.data() + first * hidden, hidden};
    std::vector<float> before;
    std::vector<float> between;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const Step& step = steps_[i];
      const std::size_t width = step.linear.outputs();
      const bool last = i + 1 == steps_.size();
      between.resize(last ? 0 : count * width);
      const std::span<float> to = last ? result : std::span(between);
      const kernels::Rows rows_to{to.data(), width};
      if (step.adds_input) {
        for (std::size_t r = 0; r < count; ++r)
          std::copy_n(from.data + r * from.stride, width, to.data() + r * width);
      } else if (step.residual.outputs() > 0) {
        step.residual.run(from, count, rows_to);
      }
      const bool adds = step.adds_input || step.residual.outputs() > 0;
      step.linear.run(from, count, rows_to, step.activation, adds ? to.data() : nullptr);
      before.swap(between);
      from = {before.data(), width};
    }
    for (std::size_t r = 0; r < count; ++r) kernels::normalize(result.subspan(r * dim(), dim()));
  });
}

}  // namespace assay::model
