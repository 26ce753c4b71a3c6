// SPDX-License-Identifier: Apache-2.0
// Rotary positions: queries and keys turned by angles that grow with the position.
//
// Su et al. 2021, in the form of GPT-NeoX: component i is paired with component i + dim / 2, not
// with its neighbour. Applied in place before attention().
#pragma once

#include <cstddef>
#include <span>

namespace assay::kernels {

/// Turns `heads` heads of `dim` floats that lie side by side at `x`, by the angles of one position:
///   x[i]           -> x[i] cos[i] - x[i + dim / 2] sin[i]
///   x[i + dim / 2] -> x[i + dim / 2] cos[i] + x[i] sin[i]      for i < dim / 2
/// `cosines` and `sines` have dim / 2 values each; `dim` is even.
void rotate(float* x, std::size_t heads, std::size_t dim, std::span<const float> cosines,
            std::span<const float> sines);
void rotate_reference(float* x, std::size_t heads, std::size_t dim, std::span<const float> cosines,
                      std::span<const float> sines);

}  // namespace assay::kernels
