// SPDX-License-Identifier: Apache-2.0
// Promise: every FastEmbed id is found in any case, once, with its facts; custom models join them.
#include "hub/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "assay/error.h"
#include "hub/repo_id.h"
#include "model/config.h"
#include "model/registry.h"
#include "support.h"

namespace assay {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr ModelKind kKinds[] = {ModelKind::kDense, ModelKind::kSparse, ModelKind::kLateInteraction,
                                ModelKind::kRerank};

// FastEmbed 0.9.1's registry, in its order.
constexpr const char* kFastEmbedDense[] = {
    "BAAI/bge-base-en",
    "BAAI/bge-base-en-v1.5",
    "BAAI/bge-large-en-v1.5",
    "BAAI/bge-small-en",
    "BAAI/bge-small-en-v1.5",
    "BAAI/bge-small-zh-v1.5",
    "mixedbread-ai/mxbai-embed-large-v1",
    "snowflake/snowflake-arctic-embed-xs",
    "snowflake/snowflake-arctic-embed-s",
    "snowflake/snowflake-arctic-embed-m",
    "snowflake/snowflake-arctic-embed-m-long",
    "snowflake/snowflake-arctic-embed-l",
    "jinaai/jina-clip-v1",
    "Qdrant/constella-zero",
    "Qdrant/stella-en-400M-v5-doc-onnx",
    "Qdrant/clip-ViT-B-32-text",
    "google/siglip2-base-patch16-224",
    "sentence-transformers/all-MiniLM-L6-v2",
    "jinaai/jina-embeddings-v2-base-en",
    "jinaai/jina-embeddings-v2-small-en",
    "jinaai/jina-embeddings-v2-base-de",
    "jinaai/jina-embeddings-v2-base-code",
    "jinaai/jina-embeddings-v2-base-zh",
    "jinaai/jina-embeddings-v2-base-es",
    "thenlper/gte-base",
    "thenlper/gte-large",
    "Qdrant/constella-nano",
    "nomic-ai/nomic-embed-text-v1.5",
    "nomic-ai/nomic-embed-text-v1.5-Q",
    "nomic-ai/nomic-embed-text-v1",
    "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
    "sentence-transformers/paraphrase-multilingual-mpnet-base-v2",
    "intfloat/multilingual-e5-large",
    "jinaai/jina-embeddings-v3",
    "google/embeddinggemma-300m",
    "ibm-granite/granite-embedding-small-english-r2",
    "Qwen/Qwen3-Embedding-0.6B",
    "Qwen/Qwen3-Embedding-0.6B-Q",
    "minishlab/potion-base-8M",
    "minishlab/potion-retrieval-32M",
    "minishlab/potion-multilingual-128M"};
constexpr const char* kFastEmbedRerank[] = {
    "Xenova/ms-marco-MiniLM-L-6-v2",    "Xenova/ms-marco-MiniLM-L-12-v2",
    "BAAI/bge-reranker-base",           "BAAI/bge-reranker-v2-m3",
    "BAAI/bge-reranker-v2-m3-int8",     "jinaai/jina-reranker-v1-tiny-en",
    "jinaai/jina-reranker-v1-turbo-en", "jinaai/jina-reranker-v2-base-multilingual"};

constexpr const char* kFastEmbedSparse[] = {
    "prithivida/Splade_PP_en_v1",
    "prithvida/Splade_PP_en_v1",
    "Qdrant/bm42-all-minilm-l6-v2-attentions",
    "Qdrant/bm25",
    "Qdrant/minicoil-v1",
    "opensearch-project/opensearch-neural-sparse-encoding-doc-v3-gte"};

void expect_first(std::span<const char* const> ids, const std::vector<hub::CatalogueEntry>& list) {
  ASSERT_GE(list.size(), ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(list[i].info.model, ids[i]);
}

TEST(Catalogue, ListsAllModelsOfFastEmbedFirst) {
  static_assert(std::size(kFastEmbedDense) == 41 && std::size(kFastEmbedRerank) == 8 &&
                std::size(kFastEmbedSparse) == 6);
  expect_first(kFastEmbedDense, hub::dense_models());
  expect_first(kFastEmbedRerank, hub::rerank_models());
  expect_first(kFastEmbedSparse, hub::sparse_models());
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

// Every architecture named as supported is one that is built; what is not names its reason.
TEST(Catalogue, SupportsWhatCanBeBuilt) {
  for (const auto* list : {&hub::dense_models(), &hub::rerank_models()}) {
    for (const hub::CatalogueEntry& entry : *list) {
      SCOPED_TRACE(entry.info.model);
      EXPECT_EQ(entry.info.supported, entry.missing.empty());
      if (!entry.info.supported) continue;
      test::ScratchFolder scratch;
      const auto path =
          scratch.write("config.json", R"({"architectures":[")" + entry.info.architecture + "\"]}");
      const auto& built = model::architecture_of(model::Config::read(path));
      // A head of modules or of words is not in the table.
      const bool other = entry.info.architecture == "ModernBertModel" ||
                         entry.info.architecture == "Qwen3ForCausalLM";
      EXPECT_EQ(built.head != nullptr, entry.info.kind == ModelKind::kRerank && !other);
    }
  }
}

TEST(Catalogue, LacksOnlyTheseModelsOfFastEmbed) {
  std::vector<std::string> missing;
  for (const auto* list : {&hub::dense_models(), &hub::rerank_models()}) {
    for (const hub::CatalogueEntry& entry : *list) {
      if (!entry.info.supported) missing.push_back(entry.info.model);
    }
  }
  EXPECT_THAT(missing,
              testing::ElementsAre("jinaai/jina-clip-v1", "Qdrant/constella-zero",
                                   "Qdrant/clip-ViT-B-32-text", "google/siglip2-base-patch16-224",
                                   "Qdrant/constella-nano"));
}

// FastEmbed's figures.
TEST(Catalogue, StatesVocabularyAndIdfOfSparseModels) {
  const std::map<std::string, std::pair<std::size_t, bool>> expected = {
      {"prithivida/Splade_PP_en_v1", {30522, false}},
      {"prithvida/Splade_PP_en_v1", {30522, false}},
      {"Qdrant/bm42-all-minilm-l6-v2-attentions", {30522, true}},
      {"Qdrant/bm25", {0, true}},
      {"Qdrant/minicoil-v1", {19125, true}},
      {"opensearch-project/opensearch-neural-sparse-encoding-doc-v3-gte", {30522, false}}};
  for (const ModelInfo& info : list_supported_models(ModelKind::kSparse)) {
    ASSERT_TRUE(expected.contains(info.model)) << info.model;
    EXPECT_EQ(std::pair(info.vocab_size, info.requires_idf), expected.at(info.model)) << info.model;
  }
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
  EXPECT_EQ(find_model("PRITHVIDA/Splade_PP_en_v1")->source, "prithivida/Splade_PP_en_v1");
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
  EXPECT_THAT(hub::refusal(*hub::find_entry("Qdrant/constella-zero")),
              AllOf(HasSubstr("model: Qdrant/constella-zero is listed but cannot be loaded yet: "
                              "assay lacks safetensors weights: it is published as ONNX only. "
                              "Models of its kind that can be loaded: BAAI/bge-large-en-v1.5, "),
                    HasSubstr("(all: assay models --kind dense)")));
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
