// SPDX-License-Identifier: Apache-2.0
// Promise: a column of any kind stores what Qdrant stores and refuses what it refuses, by kind and
// with its words.
#include "store/column.h"

#include <gmock/gmock.h>

#include <cmath>

#include "support.h"

namespace assay::store {
namespace {

const VectorParams kDense{.size = 2, .distance = Distance::kCosine};
const VectorParams kMulti{
    .size = 2, .distance = Distance::kCosine, .multivector = MultiVectorConfig{}};

StoredVector kept(Column column, const StoredVector& vector) {
  column.check("v", view_of(vector));
  std::vector<std::byte> bytes;
  column.encode(view_of(vector), bytes);
  EXPECT_TRUE(column.fits(bytes));
  column.set_bytes(3, bytes);
  EXPECT_TRUE(column.has(3));
  EXPECT_FALSE(column.has(2));
  EXPECT_EQ(column.row_count(), 4u);
  const StoredVector stored = column.get(3);
  EXPECT_EQ(column.prepared(vector), stored);  // queries are treated as what is stored
  column.clear(3);
  EXPECT_FALSE(column.has(3));
  return stored;
}

std::string refusal(const Column& column, const StoredVector& vector) {
  return test::message_of(ErrorCode::kInvalidArgument, [&] { column.check("v", view_of(vector)); });
}

std::string query_refusal(const Column& column, const StoredVector& vector) {
  return test::message_of(ErrorCode::kInvalidArgument,
                          [&] { column.check_query("v", view_of(vector)); });
}

TEST(ColumnTest, StoresEachKindItsWay) {
  EXPECT_EQ(kept(Column(kDense), std::vector<float>{3, 4}),
            StoredVector(std::vector<float>{0.6f, 0.8f}));
  EXPECT_EQ(kept(Column(SparseVectorParams{}), SparseVector{{7, 2}, {3, 4}}),
            StoredVector(SparseVector{{2, 7}, {4, 3}}));
  // Row by row, however small they are; zero rows stay.
  EXPECT_EQ(kept(Column(kMulti), MultiVector(2, {3, 4, 0, 0, 0, 1e-9f})),
            StoredVector(MultiVector(2, {0.6f, 0.8f, 0, 0, 0, 1})));
  EXPECT_EQ(Column(SparseVectorParams{}).distance(), Distance::kDot);
  EXPECT_EQ(Column(kMulti).distance(), Distance::kCosine);
}

TEST(ColumnTest, RefusesOtherKindsAndSizes) {
  const StoredVector dense = std::vector<float>{1, 2}, sparse = SparseVector{{1}, {1}},
                     multi = MultiVector(2, {1, 2});
  const std::string conversion =
      "Wrong input: Conversion between sparse and regular vectors failed for vector 'v'";
  EXPECT_EQ(refusal(Column(kDense), sparse), conversion);
  EXPECT_EQ(refusal(Column(kMulti), sparse), conversion);
  EXPECT_EQ(refusal(Column(SparseVectorParams{}), dense), conversion);
  EXPECT_EQ(refusal(Column(kDense), multi),
            "Wrong input: Dense vector must be one-dimensional for vector 'v'");
  EXPECT_EQ(refusal(Column(kMulti), MultiVector()),
            "Wrong input: Multivector must not be empty for vector 'v'");
  EXPECT_EQ(refusal(Column(kMulti), MultiVector(3, {1, 2, 3})),
            "Wrong input: Vector dimension error: expected dim: 2, got 3 for vector 'v'");
  EXPECT_EQ(refusal(Column(kMulti), MultiVector(2, {1, NAN})), "Vector contains NaN values");
  EXPECT_EQ(query_refusal(Column(kDense), sparse),
            "Sparse vector v is not found in the collection");
  EXPECT_EQ(query_refusal(Column(kDense), multi), "Multivector v is not found in the collection");
  EXPECT_EQ(query_refusal(Column(kMulti), dense), "Dense vector v is not found in the collection");
  EXPECT_EQ(query_refusal(Column(kMulti), MultiVector(1, {1})),
            "Wrong input: Vector dimension error: expected dim: 2, got 1");
}

TEST(ColumnTest, RefusesSparseVectorsThatAreNone) {
  const Column column((SparseVectorParams()));
  EXPECT_EQ(refusal(column, SparseVector{{1, 2}, {1}}),
            "Indices and values must have the same length");
  EXPECT_EQ(refusal(column, SparseVector{{1, 2, 1}, {1, 1, 1}}), "Indices must be unique");
  EXPECT_EQ(query_refusal(column, SparseVector{{1}, {NAN}}), "Values must not contain NaN");
  column.check("v", view_of(SparseVector()));  // an empty one is fine
}

TEST(ColumnTest, KnowsItsBytes) {
  EXPECT_FALSE(Column(kDense).fits(std::vector<std::byte>(4)));
  EXPECT_FALSE(Column(kMulti).fits({}));
  EXPECT_FALSE(Column(kMulti).fits(std::vector<std::byte>(12)));
  EXPECT_TRUE(Column(kMulti).fits(std::vector<std::byte>(16)));
}

}  // namespace
}  // namespace assay::store
