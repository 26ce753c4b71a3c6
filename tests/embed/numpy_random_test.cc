// SPDX-License-Identifier: Apache-2.0
// Promise: the numbers are those of numpy's default_rng (numpy 2.4.6).
#include "embed/numpy_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace assay::embed {
namespace {

TEST(NumpyRandom, DrawsUniforms) {
  NumpyRandom random(42);
  EXPECT_DOUBLE_EQ(random.uniform(), 0.7739560485559633);
  EXPECT_DOUBLE_EQ(random.uniform(), 0.4388784397520523);
  EXPECT_DOUBLE_EQ(random.uniform(), 0.8585979199113825);
}

TEST(NumpyRandom, DrawsNormalsWithTheirTail) {
  struct Row {
    std::uint64_t seed;
    double first, last, sum, largest;  // of 20,000; the largest come from beyond the ziggurat
  };
  for (const Row& row :
       {Row{0, 0.1257302210933933, 0.15540730975754227, 93.62876885667035, 4.023158647557008},
        Row{7, 0.0012301533574825742, -0.49851470894315997, -128.8534838140043, 4.06160631065189},
        Row{(std::uint64_t{1} << 40) + 5, -0.09818552148928854, 0.9636978483449584,
            -76.84196788055014, 4.084093647802031}}) {
    NumpyRandom random(row.seed);
    std::vector<double> values(20000);
    double sum = 0;
    double largest = 0;
    for (double& value : values) {
      value = random.normal();
      sum += value;
      largest = std::max(largest, std::abs(value));
    }
    EXPECT_NEAR(values.front(), row.first, 1e-14);
    EXPECT_NEAR(values.back(), row.last, 1e-13);
    EXPECT_NEAR(sum, row.sum, 1e-9);
    EXPECT_NEAR(largest, row.largest, 1e-13);
  }
}

TEST(NumpyRandom, DrawsSignsTwoByTwo) {
  NumpyRandom random(42);
  const std::vector<int> expected = {-1, 1,  1, -1, -1, 1,  -1, 1, -1, -1, 1,  1, 1, 1,  1,  1,
                                     1,  -1, 1, -1, 1,  -1, -1, 1, 1,  1,  -1, 1, 1, -1, -1, -1};
  for (const int sign : expected) EXPECT_EQ(random.sign(), sign);
}

}  // namespace
}  // namespace assay::embed
