// SPDX-License-Identifier: Apache-2.0
// Promise: dot, squared L2 and L1 of a query with a block of rows agree with their definitions on
// every target, for every length and misalignment, and equal rows give equal bits.
#include "kernels/dot_rows.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "assay/error.h"
#include "kernels/targets.h"

namespace assay::kernels {
namespace {

using Rows = void (*)(std::span<const float>, std::span<const float>, std::span<float>);
using RowsAt = void (*)(std::span<const float>, std::span<const float* const>, std::span<float>);
struct Metric {
  const char* name;
  Rows rows;
  RowsAt rows_at;
  Rows reference;
  double (*term)(double, double);
};
constexpr Metric kMetrics[] = {
    {"dot", &dot_rows, &dot_rows_at, &dot_rows_reference, [](double q, double x) { return q * x; }},
    {"l2", &squared_l2_rows, &squared_l2_rows_at, &squared_l2_rows_reference,
     [](double q, double x) { return (q - x) * (q - x); }},
    {"l1", &l1_rows, &l1_rows_at, &l1_rows_reference,
     [](double q, double x) { return std::abs(q - x); }},
};

class DotRows : public EveryTarget {};
ASSAY_EVERY_TARGET(DotRows);

TEST_P(DotRows, AgreeWithTheDefinitionAtEveryLengthAndMisalignment) {
  constexpr std::size_t kLanes = 16;  // floats of the widest vector
  constexpr std::size_t kRows = 3;
  std::vector<std::size_t> dims = {4 * kLanes, 4 * kLanes + 1, 5 * kLanes - 1, 8 * kLanes + 3, 385};
  for (std::size_t dim = 0; dim <= 2 * kLanes + 1; ++dim) dims.push_back(dim);
  for (const Metric& metric : kMetrics) {
    for (const std::size_t dim : dims) {
      const auto query_memory = random(dim + kLanes, 2.0f);
      const auto row_memory = random(kRows * dim + kLanes, 2.0f);
      for (std::size_t shift = 0; shift < kLanes; ++shift) {
        const auto query = std::span(query_memory).subspan(kLanes - 1 - shift, dim);
        const auto rows = std::span(row_memory).subspan(shift, kRows * dim);
        std::vector<float> got(kRows, std::nanf("")), want(kRows);
        metric.rows(query, rows, got);
        metric.reference(query, rows, want);
        for (std::size_t r = 0; r < kRows; ++r) {
          double magnitude = 0;
          for (std::size_t i = 0; i < dim; ++i) {
            magnitude += std::abs(metric.term(query[i], rows[r * dim + i]));
          }
          ASSERT_NEAR(got[r], want[r], 1e-6 * magnitude)
              << metric.name << " dim " << dim << " shift " << shift;
        }
      }
    }
  }
}

TEST_P(DotRows, GiveEqualRowsEqualBits) {
  for (const Metric& metric : kMetrics) {
    for (const std::size_t dim : {1u, 7u, 33u, 384u}) {
      const auto query = random(dim), row = random(dim);
      std::vector<float> rows;
      for (int copy = 0; copy < 9; ++copy) rows.insert(rows.end(), row.begin(), row.end());
      std::vector<float> got(9);
      metric.rows(query, rows, got);
      for (const float value : got) {
        ASSERT_EQ(std::memcmp(&value, got.data(), sizeof value), 0) << metric.name;
      }
    }
  }
}

TEST_P(DotRows, GiveRowsThatLieAnywhereTheBitsOfABlock) {
  constexpr std::size_t kRows = 11;
  for (const Metric& metric : kMetrics) {
    for (const std::size_t dim : {1u, 7u, 33u, 128u, 385u}) {
      const auto query = random(dim), rows = random(kRows * dim);
      std::vector<float> in_block(kRows);
      metric.rows(query, rows, in_block);
      std::vector<const float*> places;
      std::vector<float> want;
      for (const std::size_t r : {10u, 0u, 5u, 5u, 3u, 9u, 1u}) {
        places.push_back(rows.data() + r * dim);
        want.push_back(in_block[r]);
      }
      std::vector<float> got(places.size());
      metric.rows_at(query, places, got);
      EXPECT_EQ(got, want) << metric.name << " dim " << dim;
    }
  }
}

TEST_P(DotRows, TakeNoRows) {
  const auto query = random(5);
  for (const Metric& metric : kMetrics) {
    metric.rows(query, {}, {});
    metric.rows_at(query, {}, {});
  }
}

TEST_P(DotRows, RefuseABlockOfAnotherShape) {
  const auto query = random(5), rows = random(9);
  std::vector<float> out(2);
  const std::vector<const float*> places = {rows.data()};
  for (const Metric& metric : kMetrics) {
    EXPECT_THROW(metric.rows(query, rows, out), Error);
    EXPECT_THROW(metric.rows_at(query, places, out), Error);
  }
}

}  // namespace
}  // namespace assay::kernels
