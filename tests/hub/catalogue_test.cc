// SPDX-License-Identifier: Apache-2.0
// Promise: every FastEmbed id is found in any case, once, with its facts; custom models join them.
#include "hub/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "assay/error.h"
#include "hub/repo_id.h"
#include "support.h"

namespace assay {
namespace {

using testing::HasSubstr;

constexpr ModelKind kKinds[] = {ModelKind::kDense, ModelKind::kSparse, ModelKind::kLateInteraction,
                                ModelKind::kRerank};

TEST(Catalogue, ListsAllModelsOfFastEmbed) {
  EXPECT_EQ(hub::dense_models().size(), 41u);
  EXPECT_EQ(hub::rerank_models().size(), 8u);
  EXPECT_EQ(hub::sparse_models().size(), 5u);  // six names
  EXPECT_EQ(hub::late_interaction_models().size(), 5u);
}

TEST(Catalogue, EntriesAreWholeAndTheirNamesUnique) {
  std::set<std::string> names;
  for (const ModelKind kind : kKinds) {
    for (const ModelInfo& info : list_supported_models(kind)) {
      SCOPED_TRACE(info.model);
      EXPECT_EQ(info.kind, kind);
      EXPECT_EQ(info.dim > 0, kind == ModelKind::kDense || kind == ModelKind::kLateInteraction);
      EXPECT_FALSE(info.description.empty());
      EXPECT_FALSE(info.license.empty());
      EXPECT_GT(info.size_in_gb, 0);
      if (info.model == "Qdrant/bm25") {
        EXPECT_EQ(info.source, "");  // computed without files
      } else {
        EXPECT_TRUE(hub::parse_repo_id(info.source)) << info.source;
      }
      EXPECT_EQ(info.revision, "main");
      for (std::string name : info.aliases) {
        std::transform(name.begin(), name.end(), name.begin(), ::tolower);
        EXPECT_TRUE(names.insert(name).second) << name;
      }
      std::string name = info.model;
      std::transform(name.begin(), name.end(), name.begin(), ::tolower);
      EXPECT_TRUE(names.insert(name).second);
    }
  }
}

TEST(Catalogue, SupportsTheBertModelsAndNoOthers) {
  std::size_t supported = 0;
  for (const ModelKind kind : kKinds) {
    for (const ModelInfo& info : list_supported_models(kind)) {
      if (!info.supported) continue;
      ++supported;
      EXPECT_THAT(info.architecture, testing::AnyOf("BertModel", "BertForSequenceClassification",
                                                    "BertForMaskedLM", "HF_ColBERT", "BM25"))
          << info.model;
    }
  }
  EXPECT_EQ(supported, 21u);
}

TEST(Catalogue, FindsIdsAndAliasesInAnyCase) {
  const auto tiny = find_model("SENTENCE-transformers/ALL-minilm-l6-V2");
  ASSERT_TRUE(tiny);
  EXPECT_EQ(tiny->model, "sentence-transformers/all-MiniLM-L6-v2");
  EXPECT_EQ(tiny->dim, 384u);
  EXPECT_TRUE(tiny->supported);
  const auto reranker = find_model("cross-encoder/ms-marco-minilm-l6-v2");
  ASSERT_TRUE(reranker);
  EXPECT_EQ(reranker->model, "Xenova/ms-marco-MiniLM-L-6-v2");
  EXPECT_EQ(reranker->source, "cross-encoder/ms-marco-MiniLM-L6-v2");
  EXPECT_EQ(find_model("prithvida/Splade_PP_en_v1")->model, "prithivida/Splade_PP_en_v1");
  EXPECT_EQ(find_model("snowflake/snowflake-arctic-embed-s")->source,
            "Snowflake/snowflake-arctic-embed-s");
  EXPECT_FALSE(find_model("no/such"));
}

TEST(Catalogue, FindsAnIdWithARevision) {
  EXPECT_EQ(find_model("BAAI/bge-small-en-v1.5@abc")->model, "BAAI/bge-small-en-v1.5");
}

TEST(Catalogue, KindsHaveTheWordsOfTheCommandLine) {
  EXPECT_EQ(to_string(ModelKind::kDense), "dense");
  EXPECT_EQ(to_string(ModelKind::kSparse), "sparse");
  EXPECT_EQ(to_string(ModelKind::kLateInteraction), "late");
  EXPECT_EQ(to_string(ModelKind::kRerank), "rerank");
}

TEST(Catalogue, SuggestsNearMatches) {
  EXPECT_EQ(hub::near_matches("all-MiniLM-L6-v2").front(),
            "sentence-transformers/all-MiniLM-L6-v2");
  EXPECT_EQ(hub::near_matches("BAAI/bge-smal-en-v1.5").front(), "BAAI/bge-small-en-v1.5");
  EXPECT_EQ(hub::near_matches("bge-small").size(), 3u);
  EXPECT_TRUE(hub::near_matches("completely-different-thing").empty());
  EXPECT_TRUE(hub::near_matches("").empty());
  EXPECT_TRUE(hub::near_matches(std::string(1 << 20, 'x')).empty());
}

TEST(Catalogue, RefusalsNameWhatIsMissingAndWhatIsThere) {
  EXPECT_EQ(hub::refusal(*hub::find_entry("BAAI/bge-reranker-base")),
            "model: BAAI/bge-reranker-base is listed but cannot be loaded yet: assay lacks the "
            "XLM-RoBERTa architecture with its Unigram tokenizer. Models of its kind that can be "
            "loaded: Xenova/ms-marco-MiniLM-L-6-v2, Xenova/ms-marco-MiniLM-L-12-v2 (all: assay "
            "models --kind rerank)");
  EXPECT_THAT(hub::refusal(*hub::find_entry("Qdrant/minicoil-v1")),
              HasSubstr("Models of its kind that can be loaded: prithivida/Splade_PP_en_v1, "
                        "Qdrant/bm42-all-minilm-l6-v2-attentions, Qdrant/bm25"));
}

TEST(Catalogue, CustomModelsAreListedLastAndFound) {
  ModelInfo info;
  info.model = "me/Custom";
  info.aliases = {"custom-alias"};
  info.dim = 4;
  info.source = "me/weights";
  add_custom_model(info);
  const auto found = find_model("ME/custom");
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->supported);
  EXPECT_EQ(find_model("Custom-Alias")->source, "me/weights");
  EXPECT_EQ(list_supported_models(ModelKind::kDense).back().model, "me/Custom");
}

TEST(Catalogue, CustomModelsMustNotTakeANameThatIsTaken) {
  ModelInfo info;
  info.model = "baai/BGE-small-en";
  EXPECT_EQ(test::message_of(ErrorCode::kAlreadyExists, [&] { add_custom_model(info); }),
            "model: baai/BGE-small-en is already in the catalogue");
  info.model = "me/other";
  info.aliases = {"Qdrant/bm25"};
  EXPECT_EQ(test::message_of(ErrorCode::kAlreadyExists, [&] { add_custom_model(info); }),
            "model: Qdrant/bm25 is already in the catalogue");
  EXPECT_FALSE(find_model("me/other"));
}

TEST(Catalogue, CustomModelsNeedAnIdAndASaneRevision) {
  EXPECT_THAT(test::message_of(ErrorCode::kInvalidArgument, [] { add_custom_model({}); }),
              HasSubstr("is no id for a custom model"));
  ModelInfo info;
  info.model = "me/revision";
  info.revision = "../x";
  EXPECT_THAT(test::message_of(ErrorCode::kInvalidArgument, [&] { add_custom_model(info); }),
              HasSubstr("\"../x\" is not a branch, tag or commit"));
}

}  // namespace
}  // namespace assay
