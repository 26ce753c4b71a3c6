// SPDX-License-Identifier: Apache-2.0
// Promise: a query of vectors gives the best of the points that have the vector and are allowed,
// for vectors of every kind, and its score is that of qdrant.md sections 4 to 6.
#include "store/vector_search.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

namespace assay::store {
namespace {

class VectorSearchTest : public testing::TestWithParam<std::pair<int, Distance>> {
 protected:
  StoredVector random_vector() {
    const auto value = [&] { return normal_(random_); };
    if (kind() == 0) return std::vector<float>{value(), value(), value()};
    if (kind() == 1) {
      SparseVector vector;
      for (std::uint32_t index = 0; index < 9; ++index) {
        if (random_() % 3 != 0) continue;
        vector.indices.push_back(index);
        vector.values.push_back(value());
      }
      return vector;
    }
    std::vector<float> rows((1 + random_() % 4) * 3);
    for (float& x : rows) x = value();
    return MultiVector(3, rows);
  }
  [[nodiscard]] static int kind() { return GetParam().first; }
  static Column make() {
    if (kind() == 1) return Column(SparseVectorParams{});
    VectorParams params{.size = 3, .distance = GetParam().second};
    if (kind() == 2) params.multivector.emplace();
    return Column(params);
  }
  void SetUp() override {
    for (Slot slot = 0; slot < 200; ++slot) {
      if (slot % 7 == 0) continue;
      std::vector<std::byte> bytes;
      column_.encode(view_of(random_vector()), bytes);
      column_.set_bytes(slot, bytes);
      slots_.push_back(slot);
    }
  }

  std::mt19937 random_{13};
  std::normal_distribution<float> normal_;
  Column column_ = make();
  std::vector<Slot> slots_;
};

TEST_P(VectorSearchTest, ScoresByAnyFormula) {
  VectorQuery query{.formula = score_by_sum(2, 1)};
  for (int i = 0; i < 3; ++i) query.examples.push_back(column_.prepared(random_vector()));
  std::vector<float> wanted(slots_.size());
  for (std::size_t i = 0; i < 3; ++i) {
    std::vector<float> similarity(slots_.size());
    similarities_to(column_, query.examples[i], slots_, similarity);
    for (std::size_t s = 0; s < slots_.size(); ++s)
      wanted[s] += i < 2 ? similarity[s] : -similarity[s];
  }
  std::vector<std::uint8_t> allowed(150, 1);  // later slots are not
  for (Slot slot = 0; slot < allowed.size(); slot += 2) allowed[slot] = 0;
  TopK best(12, false);
  for (std::size_t s = 0; s < slots_.size(); ++s) {
    if (slots_[s] < allowed.size() && allowed[slots_[s]] != 0) best.push({wanted[s], slots_[s]});
  }
  const auto expected = best.take();
  const auto hits = vector_search(column_, query, 12, allowed);
  ASSERT_EQ(hits.size(), expected.size());
  for (std::size_t i = 0; i < hits.size(); ++i) {
    EXPECT_EQ(hits[i].slot, expected[i].slot) << i;
    EXPECT_NEAR(hits[i].score, expected[i].score, 1e-5f) << i;
  }
}

TEST_P(VectorSearchTest, FindsTheNearest) {
  const VectorQuery query{.examples = {column_.prepared(random_vector())}};
  std::vector<float> similarity(slots_.size());
  similarities_to(column_, query.examples[0], slots_, similarity);
  const Distance distance = column_.distance();
  const auto hits = vector_search(column_, query, 500, {});
  // Sparse vectors without a common index are no hits.
  if (kind() != 1) {
    EXPECT_EQ(hits.size(), slots_.size());
  }
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const auto place =
        static_cast<std::size_t>(std::ranges::find(slots_, hits[i].slot) - slots_.begin());
    const float x = similarity.at(place);
    EXPECT_NEAR(hits[i].score,
                distance == Distance::kEuclid      ? std::sqrt(std::fabs(x))
                : distance == Distance::kManhattan ? std::fabs(x)
                                                   : x,
                1e-5f);
    if (i > 0 && is_ascending(distance)) {
      EXPECT_GE(hits[i].score, hits[i - 1].score);
    } else if (i > 0) {
      EXPECT_LE(hits[i].score, hits[i - 1].score);
    }
  }
}

TEST_P(VectorSearchTest, ComparesPointsWithEachOther) {
  std::vector<float> from(slots_.size()), to(slots_.size());
  similarities_from(column_, slots_, slots_[5], from);
  for (std::size_t i = 0; i < slots_.size(); i += 10) {
    similarities_to(column_, column_.get(slots_[i]), slots_, to);
    EXPECT_NEAR(from[i], to[5], 1e-5f);
  }
}

INSTANTIATE_TEST_SUITE_P(
    OfEveryKind, VectorSearchTest,
    testing::Values(std::pair(0, Distance::kCosine), std::pair(0, Distance::kEuclid),
                    std::pair(1, Distance::kDot), std::pair(2, Distance::kCosine),
                    std::pair(2, Distance::kDot), std::pair(2, Distance::kEuclid),
                    std::pair(2, Distance::kManhattan)));

TEST(AverageVector, OfMultiVectorsIsAllRows) {
  const std::vector<StoredVector> positive = {MultiVector(2, {1, 2}), MultiVector(2, {3, 4, 5, 6})};
  const std::vector<StoredVector> negative = {MultiVector(2, {7, -8})};
  EXPECT_EQ(average_vector(positive, negative),
            StoredVector(MultiVector(2, {1, 2, 3, 4, 5, 6, -7, 8})));
}

}  // namespace
}  // namespace assay::store
