// SPDX-License-Identifier: Apache-2.0
// Arithmetic on rows of activations: layer normalisation, sums, maxima, scaling to unit length.
#pragma once

#include <cstddef>
#include <span>

namespace assay::kernels {

/// Each row of `values` [rows, gamma.size()] becomes (x - mean) / sqrt(variance + epsilon) * gamma
/// + beta, with the biased variance (Ba et al. 2016). In place.
void layer_norm(std::span<float> values, std::span<const float> gamma, std::span<const float> beta,
                float epsilon);
void layer_norm_reference(std::span<float> values, std::span<const float> gamma,
                          std::span<const float> beta, float epsilon);

/// out[i] = a[i] + b[i] + c[i]; all of one size.
void add3(std::span<const float> a, std::span<const float> b, std::span<const float> c,
          std::span<float> out);
void add3_reference(std::span<const float> a, std::span<const float> b, std::span<const float> c,
                    std::span<float> out);

/// out[i] += row[i].
void accumulate(std::span<const float> row, std::span<float> out);
void accumulate_reference(std::span<const float> row, std::span<float> out);

/// out[i] = max(out[i], row[i]).
void maximum(std::span<const float> row, std::span<float> out);
void maximum_reference(std::span<const float> row, std::span<float> out);

/// row /= max(|row|, 1e-12), the norm being Euclidean; a zero row stays zero.
void normalize(std::span<float> row);
void normalize_reference(std::span<float> row);

}  // namespace assay::kernels
