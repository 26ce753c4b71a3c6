// SPDX-License-Identifier: Apache-2.0
// Promise: a model's kind is known from the catalogue, else from its folder.
#include "embed/model_kind.h"

#include <gtest/gtest.h>

#include "support.h"

namespace assay::embed {
namespace {

using test::golden;

TEST(ModelKind, ComesFromTheCatalogue) {
  EXPECT_EQ(kind_of("qdrant/bm25", {}), ModelKind::kSparse);
  EXPECT_EQ(kind_of("colbert-ir/colbertv2.0", {}), ModelKind::kLateInteraction);
  EXPECT_EQ(kind_of("BAAI/bge-small-en-v1.5@main", {}), ModelKind::kDense);
  EXPECT_EQ(kind_of("BAAI/bge-reranker-base", {}), ModelKind::kRerank);
}

TEST(ModelKind, ComesFromTheFolder) {
  const auto kind = [](const std::string& name) {
    return kind_of(golden("models/" + name).string(), {});
  };
  EXPECT_EQ(kind("bert-embedder"), ModelKind::kDense);
  EXPECT_EQ(kind("bert-cross-encoder"), ModelKind::kRerank);
  EXPECT_EQ(kind("bert-splade"), ModelKind::kSparse);
  EXPECT_EQ(kind("distilbert-splade"), ModelKind::kSparse);
  EXPECT_EQ(kind("bert-colbert"), ModelKind::kLateInteraction);
  EXPECT_EQ(kind("../pylate/model"), ModelKind::kLateInteraction);
}

TEST(ModelKind, ReadsModulesWhereTheArchitectureIsNotEnough) {
  const test::ScratchFolder scratch;
  const auto folder = scratch.copy("models/bert-splade").string();
  scratch.write("bert-splade/modules.json",
                R"([{"type": "sentence_transformers.models.Transformer"},
                    {"type": "sentence_transformers.models.Pooling"}])");
  EXPECT_EQ(kind_of(folder, {}), ModelKind::kDense);
  scratch.write("bert-splade/modules.json",
                R"([{"type": "sentence_transformers.sparse_encoder.models.MLMTransformer"},
                    {"type": "sentence_transformers.sparse_encoder.models.SpladePooling"}])");
  EXPECT_EQ(kind_of(folder, {}), ModelKind::kSparse);
}

}  // namespace
}  // namespace assay::embed
