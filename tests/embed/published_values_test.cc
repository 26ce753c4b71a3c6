// SPDX-License-Identifier: Apache-2.0
// Promise: real models give the values that FastEmbed and their publishers state. Each row of
// golden/published/values.json runs where its model is in the cache that ASSAY_TEST_MODELS names
// (without it: the user's own), and is reported as skipped elsewhere. Never touches the network.
#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <numeric>

#include "assay/assay.h"
#include "embed/golden_cases.h"

namespace assay {
namespace {

using nlohmann::json;

std::vector<json> rows() {
  return test::read_json(test::golden("published/values.json")).get<std::vector<json>>();
}

std::string name_of(const testing::TestParamInfo<json>& info) {
  std::string name = info.param["model"].get<std::string>() + "_" + std::to_string(info.index);
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

class PublishedValues : public testing::TestWithParam<json> {
 protected:
  void SetUp() override {
    if (const char* cache = std::getenv("ASSAY_TEST_MODELS")) options_.cache_dir = cache;
    options_.local_files_only = true;
    if (!is_cached(model_, options_)) GTEST_SKIP() << model_ << " is not in the cache";
  }
  void near(std::span<const float> got, const json& expected) const {
    const auto values = expected.get<std::vector<float>>();
    ASSERT_GE(got.size(), values.size());
    test::expect_near(model_, got.first(values.size()), values, row_["tolerance"].get<float>());
  }
  [[nodiscard]] bool query() const { return row_.value("side", "document") == "query"; }

  void dense() const {
    const TextEmbedding model(model_, options_, {.task = row_.value("task", "")});
    if (row_.contains("first"))
      return near(model.embed(row_["text"].get<std::string>()), row_["first"]);
    std::vector<float> sums;
    for (const json& text : row_["texts"]) {
      const auto vector = model.embed(text.get<std::string>());
      double squares = 0;
      for (const float value : vector) squares += double{value} * double{value};
      sums.push_back(static_cast<float>(std::accumulate(vector.begin(), vector.end(), 0.0) /
                                        std::sqrt(squares)));
    }
    near(sums, row_["sums"]);
  }
  void rerank() const {
    const TextCrossEncoder model(model_, options_);
    near(model.rerank(row_["query"].get<std::string>(),
                      row_["documents"].get<std::vector<std::string>>()),
         row_["scores"]);
  }
  void sparse() const {
    const SparseTextEmbedding model(model_, options_);
    const auto text = row_["text"].get<std::string>();
    SparseVector vector = query() ? model.query_embed(text) : model.embed(text);
    if (row_.value("first", false)) vector.indices.resize(row_["indices"].size());
    EXPECT_EQ(vector.indices, row_["indices"].get<std::vector<std::uint32_t>>());
    near(vector.values, row_["values"]);
  }
  void late() const {
    const LateInteractionTextEmbedding model(model_, options_);
    const auto text = row_["text"].get<std::string>();
    const TokenEmbeddings vectors = query() ? model.query_embed(text) : model.embed(text);
    ASSERT_EQ(vectors.size(), row_["rows"].size());
    for (std::size_t i = 0; i < vectors.size(); ++i) near(vectors[i], row_["rows"][i]);
  }

  const json row_ = GetParam();
  const std::string model_ = row_["model"];
  ModelOptions options_;
};

TEST_P(PublishedValues, AreReproduced) {
  const auto kind = row_["kind"].get<std::string>();
  if (kind == "dense") return dense();
  if (kind == "rerank") return rerank();
  if (kind == "sparse") return sparse();
  ASSERT_EQ(kind, "late");
  late();
}

INSTANTIATE_TEST_SUITE_P(Models, PublishedValues, testing::ValuesIn(rows()), name_of);

}  // namespace
}  // namespace assay
