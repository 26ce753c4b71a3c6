// SPDX-License-Identifier: Apache-2.0
// Promise: MUVERA's encodings are FastEmbed's for the same seed; options outside their range are
// refused by name.
#include "assay/muvera.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

#include "embed/numpy_random.h"
#include "support.h"

namespace assay {
namespace {

using test::message_of;
using testing::HasSubstr;

TokenEmbeddings uniforms() {
  embed::NumpyRandom random(42);
  std::vector<float> values(10 * 128);
  for (float& value : values) value = static_cast<float>(random.uniform());
  return {128, values};
}

// |got - want| <= 1e-5 |want|, which also covers that the input is rounded to float.
void expect_close(double got, double want) { EXPECT_NEAR(got, want, 1e-5 * std::abs(want)); }

TEST(Muvera, GivesFastEmbedsDocumentAndQuery) {
  const Muvera muvera(128);
  EXPECT_EQ(muvera.embedding_size(), 10240u);
  const auto document = muvera.process_document(uniforms());
  ASSERT_EQ(document.size(), 10240u);
  EXPECT_NEAR(document[0], -2.61810007e-04, 1e-6);
  expect_close(document[1], 1.89005750);
  expect_close(document[2], -2.32070747);
  expect_close(std::accumulate(document.begin(), document.end(), 0.0), 198.08650141673337);
  const auto norm = [](const std::vector<double>& v) {
    return std::sqrt(std::inner_product(v.begin(), v.end(), v.begin(), 0.0));
  };
  expect_close(norm(document), 166.1558430567102);

  const auto query = muvera.process_query(uniforms());
  ASSERT_EQ(query.size(), 10240u);
  std::vector<std::size_t> present;
  for (std::size_t i = 0; i < query.size(); ++i) {
    if (query[i] != 0) present.push_back(i);
  }
  EXPECT_EQ(present.size(), 1392u);
  ASSERT_EQ(present[0], 48u);
  expect_close(query[48], -0.85783903);
  expect_close(query[49], 1.1077204);
  expect_close(query[50], -0.09522747);
  expect_close(std::accumulate(query.begin(), query.end(), 0.0), 96.53106974762115);
  expect_close(norm(query), 163.68141805442238);
}

TEST(Muvera, FillsEmptyClustersFromTheNearest) {
  // One row: all clusters of a document take it, one cluster of a query holds it.
  const Muvera muvera(3, {.k_sim = 2, .dim_proj = 3, .r_reps = 2});
  const TokenEmbeddings row(3, {1, -2, 3});
  const auto document = muvera.process_document(row);
  ASSERT_EQ(document.size(), 24u);
  for (std::size_t i = 0; i < 24; i += 3) {
    EXPECT_EQ(document[i], 1);
    EXPECT_EQ(document[i + 1], -2);
    EXPECT_EQ(document[i + 2], 3);
  }
  const auto query = muvera.process_query(row);
  EXPECT_EQ(std::count_if(query.begin(), query.end(), [](double x) { return x != 0; }), 6);
  EXPECT_EQ(std::inner_product(query.begin(), query.end(), document.begin(), 0.0), 2 * 14);
}

TEST(Muvera, NamesTheOptionItRefuses) {
  const auto refusal = [](std::size_t dim, const MuveraOptions& options) {
    return message_of(ErrorCode::kInvalidArgument, [&] { Muvera muvera(dim, options); });
  };
  EXPECT_THAT(refusal(0, {}), HasSubstr("dim: expected at least 1"));
  EXPECT_THAT(refusal(8, {}), HasSubstr("dim_proj: expected 1 to dim, 8, got 16"));
  EXPECT_THAT(refusal(8, {.dim_proj = 0}), HasSubstr("got 0"));
  EXPECT_THAT(refusal(128, {.k_sim = 21}), HasSubstr("k_sim: expected at most 20, got 21"));
  EXPECT_THAT(refusal(128, {.k_sim = 20, .r_reps = 1000}), HasSubstr("r_reps"));
  EXPECT_THAT(refusal(128, {.r_reps = 0}), HasSubstr("r_reps"));
  EXPECT_THAT(refusal(128, {.r_reps = SIZE_MAX}), HasSubstr("r_reps"));
  const Muvera muvera(128);
  EXPECT_THAT(message_of(ErrorCode::kInvalidArgument, [&] { (void)muvera.process_query({}); }),
              HasSubstr("at least one row"));
  EXPECT_THAT(message_of(ErrorCode::kInvalidArgument,
                         [&] {
                           (void)muvera.process_document({2, {1, 2}});
                         }),
              HasSubstr("rows of 128 floats, got 2"));
}

}  // namespace
}  // namespace assay
