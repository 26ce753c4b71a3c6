// SPDX-License-Identifier: Apache-2.0
// Arithmetic on rows of activations: normalisation, gated units, sums, maxima, scaling to unit
// length.
#pragma once

#include <cstddef>
#include <span>

#include "kernels/activation.h"
#include "kernels/gemm.h"

namespace assay::kernels {

/// Each row of `values` [rows, gamma.size()] becomes (x - mean) / sqrt(variance + epsilon) * gamma
/// + beta, with the biased variance (Ba et al. 2016). In place.
void layer_norm(std::span<float> values, std::span<const float> gamma, std::span<const float> beta,
                float epsilon);
void layer_norm_reference(std::span<float> values, std::span<const float> gamma,
                          std::span<const float> beta, float epsilon);

/// Each row of `values` [rows, gamma.size()] becomes x / sqrt(mean of x^2 + epsilon) * gamma (Zhang
/// and Sennrich 2019). In place.
void rms_norm(std::span<float> values, std::span<const float> gamma, float epsilon);
void rms_norm_reference(std::span<float> values, std::span<const float> gamma, float epsilon);

/// Gated units (Shazeer 2020): each row's first `width` floats become f(gate) * value. The row
/// holds the two halves side by side, the gate first or second; what follows the first half is
/// lost.
void gate(Activation f, bool gate_first, Rows rows, std::size_t row_count, std::size_t width);
void gate_reference(Activation f, bool gate_first, Rows rows, std::size_t row_count,
                    std::size_t width);

/// out[i] += row[i].
void accumulate(std::span<const float> row, std::span<float> out);
void accumulate_reference(std::span<const float> row, std::span<float> out);

/// out[i] = the largest of out[i] and row[i] of each of `rows`, which lie end to end.
void maximum(std::span<const float> rows, std::span<float> out);
void maximum_reference(std::span<const float> rows, std::span<float> out);

/// row /= max(|row|, 1e-12), the norm being Euclidean; a zero row stays zero.
void normalize(std::span<float> row);
void normalize_reference(std::span<float> row);

}  // namespace assay::kernels
