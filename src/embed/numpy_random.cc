// SPDX-License-Identifier: Apache-2.0
#include "embed/numpy_random.h"

#include <bit>
#include <cmath>

namespace assay::embed {
namespace {

// SeedSequence: the seed's words mixed into four, then drawn out as eight.
std::array<std::uint64_t, 4> seed_words(std::uint64_t seed) {
  std::uint32_t h = 0x43b0d7e5u;
  const auto hashed = [&h](std::uint32_t v) {
    v ^= h;
    h *= 0x931e8875u;
    v *= h;
    return v ^ v >> 16;
  };
  const auto mixed = [](std::uint32_t x, std::uint32_t y) {
    const std::uint32_t r = 0xca01f9ddu * x - 0x4973f715u * y;
    return r ^ r >> 16;
  };
  std::array<std::uint32_t, 4> pool = {static_cast<std::uint32_t>(seed),
                                       static_cast<std::uint32_t>(seed >> 32), 0, 0};
  for (std::uint32_t& word : pool) word = hashed(word);
  for (std::size_t s = 0; s < 4; ++s) {
    for (std::size_t d = 0; d < 4; ++d) {
      if (d != s) pool[d] = mixed(pool[d], hashed(pool[s]));
    }
  }
  std::uint32_t g = 0x8b51f9ddu;
  std::array<std::uint64_t, 4> words{};
  for (std::size_t i = 0; i < 8; ++i) {
    std::uint32_t v = pool[i % 4] ^ g;
    g *= 0x58f38dedu;
    v *= g;
    v ^= v >> 16;
    words[i / 2] |= std::uint64_t{v} << (32 * (i % 2));
  }
  return words;
}

// Layers of equal area v under exp(-x²/2), the lowest with the tail beyond r.
struct Ziggurat {
  static constexpr double kR = 3.6541528853610088;
  static constexpr double kV = 0.004928673233974658;
  std::array<double, 256> width;          // x_i / 2^52
  std::array<std::uint64_t, 256> inside;  // below this a point surely lies under the curve
  std::array<double, 256> height;

  Ziggurat() {
    const auto f = [](double x) { return std::exp(-x * x / 2); };
    constexpr double kScale = 4503599627370496.0;  // 2^52
    std::array<double, 256> x{};
    x[255] = kR;
    for (std::size_t i = 254; i >= 1; --i)
      x[i] = std::sqrt(-2 * std::log(kV / x[i + 1] + f(x[i + 1])));
    for (std::size_t i = 1; i < 256; ++i) {
      width[i] = x[i] / kScale;
      height[i] = f(x[i]);
    }
    width[0] = kV / f(kR) / kScale;
    height[0] = 1;
    inside[0] = static_cast<std::uint64_t>(kR * f(kR) / kV * kScale);
    inside[1] = 0;
    for (std::size_t i = 1; i < 255; ++i)
      inside[i + 1] = static_cast<std::uint64_t>(x[i] / x[i + 1] * kScale);
  }
};

const Ziggurat& ziggurat() {
  static const Ziggurat tables;
  return tables;
}

}  // namespace

NumpyRandom::NumpyRandom(std::uint64_t seed) {
  const auto words = seed_words(seed);
  increment_ = (Wide{words[2]} << 64 | words[3]) << 1 | 1;
  draw();
  state_ += Wide{words[0]} << 64 | words[1];
  draw();
}

std::uint64_t NumpyRandom::draw() {
  constexpr Wide kMultiplier = Wide{0x2360ed051fc65da4u} << 64 | 0x4385df649fccf645u;
  state_ = state_ * kMultiplier + increment_;
  const auto high = static_cast<std::uint64_t>(state_ >> 64);
  return std::rotr(high ^ static_cast<std::uint64_t>(state_), static_cast<int>(high >> 58));
}

double NumpyRandom::uniform() { return static_cast<double>(draw() >> 11) * 0x1p-53; }

double NumpyRandom::normal() {
  const Ziggurat& tables = ziggurat();
  while (true) {
    const std::uint64_t bits = draw();
    const std::size_t layer = bits & 0xff;
    const std::uint64_t magnitude = bits >> 9 & 0xfffffffffffffu;
    double x = static_cast<double>(magnitude) * tables.width[layer];
    if ((bits >> 8 & 1) != 0) x = -x;
    if (magnitude < tables.inside[layer]) return x;
    if (layer == 0) {  // the tail
      while (true) {
        const double a = -std::log1p(-uniform()) / Ziggurat::kR;
        const double b = -std::log1p(-uniform());
        if (b + b > a * a) {
          const double far = Ziggurat::kR + a;
          return (magnitude >> 8 & 1) != 0 ? -far : far;
        }
      }
    }
    const double between = tables.height[layer - 1] - tables.height[layer];
    if (between * uniform() + tables.height[layer] < std::exp(-0.5 * x * x)) return x;
  }
}

double NumpyRandom::sign() {
  std::uint32_t half = high_half_;
  if (!has_half_) {
    const std::uint64_t bits = draw();
    half = static_cast<std::uint32_t>(bits);
    high_half_ = static_cast<std::uint32_t>(bits >> 32);
  }
  has_half_ = !has_half_;
  return half >> 31 != 0 ? 1 : -1;
}

}  // namespace assay::embed
