// SPDX-License-Identifier: Apache-2.0
// Promise: Documents become passage vectors in their own places, one batch a model and part, equal
// texts once a call.
#include "client/document_vectors.h"

#include <gtest/gtest.h>

#include "client/fake_models.h"

namespace assay::client {
namespace {

class DocumentVectorsTest : public testing::Test {
 protected:
  test::FakeLog log_;
  Inference inference_{std::make_unique<test::FakeProvider>(log_)};
};

std::vector<float> copy(const store::VectorView& vector) {
  const auto values = std::get<std::span<const float>>(vector);
  return {values.begin(), values.end()};
}

TEST_F(DocumentVectorsTest, MixesReadyVectorsAndTexts) {
  const std::vector<PointStruct> points = {
      {.id = 1, .vector = {{"v", std::vector<float>{7, 8, 9}}, {"w", Document{"abc", "fake/a"}}}},
      {.id = 2, .vector = {{"v", Document{"x", "fake/b"}}}, .payload = {{"k", 1}}},
      {.id = 3},
  };
  DocumentVectors documents(inference_, points);
  const auto views = documents.resolve(points);
  ASSERT_EQ(views.size(), 3u);
  EXPECT_EQ(views[0].id, PointId(1));
  ASSERT_EQ(views[0].vectors.size(), 2u);
  EXPECT_EQ(views[0].vectors[0].name, "v");
  EXPECT_EQ(copy(views[0].vectors[0].vector), (std::vector<float>{7, 8, 9}));
  EXPECT_EQ(views[0].vectors[1].name, "w");
  EXPECT_EQ(copy(views[0].vectors[1].vector), test::fake_vector("abc", false));
  EXPECT_EQ(copy(views[1].vectors[0].vector), test::fake_vector("x", false));
  EXPECT_EQ(*views[1].payload, (Payload{{"k", 1}}));
  EXPECT_TRUE(views[2].vectors.empty());
}

TEST_F(DocumentVectorsTest, EmbedsEqualTextsOnceACall) {
  std::vector<PointStruct> points;
  for (const char* text : {"a", "bb", "a", "ccc", "a", "bb"}) {
    points.push_back({.id = points.size(), .vector = Document{text, "fake/a"}});
  }
  DocumentVectors documents(inference_, points);
  for (std::size_t begin = 0; begin < points.size(); begin += 2) {
    const auto part = std::span(points).subspan(begin, 2);
    const auto views = documents.resolve(part);
    ASSERT_EQ(views.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) {
      const auto& text = std::get<Document>(part[i].vector.by_name.at("")).text;
      EXPECT_EQ(copy(views[i].vectors[0].vector), test::fake_vector(text, false));
    }
  }
  EXPECT_EQ(log_.batches, (std::vector<std::vector<std::string>>{{"a", "bb"}, {"ccc"}}));
}

TEST_F(DocumentVectorsTest, KeepsTheTextsOfModelsApart) {
  const std::vector<PointStruct> points = {
      {.id = 1, .vector = {{"v", Document{"same", "fake/a"}}, {"w", Document{"same", "fake/b"}}}}};
  DocumentVectors documents(inference_, points);
  (void)documents.resolve(points);
  EXPECT_EQ(log_.batches, (std::vector<std::vector<std::string>>{{"same"}, {"same"}}));
}

TEST_F(DocumentVectorsTest, LoadsNoModelForReadyVectors) {
  const std::vector<PointStruct> points = {{.id = 1, .vector = std::vector<float>{1}}};
  DocumentVectors documents(inference_, points);
  (void)documents.resolve(points);
  EXPECT_TRUE(log_.loads.empty());
}

}  // namespace
}  // namespace assay::client
