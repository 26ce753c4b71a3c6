// SPDX-License-Identifier: Apache-2.0
// Promise: SparseTextEmbedding gives every golden vector from its text, alone, batched, shuffled,
// streamed and with any number of threads; queries and documents mix in one stream; errors name
// what is wrong.
#include "assay/sparse_text_embedding.h"

#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <thread>

#include "assay/tokenizer.h"
#include "embed/golden_cases.h"

namespace assay {
namespace {

using test::golden;
using test::message_of;
using testing::HasSubstr;

struct Case {
  std::string id, text;
  std::size_t length;
  bool truncated;
  SparseVector expected;
};

std::vector<Case> cases_of(const std::string& folder) {
  const auto file = test::read_json(golden("models/" + folder) / "expected.json");
  std::vector<Case> cases;
  for (const auto& entry : file["cases"]) {
    EXPECT_EQ(entry["max_length"], file["max_length"]);
    cases.push_back({entry["id"],
                     entry["text"],
                     entry["length"],
                     entry["full_length"] > entry["length"],
                     {entry["indices"].get<std::vector<std::uint32_t>>(), entry["values"]}});
  }
  return cases;
}

TEST(SparseTextEmbedding, ReproducesTheGoldenVectors) {
  for (const std::string folder : {"bert-splade", "distilbert-splade"}) {
    const std::string model = golden("models/" + folder).string();
    const auto cases = cases_of(folder);
    for (const std::size_t threads : {1u, 2u}) {
      const SparseTextEmbedding embedder(model, {.threads = threads});
      EXPECT_FALSE(embedder.requires_idf());
      std::vector<SparseVector> alone;
      for (const Case& item : cases) {
        alone.push_back(embedder.embed(item.text));
        ASSERT_EQ(alone.back().indices, item.expected.indices) << folder << ' ' << item.id;
        test::expect_near(item.id, alone.back().values, item.expected.values, 1e-4f);
        EXPECT_EQ(embedder.token_count(std::vector{item.text}), item.length) << item.id;
      }
      EXPECT_EQ(embedder.query_embed(cases[6].text), alone[6]);  // queries are documents here
      for (const unsigned seed : {0u, 1u}) {
        for (const std::size_t batch_tokens : {1u, 300u, 8192u}) {
          const SparseTextEmbedding batched(model,
                                            {.threads = threads, .batch_tokens = batch_tokens});
          const auto order = test::order_of(cases.size(), seed);
          std::size_t next = 0;
          std::size_t delivered = 0;
          batched.embed(
              [&]() -> std::optional<TextInput> {
                if (next == order.size()) return std::nullopt;
                return TextInput{cases[order[next++]].text, TextKind::kPlain};
              },
              [&](const SparseText& text) {
                ASSERT_EQ(text.index, delivered);
                const Case& item = cases[order[delivered]];
                ASSERT_EQ(text.vector, alone[order[delivered]]) << item.id;
                EXPECT_EQ(text.truncated, item.truncated) << item.id;
                EXPECT_EQ(text.token_count, item.length) << item.id;
                ++delivered;
              });
          EXPECT_EQ(delivered, cases.size());
        }
      }
    }
  }
}

TEST(SparseTextEmbedding, ComputesBm25WithoutFiles) {
  EXPECT_TRUE(is_cached("Qdrant/bm25"));
  const SparseTextEmbedding bm25("qdrant/BM25", {.local_files_only = true});
  EXPECT_TRUE(bm25.requires_idf());
  EXPECT_EQ(bm25.max_length(), std::nullopt);
  const SparseVector hello = bm25.embed("Hello World");
  EXPECT_EQ(hello.indices, (std::vector<std::uint32_t>{613153351, 74040069}));
  test::expect_near("hello", hello.values, std::vector<float>{1.68320383f, 1.68320383f}, 1e-6f);
  const SparseVector query = bm25.query_embed("Hello hello World");
  EXPECT_EQ(query.indices, hello.indices);
  EXPECT_EQ(query.values, (std::vector<float>{1, 1}));
  EXPECT_EQ(bm25.token_count(std::vector<std::string>{"the quick fox", "it's"}), 5u);
  EXPECT_EQ(bm25.embed({"", "."}), std::vector<SparseVector>(2));
  EXPECT_EQ(SparseTextEmbedding("Qdrant/bm25", {}, {.language = "german"})
                .embed("größten")
                .indices.size(),
            1u);
}

TEST(SparseTextEmbedding, GivesTheSameInAnyCompany) {
  std::vector<std::string> texts;
  for (int i = 0; i < 3000; ++i) {
    texts.push_back("text number " + std::to_string(i % 700) + " is about " +
                    std::string(static_cast<std::size_t>(i % 9), 'x'));
  }
  const SparseTextEmbedding one("Qdrant/bm25", {.threads = 1});
  const SparseTextEmbedding two("Qdrant/bm25", {.threads = 2, .batch_tokens = 100});
  const auto vectors = two.embed(texts);
  EXPECT_EQ(vectors, one.embed(texts));
  for (std::size_t i = 0; i < texts.size(); i += 311) EXPECT_EQ(vectors[i], one.embed(texts[i]));
}

class InferenceFree : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = scratch_.copy("models/bert-splade");
    scratch_.write("bert-splade/idf.json",
                   R"({"[CLS]": 5, "!": 1.5, "?": 2.25, "nonsense token": 3, "$": 0})");
  }
  test::ScratchFolder scratch_;
  std::filesystem::path folder_;
};

TEST_F(InferenceFree, LooksQueriesUpAndComputesDocuments) {
  const SparseTextEmbedding model(folder_.string());
  const SparseTextEmbedding splade(golden("models/bert-splade").string());
  const auto id = [&](const char* token) {
    return static_cast<std::uint32_t>(*Tokenizer(folder_).id(token));
  };
  EXPECT_EQ(model.query_embed("? ?! $"), (SparseVector{{id("!"), id("?")}, {1.5f, 2.25f}}));
  EXPECT_EQ(model.query_embed(""), SparseVector{});
  for (const Case& item : cases_of("bert-splade")) {
    const SparseVector plain = splade.embed(item.text);
    SparseVector expected;
    for (std::size_t i = 0; i < plain.indices.size(); ++i) {
      const std::uint32_t index = plain.indices[i];
      if (index == 0 || (index >= 5 && index <= 8)) continue;  // [PAD], [UNK], [CLS], [SEP], [MASK]
      expected.indices.push_back(index);
      expected.values.push_back(std::log1p(plain.values[i]));
    }
    const SparseVector got = model.embed(item.text);
    ASSERT_EQ(got.indices, expected.indices) << item.id;
    test::expect_near(item.id, got.values, expected.values, 1e-6f);
  }
}

TEST_F(InferenceFree, MixesQueriesAndDocumentsInOneStream) {
  const SparseTextEmbedding model(folder_.string(), {.threads = 2, .batch_tokens = 64});
  int produced = 0;
  int delivered = 0;
  model.embed(
      [&]() -> std::optional<TextInput> {
        if (produced == 500) return std::nullopt;
        const TextKind kind = produced % 3 == 0 ? TextKind::kQuery : TextKind::kPassage;
        return TextInput{"what is this? number " + std::to_string(produced++ % 50) + "!", kind};
      },
      [&](const SparseText& item) {
        const std::string text = "what is this? number " + std::to_string(delivered % 50) + "!";
        if (delivered % 25 == 0) {
          EXPECT_EQ(item.vector, delivered % 3 == 0 ? model.query_embed(text) : model.embed(text));
        }
        ++delivered;
      });
  EXPECT_EQ(delivered, 500);
}

TEST_F(InferenceFree, RefusesABadTable) {
  scratch_.write("bert-splade/idf.json", R"({"a": "b"})");
  EXPECT_THAT(
      message_of(ErrorCode::kCorruption, [&] { SparseTextEmbedding model(folder_.string()); }),
      testing::AllOf(HasSubstr("idf.json"), HasSubstr("\"a\": expected a number, got \"b\"")));
  scratch_.write("bert-splade/idf.json", R"({"no such token": 1})");
  EXPECT_THAT(
      message_of(ErrorCode::kCorruption, [&] { SparseTextEmbedding model(folder_.string()); }),
      HasSubstr("none of its tokens is in the tokenizer's vocabulary"));
}

// The tiny BERT embedder under a sparse name of this process.
std::string bm42_model() {
  static const std::string name = [] {
    ModelInfo info;
    info.model = "test/bm42";
    info.kind = ModelKind::kSparse;
    info.source = golden("models/bert-embedder").string();
    info.architecture = "BertModel";
    add_custom_model(info);
    return info.model;
  }();
  return name;
}

TEST(Bm42, ReproducesFastEmbedsVectors) {
  const auto file = test::read_json(golden("bm42/cases.json"));
  ASSERT_GE(file["cases"].size(), 20u);
  for (const std::size_t threads : {1u, 2u}) {
    std::vector<std::string> texts;
    std::vector<SparseVector> alone;
    for (const auto& entry : file["cases"]) {
      const SparseTextEmbedding model(bm42_model(),
                                      {.threads = threads, .max_length = file["max_length"]},
                                      {.alpha = entry["alpha"]});
      EXPECT_TRUE(model.requires_idf());
      const auto text = entry["text"].get<std::string>();
      const SparseVector document = model.embed(text);
      EXPECT_EQ(document.indices, entry["indices"].get<std::vector<std::uint32_t>>()) << text;
      test::expect_near(text, document.values, entry["values"].get<std::vector<float>>(), 1e-5f);
      const SparseVector query = model.query_embed(text);
      EXPECT_EQ(query.indices, entry["query"].get<std::vector<std::uint32_t>>()) << text;
      EXPECT_EQ(query.values, std::vector<float>(query.indices.size(), 1.0f)) << text;
      if (entry["alpha"] != 0.5) continue;
      texts.push_back(text);
      alone.push_back(document);
    }
    const SparseTextEmbedding batched(bm42_model(),
                                      {.threads = threads, .max_length = file["max_length"]});
    EXPECT_EQ(batched.embed(texts), alone);
  }
}

TEST(Bm42, ReadsTheFoldersOwnStopWords) {
  const test::ScratchFolder scratch;
  const auto folder = scratch.copy("models/bert-embedder");
  scratch.write("bert-embedder/stopwords.txt", "software\r\nlicense\n");
  ModelInfo info;
  info.model = "test/bm42-stop-words";
  info.kind = ModelKind::kSparse;
  info.source = folder.string();
  info.architecture = "BertModel";
  add_custom_model(info);
  const SparseTextEmbedding model(info.model);
  EXPECT_EQ(model.query_embed("software license").indices.size(), 0u);
  EXPECT_EQ(model.query_embed("the software").indices.size(), 1u);
  EXPECT_EQ(SparseTextEmbedding(bm42_model()).query_embed("the software").indices.size(), 1u);
  EXPECT_THAT(message_of(ErrorCode::kInvalidArgument,
                         [] { SparseTextEmbedding(bm42_model(), {}, {.alpha = -1}); }),
              HasSubstr("alpha: expected a number from 0 up, got -1"));
}

class MiniCoil : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = scratch_.copy("models/bert-embedder");
    for (const char* name : kFiles)
      std::filesystem::copy(golden("minicoil") / name, folder_ / name);
  }
  static constexpr std::array kFiles = {"minicoil.triplet.model.npy",
                                        "minicoil.triplet.model.vocab", "stopwords.txt"};
  test::ScratchFolder scratch_;
  std::filesystem::path folder_;
};

TEST_F(MiniCoil, ReproducesTheGoldenVectors) {
  const auto file = test::read_json(golden("minicoil") / "cases.json");
  for (const std::size_t threads : {1u, 2u}) {
    for (const std::size_t batch_tokens : {1u, 300u, 8192u}) {
      const SparseTextEmbedding model(
          folder_.string(),
          {.threads = threads, .max_length = file["max_length"], .batch_tokens = batch_tokens});
      EXPECT_TRUE(model.requires_idf());
      std::vector<std::string> texts;
      for (const auto& entry : file["cases"]) texts.push_back(entry["text"]);
      const auto documents = model.embed(texts);
      for (std::size_t i = 0; i < texts.size(); ++i) {
        for (const char* kind : {"document", "query"}) {
          const SparseVector got = *kind == 'q' ? model.query_embed(texts[i]) : documents[i];
          const auto& expected = file["cases"][i][kind];
          EXPECT_EQ(got.indices, expected["indices"].get<std::vector<std::uint32_t>>()) << texts[i];
          test::expect_near(texts[i], got.values, expected["values"].get<std::vector<float>>(),
                            1e-4f);
        }
      }
    }
  }
}

TEST_F(MiniCoil, RefusesFilesThatDoNotBelongTogether) {
  std::filesystem::rename(folder_ / "stopwords.txt", folder_ / "elsewhere");
  message_of(ErrorCode::kNotFound, [&] { SparseTextEmbedding model(folder_.string()); });
  std::filesystem::rename(folder_ / "elsewhere", folder_ / "stopwords.txt");
  scratch_.write("bert-embedder/minicoil.triplet.model.vocab", R"({"vocab": ["one"]})");
  EXPECT_THAT(
      message_of(ErrorCode::kCorruption, [&] { SparseTextEmbedding model(folder_.string()); }),
      testing::AllOf(HasSubstr("minicoil.triplet.model.npy: expected shape [2, "),
                     HasSubstr("Do the files belong together?")));
  scratch_.write("bert-embedder/minicoil.triplet.model.npy", "no array");
  EXPECT_THAT(
      message_of(ErrorCode::kCorruption, [&] { SparseTextEmbedding model(folder_.string()); }),
      HasSubstr("expected an array in NumPy's .npy format"));
}

TEST(SparseTextEmbedding, DeliversWhatCameBeforeAFailure) {
  const SparseTextEmbedding model(golden("models/bert-splade").string());
  std::size_t produced = 0;
  std::size_t delivered = 0;
  const auto message = message_of(ErrorCode::kInvalidArgument, [&] {
    model.embed(
        [&]() {
          return TextInput{produced++ < 7 ? "fine" : "ab\xff", TextKind::kPlain};
        },
        [&](const SparseText&) { ++delivered; });
  });
  EXPECT_EQ(delivered, 7u);
  EXPECT_THAT(message, HasSubstr("byte 2"));
}

TEST(SparseTextEmbedding, RefusesOtherModels) {
  EXPECT_THAT(message_of(ErrorCode::kInvalidArgument,
                         [] { SparseTextEmbedding("BAAI/bge-small-en-v1.5"); }),
              HasSubstr("is a dense model, not a sparse one"));
  EXPECT_THAT(message_of(ErrorCode::kUnsupported,
                         [] { SparseTextEmbedding(golden("models/bert-embedder").string()); }),
              HasSubstr("has no masked-language-model head"));
  EXPECT_THAT(message_of(ErrorCode::kInvalidArgument,
                         [] { SparseTextEmbedding("Qdrant/bm25", {}, {.language = "latin"}); }),
              HasSubstr("\"latin\" has no stemmer"));
  EXPECT_THAT(message_of(ErrorCode::kInvalidArgument,
                         [] { SparseTextEmbedding("Qdrant/bm25", {.batch_tokens = 0}); }),
              HasSubstr("batch_tokens"));
  EXPECT_THAT(message_of(ErrorCode::kUnsupported, [] { (void)resolve_model("Qdrant/bm25"); }),
              HasSubstr("computed without files"));
}

TEST(SparseTextEmbedding, ServesManyThreadsAtOnce) {
  const SparseTextEmbedding model(golden("models/bert-splade").string(), {.threads = 2});
  const auto expected = model.embed({"one text", "another, longer text"});
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (int& count : wrong) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i)
        count += model.embed({"one text", "another, longer text"}) == expected ? 0 : 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

}  // namespace
}  // namespace assay
