// SPDX-License-Identifier: Apache-2.0
#include "model/row_head.h"

#include <fmt/format.h>

#include "assay/error.h"
#include "base/assert.h"
#include "model/safetensors.h"

namespace assay::model {

RowHead::RowHead(const std::vector<DenseModule>& modules, std::size_t inputs) {
  constexpr float kModuleEpsilon = 1e-5f;  // torch's default; the module's config does not say it
  std::size_t width = inputs;
  for (const DenseModule& module : modules) {
    if (module.inputs != width) {
      throw Error(ErrorCode::kCorruption,
                  fmt::format("model: {}: in_features is {}, the module before gives {}",
                              (module.folder / "config.json").string(), module.inputs, width));
    }
    const Weights file = Weights::open(module.folder);
    Step step{.linear = Linear(file, "linear", module.outputs, module.inputs, module.bias),
              .activation = module.activation};
    width = module.outputs;
    if (!module.norm_folder.empty())
      step.norm = LayerNorm(Weights::open(module.norm_folder), "norm", width, kModuleEpsilon);
    steps_.push_back(std::move(step));
  }
}

void RowHead::run(std::span<const float> rows, std::size_t count, std::size_t threads,
                  std::span<float> out) const {
  ASSAY_ASSERT(!steps_.empty() && out.size() == count * outputs());
  std::vector<float> current;
  std::vector<float> next;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    const std::size_t width = step.linear.outputs();
    next.resize(i + 1 < steps_.size() ? count * width : 0);
    const std::span<float> to = i + 1 < steps_.size() ? std::span(next) : out;
    const float* from = i == 0 ? rows.data() : current.data();
    step.linear.run({from, step.linear.inputs()}, count, {to.data(), width}, step.activation,
                    nullptr, threads);
    step.norm.run(to);
    current.swap(next);
  }
}

Linear label_layer(const Config& config, const Weights& weights, const std::string& name,
                   std::size_t inputs, bool has_bias) {
  const Shape& shape = weights.shape(name + ".weight");
  const std::size_t labels = shape.empty() ? 0 : shape[0];
  const auto stated =
      config.has("num_labels") ? config.size_if("num_labels") : config.entries("id2label");
  return {weights, name, stated.value_or(labels), inputs, has_bias};
}

ScoreHead dense_then_labels(const Config& config, const Weights& weights, const std::string& dense,
                            kernels::Activation activation, const std::string& labels) {
  const std::size_t hidden = config.size("hidden_size");
  std::vector<RowHead::Step> steps;
  steps.push_back({.linear = Linear(weights, dense, hidden, hidden), .activation = activation});
  steps.push_back({.linear = label_layer(config, weights, labels, hidden)});
  return {.pooling = Pooling::kCls, .head = RowHead(std::move(steps))};
}

}  // namespace assay::model
