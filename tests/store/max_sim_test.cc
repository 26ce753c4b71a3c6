// SPDX-License-Identifier: Apache-2.0
// Promise: MaxSim is the sum over the query's rows of the largest similarity to a document's row,
// on every distance and for every number of rows.
#include "store/max_sim.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <random>

namespace assay::store {
namespace {

double similarity(Distance distance, std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = double{a[i]}, y = double{b[i]};
    if (distance == Distance::kEuclid)
      sum -= (x - y) * (x - y);
    else if (distance == Distance::kManhattan)
      sum -= std::fabs(x - y);
    else
      sum += x * y;
  }
  return sum;
}

TEST(MaxSimTest, IsTheSumOfTheBest) {
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  const auto rows = [&](std::size_t count, std::size_t dim) {
    std::vector<float> values(count * dim);
    for (float& x : values) x = normal(random);
    return values;
  };
  kernels::AlignedBuffer scratch;
  for (const Distance distance :
       {Distance::kCosine, Distance::kDot, Distance::kEuclid, Distance::kManhattan}) {
    for (const std::size_t dim : {1u, 7u, 128u}) {
      for (const std::size_t query_rows : {1u, 5u, 32u, 33u}) {
        const auto query = rows(query_rows, dim);
        const MaxSim max_sim(distance, {dim, query});
        for (const std::size_t document_rows : {1u, 2u, 95u, 96u, 97u, 300u}) {
          const auto document = rows(document_rows, dim);
          double wanted = 0, magnitude = 0;
          for (std::size_t q = 0; q < query_rows; ++q) {
            double best = -std::numeric_limits<double>::infinity();
            for (std::size_t d = 0; d < document_rows; ++d) {
              best = std::max(best, similarity(distance, std::span(query).subspan(q * dim, dim),
                                               std::span(document).subspan(d * dim, dim)));
            }
            wanted += best;
            magnitude += std::fabs(best);
          }
          EXPECT_NEAR(max_sim({dim, document}, scratch), wanted, 1e-5 * magnitude + 1e-6)
              << dim << " " << query_rows << " " << document_rows;
        }
      }
    }
  }
}

}  // namespace
}  // namespace assay::store
