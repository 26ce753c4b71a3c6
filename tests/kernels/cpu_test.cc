// SPDX-License-Identifier: Apache-2.0
// Promise: the target asked for is the one that runs, and a wrong name is refused. (ASSAY_CPU
// itself: tests/cli.)
#include "kernels/cpu.h"

#include <gtest/gtest.h>

#include "kernels/gemm.h"

namespace assay {
namespace {

TEST(Cpu, EveryTargetHasAName) {
  EXPECT_EQ(cpu::to_string(cpu::Target::kScalar), "scalar");
  EXPECT_EQ(cpu::to_string(cpu::Target::kAvx512Vnni), "avx512_vnni");
}

TEST(Cpu, ScalarIsAlwaysSupportedAndTheBestIsTheDefault) {
  const auto supported = cpu::supported();
  ASSERT_FALSE(supported.empty());
  EXPECT_EQ(supported.front(), cpu::Target::kScalar);
}

TEST(Cpu, AForcedTargetRuns) {
  const std::vector<float> weights(64 * 4);
  for (const cpu::Target target : cpu::supported()) {
    kernels::set_target_for_test(target);
    EXPECT_EQ(cpu::active(), target);
    EXPECT_EQ(kernels::use_reference(), target == cpu::Target::kScalar);
    // Panels are two vectors wide, so the width tells which code packed them.
    const std::size_t width = kernels::PackedMatrix(weights, 64, 4).width();
    const std::size_t lanes = target >= cpu::Target::kAvx512 ? 16
                              : target == cpu::Target::kAvx2 ? 8
                                                             : 4;
    EXPECT_EQ(width, 2 * lanes);
  }
  kernels::set_target_for_test(cpu::supported().back());
}

}  // namespace
}  // namespace assay
