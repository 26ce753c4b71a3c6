// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "kernels/rows.h"

namespace assay::kernels {

void layer_norm_reference(std::span<float> values, std::span<const float> gamma,
                          std::span<const float> beta, float epsilon) {
  const std::size_t width = gamma.size();
  for (std::size_t begin = 0; begin + width <= values.size() && width > 0; begin += width) {
    const std::span<float> row = values.subspan(begin, width);
    double mean = 0;
    for (float x : row) mean += x;
    mean /= static_cast<double>(width);
    double variance = 0;
    for (float x : row) variance += (x - mean) * (x - mean);
    variance /= static_cast<double>(width);
    const double scale = 1 / std::sqrt(variance + epsilon);
    for (std::size_t i = 0; i < width; ++i)
      row[i] = static_cast<float>((row[i] - mean) * scale * gamma[i] + beta[i]);
  }
}

void rms_norm_reference(std::span<float> values, std::span<const float> gamma, float epsilon) {
  const std::size_t width = gamma.size();
  for (std::size_t begin = 0; begin + width <= values.size() && width > 0; begin += width) {
    const std::span<float> row = values.subspan(begin, width);
    double squares = 0;
    for (float x : row) squares += static_cast<double>(x) * x;
    const double scale = 1 / std::sqrt(squares / static_cast<double>(width) + epsilon);
    for (std::size_t i = 0; i < width; ++i) row[i] = static_cast<float>(row[i] * scale * gamma[i]);
  }
}

void gate_reference(Activation f, bool gate_first, Rows rows, std::size_t row_count,
                    std::size_t width) {
  for (std::size_t r = 0; r < row_count; ++r) {
    float* row = rows.data + r * rows.stride;
    activate_reference(f, {gate_first ? row : row + width, width});
    for (std::size_t i = 0; i < width; ++i) row[i] *= row[width + i];
  }
}

void accumulate_reference(std::span<const float> row, std::span<float> out) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] += row[i];
}

void maximum_reference(std::span<const float> rows, std::span<float> out) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    float& largest = out[i % out.size()];
    largest = std::max(largest, rows[i]);
  }
}

void normalize_reference(std::span<float> row) {
  double squares = 0;
  for (float x : row) squares += static_cast<double>(x) * x;
  const double scale = 1 / std::max(std::sqrt(squares), 1e-12);
  for (float& x : row) x = static_cast<float>(x * scale);
}

}  // namespace assay::kernels
