// SPDX-License-Identifier: Apache-2.0
#include "model/layers.h"

#include <fmt/format.h>

#include <atomic>
#include <bit>
#include <cstdint>

#include "assay/error.h"
#include "base/thread_pool.h"
#include "kernels/rows.h"

namespace assay::model {
namespace {

// Below this many inputs 8-bit integers save no time (bench/gemm_bench) and their errors have
// little to average out over: such layers stay in fp32.
std::atomic<std::size_t> least_int8_inputs{128};

std::vector<float> copy_of(const Tensor& tensor) {
  return {tensor.values().begin(), tensor.values().end()};
}

// 8 bits would make plausible numbers of them.
void check_finite(std::span<const float> values, const Weights& weights, std::string_view name) {
  constexpr std::uint32_t kExponent = 0x7f800000;
  std::uint32_t bad = 0;
  for (const float value : values)
    bad |= (std::bit_cast<std::uint32_t>(value) & kExponent) == kExponent ? 1 : 0;
  if (bad == 0) return;
  throw Error(ErrorCode::kCorruption,
              fmt::format("model: {}: tensor \"{}.weight\" holds NaN or infinity. The file is "
                          "damaged: fetch it again",
                          weights.source().string(), name));
}

// The rows of one product in 8 bits. Rows come in blocks, so it stays small.
class QuantizedBuffer {
 public:
  kernels::Int8Rows quantize(kernels::ConstRows x, std::size_t rows, std::size_t inputs) {
    const std::size_t groups = (inputs + kernels::kInt8Group - 1) / kernels::kInt8Group;
    const std::size_t stride = groups * kernels::kInt8Group;
    if (scales_.size() < rows * groups) scales_.resize(rows * groups);
    const kernels::Int8Rows result{bytes_.get(rows * stride).data(), stride, scales_.data()};
    kernels::quantize_rows(x, rows, inputs, bytes_.data(), stride, scales_.data());
    return result;
  }

 private:
  kernels::BasicAlignedBuffer<std::uint8_t> bytes_;
  std::vector<kernels::GroupScale> scales_;
};

}  // namespace

void set_least_int8_inputs_for_test(std::size_t inputs) { least_int8_inputs = inputs; }

Linear::Linear(const Weights& weights, const std::string& name, std::size_t outputs,
               std::size_t inputs, bool has_bias)
    : outputs_(outputs), inputs_(inputs) {
  const Tensor matrix = weights.get(name + ".weight", {outputs, inputs});
  check_finite(matrix.values(), weights, name);
  pack(matrix.values(), weights.precision());
  if (has_bias) bias_ = copy_of(weights.get(name + ".bias", {outputs}));
  weights.forget_pages();
}

Linear::Linear(const Weights& weights, const std::vector<LinearPart>& parts, std::size_t inputs,
               bool has_bias)
    : inputs_(inputs) {
  std::vector<float> joined;
  for (const LinearPart& part : parts) {
    const Tensor matrix = weights.get(part.name + ".weight", {part.outputs, inputs});
    check_finite(matrix.values(), weights, part.name);
    joined.insert(joined.end(), matrix.values().begin(), matrix.values().end());
    outputs_ += part.outputs;
    if (!has_bias) continue;
    const Tensor bias = weights.get(part.name + ".bias", {part.outputs});
    bias_.insert(bias_.end(), bias.values().begin(), bias.values().end());
  }
  pack(joined, weights.precision());
  weights.forget_pages();
}

Linear::Linear(std::span<const float> weights, std::size_t outputs, std::size_t inputs)
    : outputs_(outputs), inputs_(inputs) {
  pack(weights, Precision::kFp32);
}

void Linear::pack(std::span<const float> weights, Precision precision) {
  if (precision == Precision::kInt8 && inputs_ >= least_int8_inputs) {
    matrix_ = kernels::PackedInt8Matrix(weights, outputs_, inputs_);
  } else {
    matrix_ = kernels::PackedMatrix(weights, outputs_, inputs_, 0);
  }
  width_ = kernels::panel_width();
}

void Linear::run(kernels::ConstRows x, std::size_t rows, kernels::Rows y,
                 kernels::Activation activation, const float* residual, std::size_t threads) const {
  run_part(x, rows, y, 0, panels(), activation, residual, threads);
}

void Linear::run_panels(kernels::ConstRows x, std::size_t rows, kernels::Rows y, std::size_t begin,
                        std::size_t end, std::size_t threads) const {
  run_part(x, rows, y, begin, end, kernels::Activation::kNone, nullptr, threads);
}

void Linear::run_part(kernels::ConstRows x, std::size_t rows, kernels::Rows y, std::size_t begin,
                      std::size_t end, kernels::Activation activation, const float* residual,
                      std::size_t threads) const {
  const kernels::Epilogue epilogue{bias_.empty() ? nullptr : bias_.data(), activation, residual,
                                   y.stride};
  const std::size_t count = end - begin;
  // Several parts a thread: one that is slowed down leaves some of its share to the others.
  const std::size_t parts = threads > 1 ? std::clamp<std::size_t>(3 * threads, 1, count) : 1;
  const auto split = [&](const auto& product) {
    parallel_for(parts, threads, [&](std::size_t part, std::size_t) {
      product(begin + count * part / parts, begin + count * (part + 1) / parts);
    });
  };
  if (const auto* exact = std::get_if<kernels::PackedMatrix>(&matrix_)) {
    split([&](std::size_t from, std::size_t to) {
      kernels::gemm(x, rows, *exact, from, to, epilogue, y);
    });
    return;
  }
  const auto& matrix = std::get<kernels::PackedInt8Matrix>(matrix_);
  thread_local QuantizedBuffer scratch;
  const kernels::Int8Rows quantized = scratch.quantize(x, rows, inputs_);
  split([&](std::size_t from, std::size_t to) {
    kernels::gemm_int8(quantized, rows, matrix, from, to, epilogue, y);
  });
}

LayerNorm::LayerNorm(const Weights& weights, const std::string& name, std::size_t width,
                     float epsilon, bool has_bias)
    : epsilon_(epsilon) {
  const bool old_names = !weights.contains(name + ".weight") && weights.contains(name + ".gamma");
  gamma_ = copy_of(weights.get(name + (old_names ? ".gamma" : ".weight"), {width}));
  beta_ = has_bias ? copy_of(weights.get(name + (old_names ? ".beta" : ".bias"), {width}))
                   : std::vector<float>(width, 0.0f);
}

void LayerNorm::run(std::span<float> rows) const {
  kernels::layer_norm(rows, gamma_, beta_, epsilon_);
}

RmsNorm::RmsNorm(const Weights& weights, const std::string& name, std::size_t width, float epsilon,
                 float offset)
    : gamma_(copy_of(weights.get(name + ".weight", {width}))), epsilon_(epsilon) {
  for (float& g : gamma_) g += offset;
}

void RmsNorm::run(std::span<float> rows) const { kernels::rms_norm(rows, gamma_, epsilon_); }

void Norm::run(std::span<float> rows) const {
  if (const auto* layer = std::get_if<LayerNorm>(&norm_)) layer->run(rows);
  if (const auto* rms = std::get_if<RmsNorm>(&norm_)) rms->run(rows);
}

kernels::Activation activation_of(std::string_view name, const std::filesystem::path& file) {
  using kernels::Activation;
  if (name == "gelu") return Activation::kGelu;
  if (name == "gelu_new" || name == "gelu_pytorch_tanh" || name == "gelu_fast")
    return Activation::kGeluTanh;
  if (name == "relu") return Activation::kRelu;
  if (name == "silu" || name == "swish") return Activation::kSilu;
  if (name == "tanh") return Activation::kTanh;
  throw Error(ErrorCode::kUnsupported,
              fmt::format("model: {}: activation \"{}\" is not implemented; gelu, gelu_new, "
                          "gelu_pytorch_tanh, relu, "
                          "silu and tanh are",
                          file.string(), name));
}

void for_row_blocks(std::size_t rows, std::size_t threads,
                    const std::function<void(std::size_t, std::size_t, std::size_t)>& body) {
  parallel_for((rows + kRowBlock - 1) / kRowBlock, threads,
               [&](std::size_t block, std::size_t slot) {
                 const std::size_t first = block * kRowBlock;
                 body(first, std::min(kRowBlock, rows - first), slot);
               });
}

}  // namespace assay::model
