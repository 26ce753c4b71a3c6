// SPDX-License-Identifier: Apache-2.0
// The random numbers of numpy's default_rng(seed), bit for bit: SeedSequence, PCG64 (O'Neill 2014,
// XSL-RR 128/64), and normals by the ziggurat of 256 layers (Marsaglia and Tsang 2000).
//
// Used by muvera.cc, whose encodings must agree with those that FastEmbed stored. Not synchronised.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace assay::embed {

class NumpyRandom {
 public:
  explicit NumpyRandom(std::uint64_t seed);

  std::uint64_t draw();
  double uniform();  ///< [0, 1), 53 bits
  double normal();   ///< mean 0, variance 1
  /// The next sign, -1 or 1, as rng.choice([-1, 1]) gives them: two a draw, the low half first.
  double sign();

 private:
  __extension__ using Wide = unsigned __int128;
  Wide state_ = 0;
  Wide increment_ = 0;
  std::uint32_t high_half_ = 0;
  bool has_half_ = false;
};

}  // namespace assay::embed
