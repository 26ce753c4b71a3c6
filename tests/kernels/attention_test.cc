// SPDX-License-Identifier: Apache-2.0
// Promise: attention() agrees with its double-precision definition on every target, and a query
// row's result does not depend on the rows beside it.
#include "kernels/attention.h"

#include <cmath>
#include <cstring>

#include "kernels/targets.h"

namespace assay::kernels {
namespace {

class Attention : public EveryTarget {};
ASSAY_EVERY_TARGET(Attention);

TEST_P(Attention, AgreesWithTheDefinition) {
  AlignedBuffer scratch;
  for (std::size_t length : {1u, 2u, 5u, 15u, 16u, 17u, 33u, 64u, 129u, 700u}) {
    for (std::size_t dim : {1u, 8u, 12u, 16u, 32u, 33u, 64u}) {
      const std::size_t stride = 3 * dim + 5;
      const auto qkv = random(length * stride, 4.0f);
      std::vector<float> got(length * dim, std::nanf(""));
      std::vector<float> want(length * dim);
      AttentionHead head{{qkv.data(), stride},
                         {qkv.data() + dim, stride},
                         {qkv.data() + 2 * dim, stride},
                         {got.data(), dim},
                         length,
                         length,
                         dim,
                         1.0f / std::sqrt(static_cast<float>(dim))};
      attention(head, scratch);
      head.out = {want.data(), dim};
      attention_reference(head);
      for (std::size_t i = 0; i < got.size(); ++i)
        ASSERT_NEAR(got[i], want[i], 3e-5) << length << 'x' << dim;
    }
  }
}

TEST_P(Attention, GivesAQueryTheSameBitsAlone) {
  const std::size_t length = 150, dim = 32, stride = 96;
  const auto qkv = random(length * stride);
  std::vector<float> together(length * dim);
  AlignedBuffer scratch;
  AttentionHead head{{qkv.data(), stride},
                     {qkv.data() + 32, stride},
                     {qkv.data() + 64, stride},
                     {together.data(), dim},
                     length,
                     length,
                     dim,
                     0.17f};
  attention(head, scratch);
  for (std::size_t r = 0; r < length; r += 7) {
    std::vector<float> alone(dim);
    head.q.data = qkv.data() + r * stride;
    head.out = {alone.data(), dim};
    head.query_count = 1;
    attention(head, scratch);
    ASSERT_EQ(std::memcmp(alone.data(), together.data() + r * dim, dim * sizeof(float)), 0) << r;
  }
}

TEST_P(Attention, SurvivesScoresFarApart) {
  // One key outweighs all others by more than float's exponent range.
  const std::vector<float> q = {1000.0f}, k = {1000.0f, -1000.0f, 0.0f}, v = {3.0f, 5.0f, 7.0f};
  float out = 0;
  AlignedBuffer scratch;
  attention({{q.data(), 1}, {k.data(), 1}, {v.data(), 1}, {&out, 1}, 1, 3, 1, 1.0f}, scratch);
  EXPECT_FLOAT_EQ(out, 3.0f);
}

}  // namespace
}  // namespace assay::kernels
