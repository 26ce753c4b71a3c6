// SPDX-License-Identifier: Apache-2.0
// The building blocks that architectures are written in: linear layer, layer norm, loops over rows.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "kernels/gemm.h"
#include "kernels/gemm_int8.h"
#include "model/safetensors.h"

namespace assay::model {

/// The tensors `name`.weight [outputs, inputs] and `name`.bias [outputs] of a layer.
struct LinearPart {
  std::string name;
  std::size_t outputs;
};

/// y = x Wᵀ + b with weights packed, and quantised where the Weights' precision says so. Immutable.
class Linear {
 public:
  Linear() = default;
  /// Tensors `name`.weight [outputs, inputs] and `name`.bias [outputs] (none when `has_bias` is
  /// false).
  Linear(const Weights& weights, const std::string& name, std::size_t outputs, std::size_t inputs,
         bool has_bias = true);
  /// Several layers of one input side by side: their outputs follow one another.
  Linear(const Weights& weights, const std::vector<LinearPart>& parts, std::size_t inputs,
         bool has_bias = true);

  /// Weights [outputs, inputs] without a bias, computed in fp32.
  Linear(std::span<const float> weights, std::size_t outputs, std::size_t inputs);

  [[nodiscard]] std::size_t outputs() const { return outputs_; }
  [[nodiscard]] std::size_t inputs() const { return inputs_; }
  /// The outputs are packed in panels of panel_width(): panel p holds outputs p * panel_width() and
  /// on.
  [[nodiscard]] std::size_t panels() const { return (outputs_ + width_ - 1) / width_; }
  [[nodiscard]] std::size_t panel_width() const { return width_; }

  /// y = activation(x Wᵀ + b) + residual, y and residual with outputs() floats a row (residual may
  /// be y). Splits the outputs over `threads`.
  void run(kernels::ConstRows x, std::size_t rows, kernels::Rows y,
           kernels::Activation activation = kernels::Activation::kNone,
           const float* residual = nullptr, std::size_t threads = 1) const;
  /// As run() for the outputs of panels [begin, end) alone; the others keep what y holds.
  void run_panels(kernels::ConstRows x, std::size_t rows, kernels::Rows y, std::size_t begin,
                  std::size_t end, std::size_t threads = 1) const;

 private:
  void pack(std::span<const float> weights, Precision precision);
  void run_part(kernels::ConstRows x, std::size_t rows, kernels::Rows y, std::size_t begin,
                std::size_t end, kernels::Activation activation, const float* residual,
                std::size_t threads) const;

  std::size_t outputs_ = 0;
  std::size_t inputs_ = 0;
  std::size_t width_ = 1;
  std::variant<kernels::PackedMatrix, kernels::PackedInt8Matrix> matrix_;
  std::vector<float> bias_;
};

/// Lets layers of fewer than 128 inputs be held in 8 bits too, as those of the tests are.
void set_least_int8_inputs_for_test(std::size_t inputs);

/// Layer normalisation with its parameters. Immutable.
class LayerNorm {
 public:
  LayerNorm() = default;
  /// Tensors `name`.weight and `name`.bias [width] (older files: gamma and beta), no bias when
  /// `has_bias` is false.
  LayerNorm(const Weights& weights, const std::string& name, std::size_t width, float epsilon,
            bool has_bias = true);
  void run(std::span<float> rows) const;

 private:
  std::vector<float> gamma_;
  std::vector<float> beta_;
  float epsilon_ = 0;
};

/// Root-mean-square normalisation with its parameters. Immutable.
class RmsNorm {
 public:
  /// Tensor `name`.weight [width]; the scale is `offset` + weight (Gemma: 1 + weight).
  RmsNorm(const Weights& weights, const std::string& name, std::size_t width, float epsilon,
          float offset = 0);
  void run(std::span<float> rows) const;

 private:
  std::vector<float> gamma_;
  float epsilon_;
};

/// A normalisation of either kind, or none.
class Norm {
 public:
  Norm() = default;
  Norm(LayerNorm norm) : norm_(std::move(norm)) {}  // NOLINT: a LayerNorm is a Norm
  Norm(RmsNorm norm) : norm_(std::move(norm)) {}    // NOLINT: so is an RmsNorm
  /// Every [width] of `rows` in place; nothing when there is none.
  void run(std::span<float> rows) const;
  explicit operator bool() const { return norm_.index() != 0; }

 private:
  std::variant<std::monostate, LayerNorm, RmsNorm> norm_;
};

/// config.json's name of an activation ("gelu", "gelu_new", "relu" …); kUnsupported names another.
kernels::Activation activation_of(std::string_view name, const std::filesystem::path& file);

/// Rows of a block: a multiple of every tile height; its activations stay in the second-level
/// cache.
inline constexpr std::size_t kRowBlock = 96;

/// body(first row, row count, slot) for blocks of rows, on up to `threads` threads.
void for_row_blocks(std::size_t rows, std::size_t threads,
                    const std::function<void(std::size_t, std::size_t, std::size_t)>& body);

}  // namespace assay::model
