// SPDX-License-Identifier: Apache-2.0
// Promise: TextEmbedding gives every golden vector from its text, alone, batched, shuffled,
// streamed and with any number of threads; truncation is reported; errors name their text and lose
// nothing before it.
#include "assay/text_embedding.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <numeric>
#include <thread>

#include "embed/golden_cases.h"

namespace assay {
namespace {

using test::golden;
using test::GoldenCase;
using test::message_of;
using testing::HasSubstr;

// Every case of one file: alone, then all together in two orders, with small and large batches.
void check(const std::string& model, const std::filesystem::path& file, float tolerance) {
  const auto cases = test::golden_cases(file);
  for (const std::size_t limit : test::limits_of(cases)) {
    const auto chosen = test::with_limit(cases, limit);
    for (const std::size_t threads : {1u, 2u}) {
      const TextEmbedding embedder(
          model, {.threads = threads, .local_files_only = true, .max_length = limit});
      std::vector<std::vector<float>> alone;
      for (const GoldenCase& item : chosen) {
        alone.push_back(embedder.embed(item.text));
        test::expect_near(item.id, alone.back(), item.expected, tolerance);
        EXPECT_EQ(embedder.token_count(std::vector{item.text}), item.length) << item.id;
      }
      for (const unsigned seed : {0u, 1u}) {
        for (const std::size_t batch_tokens : {1u, 300u, 8192u}) {
          const TextEmbedding batched(model, {.threads = threads,
                                              .local_files_only = true,
                                              .max_length = limit,
                                              .batch_tokens = batch_tokens});
          const auto order = test::order_of(chosen.size(), seed);
          std::vector<std::string> texts;
          std::vector<std::size_t> cut;
          for (const std::size_t i : order) {
            if (chosen[i].truncated) cut.push_back(texts.size());
            texts.push_back(chosen[i].text);
          }
          const Embeddings rows = batched.embed(texts);
          ASSERT_EQ(rows.size(), texts.size());
          EXPECT_EQ(rows.truncated(), cut);
          for (std::size_t i = 0; i < order.size(); ++i) {
            ASSERT_EQ(std::memcmp(rows[i].data(), alone[order[i]].data(), rows[i].size_bytes()), 0)
                << chosen[order[i]].id;
          }
        }
      }
    }
  }
}

TEST(TextEmbedding, ReproducesTheGoldenVectors) {
  for (const std::string folder : {"bert-embedder", "bert-embedder-cls", "static-embedder"}) {
    const auto path = golden("models/" + folder);
    check(path.string(), path / "expected.json", 1e-5f);
  }
}

// From text, so tokenizer and network of each folder together; company and threads of the networks
// alone: model/encoders_test.cc.
TEST(TextEmbedding, ReproducesTheGoldenVectorsOfEveryFolder) {
  std::size_t folders = 0;
  for (const auto& folder : std::filesystem::directory_iterator(golden("models"))) {
    const auto file = folder.path() / "expected.json";
    const auto json = test::read_json(file);
    if (json["task"] != "embed") continue;
    SCOPED_TRACE(folder.path().filename());
    ++folders;
    const auto cases = test::golden_cases(file);
    for (const std::size_t limit : test::limits_of(cases)) {
      const auto chosen = test::with_limit(cases, limit);
      std::vector<std::string> texts;
      for (const GoldenCase& item : chosen) texts.push_back(item.text);
      const TextEmbedding embedder(folder.path().string(), {.max_length = limit});
      const Embeddings rows = embedder.embed(texts);
      for (std::size_t i = 0; i < chosen.size(); ++i) {
        const std::vector<float> row(rows[i].begin(), rows[i].end());
        test::expect_near(chosen[i].id, row, chosen[i].expected, json["tolerance"].get<float>());
      }
    }
  }
  EXPECT_GE(folders, 13u);
}

TEST(TextEmbedding, ReproducesTheRealMiniLm) {
  const std::string model = "sentence-transformers/all-MiniLM-L6-v2";
  if (!is_cached(model))
    GTEST_SKIP() << model << " is not in the cache; tools/get_model.sh fetches it";
  check(model, golden("minilm/embeddings.json"), 1e-5f);
  const auto hello = TextEmbedding(model, {.local_files_only = true}).embed("hello world");
  test::expect_near("FastEmbed's published value", std::span(hello).first(5),
                    std::vector<float>{-0.034478f, 0.03102f, 0.00673f, 0.02611f, -0.039362f},
                    1e-4f);
}

// Mean cosine of int8 vectors to the golden ones; alone and batched must agree to the last bit.
double mean_cosine_of_int8(const std::string& model, const std::filesystem::path& file) {
  const auto cases = test::golden_cases(file);
  double sum = 0;
  std::size_t count = 0;
  for (const std::size_t limit : test::limits_of(cases)) {
    const auto chosen = test::with_limit(cases, limit);
    const ModelOptions options = {
        .threads = 2, .local_files_only = true, .precision = Precision::kInt8, .max_length = limit};
    const TextEmbedding embedder(model, options);
    std::vector<std::string> texts;
    for (const GoldenCase& item : chosen) texts.push_back(item.text);
    const Embeddings together = embedder.embed(texts);
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const auto row = together[i];
      const auto alone = embedder.embed(chosen[i].text);
      EXPECT_TRUE(std::ranges::equal(row, alone)) << chosen[i].id;
      sum += std::inner_product(row.begin(), row.end(), chosen[i].expected.begin(), 0.0);
      ++count;
    }
  }
  return sum / static_cast<double>(count);
}

TEST(TextEmbeddingInt8, StaysCloseToFp32) {
  const double cosine = mean_cosine_of_int8(golden("models/xlmr-rotary-embedder").string(),
                                            golden("models/xlmr-rotary-embedder/expected.json"));
  EXPECT_GT(cosine, 0.995);
  EXPECT_LT(cosine, 0.9999999);  // or it was fp32 after all, as narrower layers stay
}

TEST(TextEmbeddingInt8, StaysCloseToFp32OnTheRealMiniLm) {
  const std::string model = "sentence-transformers/all-MiniLM-L6-v2";
  if (!is_cached(model))
    GTEST_SKIP() << model << " is not in the cache; tools/get_model.sh fetches it";
  EXPECT_GT(mean_cosine_of_int8(model, golden("minilm/embeddings.json")), 0.998);
}

class TinyEmbedder : public testing::Test {
 protected:
  const std::string model_ = golden("models/bert-embedder").string();
  const TextEmbedding embedder_{model_};
};

TEST_F(TinyEmbedder, KnowsItselfByItsFolder) {
  EXPECT_EQ(embedder_.model(), model_);
  EXPECT_EQ(embedder_.dim(), 32u);
  EXPECT_EQ(embedder_.max_length(),
            48u);  // sentence_bert_config.json wins over the two other limits of the folder
  EXPECT_EQ(get_embedding_size(model_), 32u);
  EXPECT_EQ(get_embedding_size("BAAI/bge-small-en-v1.5"),
            384u);  // from the catalogue, nothing is fetched
  EXPECT_THAT(message_of(ErrorCode::kInvalidArgument,
                         [] { (void)get_embedding_size("BAAI/bge-reranker-base"); }),
              HasSubstr("is a rerank model"));
}

TEST_F(TinyEmbedder, TakesNothingAndEmptyTexts) {
  EXPECT_TRUE(embedder_.embed(std::vector<std::string>{}).empty());
  EXPECT_EQ(embedder_.embed({"", "a"}).size(), 2u);
}

TEST_F(TinyEmbedder, StreamsInOrderInSmallMemory) {
  std::size_t produced = 0;
  std::size_t delivered = 0;
  std::size_t most_in_flight = 0;
  const TextEmbedding small(model_, {.batch_tokens = 100});
  small.embed(
      [&]() -> std::optional<TextInput> {
        if (produced == 5000) return std::nullopt;
        most_in_flight = std::max(most_in_flight, produced - delivered);
        return TextInput{"text number " + std::to_string(produced++), TextKind::kPlain};
      },
      [&](const EmbeddedText& item) {
        ASSERT_EQ(item.index, delivered++);
        if (item.index % 500 == 0) {
          const auto alone = embedder_.embed("text number " + std::to_string(item.index));
          ASSERT_EQ(std::memcmp(alone.data(), item.vector.data(), item.vector.size_bytes()), 0);
        }
      });
  EXPECT_EQ(delivered, 5000u);
  EXPECT_LE(most_in_flight, 100u);
}

TEST_F(TinyEmbedder, DeliversWhatCameBeforeAFailure) {
  for (const bool bad_text : {true, false}) {
    std::size_t produced = 0;
    std::size_t delivered = 0;
    const std::string message = message_of(ErrorCode::kInvalidArgument, [&] {
      embedder_.embed(
          [&]() -> std::optional<TextInput> {
            if (produced++ < 7) return TextInput{"fine", TextKind::kPlain};
            if (bad_text) return TextInput{"ab\xff", TextKind::kPlain};
            throw Error(ErrorCode::kInvalidArgument, "line 8 is broken");
          },
          [&](const EmbeddedText&) { ++delivered; });
    });
    EXPECT_EQ(delivered, 7u);
    EXPECT_THAT(message, HasSubstr(bad_text ? "byte 2" : "line 8 is broken"));
  }
}

TEST_F(TinyEmbedder, RefusesLimitsThatCannotHold) {
  EXPECT_THAT(
      message_of(ErrorCode::kInvalidArgument, [&] { TextEmbedding(model_, {.max_length = 97}); }),
      HasSubstr("max_length: expected 1 to 96"));
  EXPECT_THAT(
      message_of(ErrorCode::kInvalidArgument, [&] { TextEmbedding(model_, {.max_length = 0}); }),
      HasSubstr("max_length: expected 1 to 96"));
  EXPECT_THAT(
      message_of(ErrorCode::kInvalidArgument, [&] { TextEmbedding(model_, {.batch_tokens = 0}); }),
      HasSubstr("batch_tokens: expected at least 1"));
}

TEST_F(TinyEmbedder, PutsPromptsWhereTheFolderHasThem) {
  const test::ScratchFolder scratch;
  const auto folder = scratch.copy("models/bert-embedder");
  scratch.write("bert-embedder/config_sentence_transformers.json",
                R"({"prompts":{"query":"find: ","document":"text: "},"default_prompt_name":null})");
  const TextEmbedding prompted(folder.string());
  EXPECT_EQ(prompted.query_embed("berlin"), embedder_.embed("find: berlin"));
  EXPECT_EQ(prompted.embed("berlin"), embedder_.embed("berlin"));
  const auto passage = prompted.passage_embed(std::vector<std::string>{"berlin"});
  const auto plain = embedder_.embed("text: berlin");
  EXPECT_EQ(std::memcmp(passage[0].data(), plain.data(), passage[0].size_bytes()), 0);
}

TEST(TextEmbeddingThreads, ServesManyCallersAtOnce) {
  const std::string model = golden("models/bert-embedder").string();
  const TextEmbedding shared(model, {.threads = 2, .batch_tokens = 200});
  std::vector<std::string> texts;
  for (int i = 0; i < 40; ++i)
    texts.push_back("a text of some length, number " + std::to_string(i));
  const Embeddings expected = shared.embed(texts);
  std::vector<std::thread> callers;
  std::atomic<int> differences = 0;
  for (int c = 0; c < 4; ++c) {
    callers.emplace_back([&] {
      for (int round = 0; round < 3; ++round) {
        const TextEmbedding own(
            model, {.threads = 2});  // loads or shares the weights while others use them
        const Embeddings got = (round % 2 == 0 ? shared : own).embed(texts);
        if (!std::ranges::equal(got.values(), expected.values())) ++differences;
      }
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(differences, 0);
}

// jina-embeddings-v3: an adapter a task, merged into the weights; prompts where the kind says so.
TEST(TextEmbedding, TakesTheAdapterOfTheTask) {
  const std::string folder = golden("models/jina3-embedder").string();
  const auto file = test::read_json(golden("models/jina3-embedder/expected.json"));
  const TextEmbedding plain(folder);
  EXPECT_EQ(plain.tasks().size(), 5u);
  for (const std::string& task : plain.tasks()) {
    const TextEmbedding embedder(folder, {.threads = 2}, {.task = task});
    for (const auto& entry : file["cases"]) {
      const std::string id = entry["id"].get<std::string>() + " " + task;
      const auto limit = entry["max_length"].get<std::size_t>();
      if (limit != embedder.max_length()) continue;
      const auto text = entry["text"].get<std::string>();
      test::expect_near(id, embedder.embed(text), entry["tasks"][task].get<std::vector<float>>(),
                        1e-5f);
      test::expect_near(id + " query", embedder.query_embed(text),
                        entry["retrieval.query with prompt"].get<std::vector<float>>(), 1e-5f);
      test::expect_near(id + " passage", embedder.passage_embed(std::vector{text})[0],
                        entry["retrieval.passage with prompt"].get<std::vector<float>>(), 1e-5f);
    }
  }
}

TEST(TextEmbedding, MixesTasksInOneStream) {
  const TextEmbedding embedder(golden("models/jina3-embedder").string(), {.threads = 2});
  constexpr TextKind kKinds[] = {TextKind::kPlain, TextKind::kQuery, TextKind::kPassage};
  const std::string text = "a text of some words";
  const Embeddings passage = embedder.passage_embed(std::vector{text});
  const std::vector<float> alone[] = {
      embedder.embed(text), embedder.query_embed(text), {passage[0].begin(), passage[0].end()}};
  EXPECT_NE(alone[0], alone[1]);
  EXPECT_NE(alone[0], alone[2]);
  std::size_t next = 0;
  std::size_t delivered = 0;
  embedder.embed(
      [&]() -> std::optional<TextInput> {
        if (next == 40) return std::nullopt;
        return TextInput{text, kKinds[next++ % 3]};
      },
      [&](const EmbeddedText& item) {
        EXPECT_EQ(std::vector<float>(item.vector.begin(), item.vector.end()),
                  alone[item.index % 3]);
        ++delivered;
      });
  EXPECT_EQ(delivered, 40u);
}

TEST(TextEmbedding, RefusesTasksThatAreNotThere) {
  EXPECT_THAT(message_of(ErrorCode::kInvalidArgument,
                         [] {
                           TextEmbedding(golden("models/jina3-embedder").string(), {},
                                         {.task = "retrieval"});
                         }),
              testing::AllOf(HasSubstr("task: expected one of retrieval.query, "),
                             HasSubstr("got \"retrieval\"")));
  EXPECT_THAT(message_of(ErrorCode::kInvalidArgument,
                         [] {
                           TextEmbedding(golden("models/bert-embedder").string(), {},
                                         {.task = "separation"});
                         }),
              HasSubstr("has no task adapters"));
}

TEST(TextEmbedding, KeepsTheFirstNumbersAndNormalisesThemAgain) {
  for (const std::string name : {"models/bert-embedder", "models/gte-embedder"}) {
    const std::string folder = golden(name).string();
    const TextEmbedding whole(folder);
    const TextEmbedding cut(folder, {}, {.dim = 12});
    EXPECT_EQ(cut.dim(), 12u);
    const bool normalised = name == "models/bert-embedder";
    const std::string text = "The quick brown fox";
    const std::vector<float> full = whole.embed(text);
    const std::vector<float> part = cut.embed(text);
    ASSERT_EQ(part.size(), 12u);
    double length = 0;
    for (std::size_t i = 0; i < 12; ++i) length += static_cast<double>(full[i]) * full[i];
    for (std::size_t i = 0; i < 12; ++i) {
      const double expected = normalised ? full[i] / std::sqrt(length) : full[i];
      EXPECT_NEAR(part[i], expected, 1e-6) << name;
    }
    const Embeddings rows = cut.passage_embed(std::vector<std::string>{text, "b"});
    EXPECT_EQ(rows.dim(), 12u);
    EXPECT_EQ(rows.size(), 2u);
    for (const std::size_t wrong : {std::size_t{0}, whole.dim() + 1}) {
      EXPECT_THAT(message_of(ErrorCode::kInvalidArgument,
                             [&] { TextEmbedding(folder, {}, {.dim = wrong}); }),
                  HasSubstr("dim: expected 1 to " + std::to_string(whole.dim())));
    }
  }
}

}  // namespace
}  // namespace assay
