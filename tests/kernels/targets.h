// SPDX-License-Identifier: Apache-2.0
// Runs a kernel test on every target this CPU has, and random inputs for it.
#pragma once

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "kernels/cpu.h"

namespace assay::kernels {

/// A suite whose tests run once a supported target.
class EveryTarget : public testing::TestWithParam<cpu::Target> {
 protected:
  void SetUp() override { set_target_for_test(GetParam()); }
  void TearDown() override { set_target_for_test(cpu::supported().back()); }

  /// Uniform in [-limit, limit].
  std::vector<float> random(std::size_t count, float limit = 1.0f) {
    std::uniform_real_distribution<float> distribution(-limit, limit);
    std::vector<float> values(count);
    for (float& value : values) value = distribution(engine_);
    return values;
  }

 private:
  std::mt19937 engine_{20260101};
};

inline std::string target_name(const testing::TestParamInfo<cpu::Target>& info) {
  return std::string(cpu::to_string(info.param));
}

#define ASSAY_EVERY_TARGET(Suite)                                                        \
  INSTANTIATE_TEST_SUITE_P(Targets, Suite, testing::ValuesIn(::assay::cpu::supported()), \
                           target_name)

}  // namespace assay::kernels
