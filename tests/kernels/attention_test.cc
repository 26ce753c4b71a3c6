// SPDX-License-Identifier: Apache-2.0
// Promise: attention() agrees with its double-precision definition on every target, with windows,
// causal masks, shared keys, biases and relative positions; and a query row's result does not
// depend on the rows beside it.
#include "kernels/attention.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <string>

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

// One call's inputs, with room for every option; rows of q, k and v lie in one buffer.
struct Inputs {
  Inputs(std::size_t tokens, std::size_t head_dim, std::size_t heads)
      : length(tokens),
        dim(head_dim),
        stride((heads + 2) * head_dim),
        out_stride(heads * head_dim) {}
  [[nodiscard]] AttentionHead head(float* out) const {
    const std::size_t keys = stride - 2 * dim;
    return {.q = {qkv.data(), stride},
            .k = {qkv.data() + keys, stride},
            .v = {qkv.data() + keys + dim, stride},
            .out = {out, out_stride},
            .query_count = length,
            .key_count = length,
            .head_dim = dim,
            .scale = 0.3f,
            .query_heads = out_stride / dim};
  }
  std::size_t length, dim, stride, out_stride;
  std::vector<float> qkv;
};

using Change = std::function<void(AttentionHead&)>;

// The whole call against the definition, then each query alone against the whole call's bits.
void check(const Inputs& inputs, const Change& change, const std::string& what) {
  SCOPED_TRACE(what + ", length " + std::to_string(inputs.length));
  std::vector<float> got(inputs.length * inputs.out_stride, std::nanf("")), want(got);
  AlignedBuffer scratch;
  AttentionHead head = inputs.head(got.data());
  change(head);
  attention(head, scratch);
  head.out.data = want.data();
  attention_reference(head);
  for (std::size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i], want[i], 3e-5) << i;
  for (std::size_t r = 0; r < inputs.length; r += 5) {
    std::vector<float> alone(inputs.out_stride);
    head.q.data = inputs.qkv.data() + r * inputs.stride;
    head.first_query = r;
    head.query_count = 1;
    head.out.data = alone.data();
    attention(head, scratch);
    ASSERT_EQ(
        std::memcmp(alone.data(), got.data() + r * inputs.out_stride, alone.size() * sizeof(float)),
        0)
        << "query " << r;
  }
}

constexpr std::size_t kLengths[] = {1, 2, 7, 16, 31, 33, 64, 150, 417};

TEST_P(Attention, WindowsAndCausalMasks) {
  for (const std::size_t length : kLengths) {
    Inputs inputs(length, 24, 1);
    inputs.qkv = random(length * inputs.stride, 2.0f);
    for (const std::size_t reach : {0u, 1u, 8u, 13u, 64u, 1000u}) {
      check(
          inputs, [&](AttentionHead& head) { head.before = head.after = reach; },
          "window " + std::to_string(reach));
    }
    check(
        inputs, [](AttentionHead& head) { head.after = 0; }, "causal");
    check(
        inputs,
        [](AttentionHead& head) {
          head.after = 0;
          head.before = 20;
        },
        "causal window");
    check(
        inputs,
        [](AttentionHead& head) {
          head.before = 3;
          head.after = 40;
        },
        "uneven window");
  }
}

TEST_P(Attention, HeadsThatShareKeys) {
  for (const std::size_t length : kLengths) {
    Inputs inputs(length, 16, 3);
    inputs.qkv = random(length * inputs.stride, 2.0f);
    check(
        inputs, [](AttentionHead&) {}, "whole");
    check(
        inputs, [](AttentionHead& head) { head.after = 0; }, "causal");
  }
}

TEST_P(Attention, BiasByDistance) {
  constexpr std::size_t kReach = 500;
  const auto bias = random(2 * kReach + 1, 5.0f);
  for (const std::size_t length : kLengths) {
    Inputs inputs(length, 20, 1);
    inputs.qkv = random(length * inputs.stride, 2.0f);
    check(
        inputs, [&](AttentionHead& head) { head.bias = bias.data() + kReach; }, "bias");
    check(
        inputs,
        [&](AttentionHead& head) {
          head.bias = bias.data() + kReach;
          head.before = head.after = 9;
        },
        "bias in a window");
  }
}

TEST_P(Attention, RelativePositions) {
  constexpr std::size_t kReach = 500, kPositions = 77, kDim = 20;
  const PackedMatrix keys(random(kPositions * kDim), kPositions, kDim);
  const PackedMatrix queries(random(kPositions * kDim), kPositions, kDim);
  std::vector<std::int32_t> rows(2 * kReach + 1);
  for (std::size_t d = 0; d < rows.size(); ++d) {
    const auto away = std::clamp<std::ptrdiff_t>(
        static_cast<std::ptrdiff_t>(kReach) - static_cast<std::ptrdiff_t>(d), -38, 38);
    rows[d] = static_cast<std::int32_t>(38 + away);
  }
  const RelativePositions relative{&keys, &queries, rows.data() + kReach};
  for (const std::size_t length : kLengths) {
    Inputs inputs(length, kDim, 1);
    inputs.qkv = random(length * inputs.stride, 2.0f);
    check(
        inputs, [&](AttentionHead& head) { head.relative = &relative; }, "relative");
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
