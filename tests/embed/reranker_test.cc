// SPDX-License-Identifier: Apache-2.0
// Promise: cross-encoders give every golden logit in input order, whatever the call form, batch,
// order or threads; MaxSim is what its definition says; both are safe to share.
#include "assay/reranker.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <thread>

#include "assay/sparse_text_embedding.h"
#include "embed/golden_cases.h"

namespace assay {
namespace {

using test::golden;
using test::GoldenCase;
using test::message_of;
using testing::HasSubstr;

const std::string kCrossEncoder = golden("models/bert-cross-encoder").string();
const std::string kEmbedder = golden("models/bert-embedder").string();

TEST(TextCrossEncoder, ReproducesTheGoldenLogits) {
  const auto cases = test::golden_cases(golden("models/bert-cross-encoder/expected.json"));
  for (const std::size_t limit : test::limits_of(cases)) {
    const auto chosen = test::with_limit(cases, limit);
    for (const std::size_t threads : {1u, 2u}) {
      const TextCrossEncoder encoder(kCrossEncoder, {.threads = threads, .max_length = limit});
      std::vector<float> alone;
      for (const GoldenCase& item : chosen) {
        const RerankScores scores = encoder.rerank(item.text, {item.document});
        ASSERT_EQ(scores.size(), 1u);
        EXPECT_NEAR(scores[0], item.expected[0], 1e-4) << item.id;
        EXPECT_EQ(scores.token_count, item.length) << item.id;
        EXPECT_EQ(!scores.truncated.empty(), item.truncated) << item.id;
        alone.push_back(scores[0]);
      }
      for (const unsigned seed : {0u, 1u}) {
        for (const std::size_t batch_tokens : {1u, 300u, 8192u}) {
          const TextCrossEncoder batched(
              kCrossEncoder,
              {.threads = threads, .max_length = limit, .batch_tokens = batch_tokens});
          const auto order = test::order_of(chosen.size(), seed);
          std::vector<TextPair> pairs;
          for (const std::size_t i : order) pairs.push_back({chosen[i].text, chosen[i].document});
          const RerankScores scores = batched.rerank_pairs(pairs);
          ASSERT_EQ(scores.size(), pairs.size());
          for (std::size_t i = 0; i < order.size(); ++i)
            EXPECT_EQ(scores[i], alone[order[i]]) << chosen[order[i]].id;
        }
      }
    }
  }
}

// From text, so tokenizer and network of each folder together; company and threads of the networks
// alone: model/encoders_test.cc.
TEST(TextCrossEncoder, ReproducesTheGoldenLogitsOfEveryFolder) {
  std::size_t folders = 0;
  for (const auto& folder : std::filesystem::directory_iterator(golden("models"))) {
    const auto file = folder.path() / "expected.json";
    const auto json = test::read_json(file);
    // Two folders state single texts, not pairs: from their ids alone.
    if (json["task"] != "rerank" || !json["cases"][0].contains("query")) continue;
    SCOPED_TRACE(folder.path().filename());
    ++folders;
    const auto cases = test::golden_cases(file);
    for (const std::size_t limit : test::limits_of(cases)) {
      const auto chosen = test::with_limit(cases, limit);
      std::vector<TextPair> pairs;
      for (const GoldenCase& item : chosen) pairs.push_back({item.text, item.document});
      const TextCrossEncoder encoder(folder.path().string(), {.max_length = limit});
      const RerankScores scores = encoder.rerank_pairs(pairs);
      for (std::size_t i = 0; i < chosen.size(); ++i)
        EXPECT_NEAR(scores[i], chosen[i].expected[0], 1e-4) << chosen[i].id;
    }
  }
  EXPECT_GE(folders, 12u);
}

TEST(TextCrossEncoder, EveryCallFormAgrees) {
  const TextCrossEncoder encoder(kCrossEncoder);
  const std::string query = "How many people live in Berlin?";
  const std::vector<std::string> documents = {"Berlin is a city.", "", "Paris",
                                              "Berlin is a city."};
  const RerankScores scores = encoder.rerank(query, documents);
  ASSERT_EQ(scores.size(), 4u);
  EXPECT_EQ(scores[0], scores[3]);
  const RerankScores listed =
      encoder.rerank(query, {documents[0], documents[1], documents[2], documents[3]});
  EXPECT_EQ(listed.scores, scores.scores);
  std::size_t next = 0;
  std::vector<float> streamed;
  encoder.rerank_pairs(
      [&]() -> std::optional<TextPair> {
        if (next == documents.size()) return std::nullopt;
        return TextPair{query, documents[next++]};
      },
      [&](const ScoredPair& pair) {
        EXPECT_EQ(pair.index, streamed.size());
        streamed.push_back(pair.score);
      });
  EXPECT_EQ(streamed, scores.scores);
  EXPECT_EQ(encoder.rerank(query, std::vector<std::string>{}).size(), 0u);
  EXPECT_EQ(encoder.token_count(std::vector<TextPair>{{query, documents[0]}}),
            encoder.rerank(query, {documents[0]}).token_count);
}

TEST(TextCrossEncoder, RefusesSeveralLabelsAndEmbedders) {
  const test::ScratchFolder scratch;
  const auto folder = scratch.copy("models/bert-cross-encoder");
  // Two labels: rewrite the file with a classifier of two rows.
  std::string bytes;
  {
    std::ifstream file(folder / "model.safetensors", std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(file), {});
  }
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  auto header = nlohmann::json::parse(bytes.substr(8, length));
  const std::size_t data = bytes.size() - 8 - length;
  std::string extra(48 * sizeof(float) * 2 + 2 * sizeof(float), '\0');
  header["old.weight"] = header["classifier.weight"];
  header["old.bias"] = header["classifier.bias"];
  header["classifier.weight"] = {
      {"dtype", "F32"}, {"shape", {2, 48}}, {"data_offsets", {data, data + 384}}};
  header["classifier.bias"] = {
      {"dtype", "F32"}, {"shape", {2}}, {"data_offsets", {data + 384, data + 392}}};
  const std::string text = header.dump();
  length = text.size();
  std::string prefix(8, '\0');
  std::memcpy(prefix.data(), &length, 8);
  scratch.write("bert-cross-encoder/model.safetensors",
                prefix + text + bytes.substr(bytes.size() - data) + extra);
  auto config = test::read_json(folder / "config.json");
  config["id2label"] = {{"0", "no"}, {"1", "yes"}};
  scratch.write("bert-cross-encoder/config.json", config.dump());
  EXPECT_THAT(
      message_of(ErrorCode::kUnsupported, [&] { TextCrossEncoder encoder(folder.string()); }),
      HasSubstr("is a classifier of 2 labels; a reranker gives one score a pair and needs 1"));
  EXPECT_THAT(message_of(ErrorCode::kUnsupported, [&] { TextCrossEncoder encoder(kEmbedder); }),
              HasSubstr("MaxSim can rerank with it"));
}

TEST(TextCrossEncoder, ReportsInvalidUtf8) {
  const TextCrossEncoder encoder(kCrossEncoder);
  EXPECT_THAT(message_of(ErrorCode::kInvalidArgument,
                         [&] {
                           (void)encoder.rerank("q", {"fine", "a\x80"});
                         }),
              HasSubstr("byte 1"));
}

TEST(MaxSimReranker, IsTheMeanOfBestCosinesOverTokens) {
  const TextEmbedding embedder(kEmbedder);
  const MaxSimReranker reranker(embedder);
  EXPECT_EQ(reranker.model(), kEmbedder);
  const std::vector<std::string> documents = {"berlin has many people", "paris", "",
                                              "how many people live in berlin"};
  const RerankScores scores = reranker.rerank("how many people live in berlin", documents);
  ASSERT_EQ(scores.size(), 4u);
  EXPECT_NEAR(scores[3], 1.0f, 1e-5);  // the same text: every token finds itself
  for (float s : scores) EXPECT_TRUE(s >= -1.0001f && s <= 1.0001f) << s;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    EXPECT_EQ(reranker.rerank("how many people live in berlin", {documents[i]})[0], scores[i]);
  }
  const std::vector<TextPair> mixed = {{"paris", documents[0]},
                                       {"how many people live in berlin", documents[1]},
                                       {"paris", documents[1]}};
  const RerankScores pairs = reranker.rerank_pairs(mixed);
  EXPECT_EQ(pairs[0], reranker.rerank("paris", {documents[0]})[0]);
  EXPECT_EQ(pairs[1], scores[1]);
  EXPECT_NEAR(pairs[2], 1.0f, 1e-5);
}

TEST(MaxSimReranker, TakesStaticTokenVectors) {
  const TextEmbedding embedder(golden("models/static-embedder").string());
  const MaxSimReranker reranker(embedder);
  const RerankScores scores = reranker.rerank("the fox", {"the fox", "a dog", ""});
  EXPECT_NEAR(scores[0], 1.0f, 1e-5);
  EXPECT_LT(scores[1], scores[0]);
  EXPECT_EQ(scores[2], 0.0f);
  EXPECT_EQ(reranker.rerank("", {"the fox"})[0], 0.0f);
}

// A tokenizer that adds no special tokens.
TEST(Rerankers, PairsWithoutTokensScoreNothing) {
  const test::ScratchFolder scratch;
  for (const char* model : {"bert-embedder", "bert-cross-encoder"}) {
    const auto folder = scratch.copy(std::string("models/") + model);
    auto json = test::read_json(folder / "tokenizer.json");
    json["post_processor"] = nullptr;
    std::ofstream(folder / "tokenizer.json") << json.dump();
  }
  const TextEmbedding embedder((scratch.path() / "bert-embedder").string());
  const MaxSimReranker max_sim(embedder);
  const TextCrossEncoder cross((scratch.path() / "bert-cross-encoder").string());
  for (const Reranker* reranker :
       {static_cast<const Reranker*>(&max_sim), static_cast<const Reranker*>(&cross)}) {
    std::vector<TextPair> pairs;
    for (int i = 0; i < 3000; ++i) {
      const bool has_tokens = i < 1500;
      pairs.push_back({has_tokens ? "how many people" : "", has_tokens ? "many people" : ""});
    }
    const RerankScores scores = reranker->rerank_pairs(pairs);
    EXPECT_NE(scores[0], 0.0f);
    for (std::size_t i = 1500; i < pairs.size(); ++i) ASSERT_EQ(scores[i], 0.0f) << i;
  }
  std::vector<std::string> texts(3000);
  for (std::size_t i = 0; i < 1500; ++i) texts[i] = "how many people";
  const Embeddings vectors = embedder.embed(texts);
  for (std::size_t i = 1500; i < texts.size(); ++i) {
    for (const float x : vectors[i]) ASSERT_EQ(x, 0.0f) << i;
  }
}

// Sets one number of a tensor in a copy of a golden folder.
void damage(const std::filesystem::path& folder, const std::string& tensor, float value) {
  const auto path = folder / "model.safetensors";
  std::ifstream in(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), {});
  std::uint64_t header = 0;
  std::memcpy(&header, bytes.data(), sizeof(header));
  const auto json = nlohmann::json::parse(bytes.substr(8, header));
  const auto begin = json.at(tensor).at("data_offsets").at(0).get<std::size_t>();
  std::memcpy(bytes.data() + 8 + header + begin, &value, sizeof(value));
  std::ofstream(path, std::ios::binary) << bytes;
}

TEST(Models, GiveNumbersOrSayThatTheyCannot) {
  const std::string layer = "bert.encoder.layer.0.attention.output.";
  for (const float value : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
    const test::ScratchFolder scratch;
    const auto folder = scratch.copy("models/bert-cross-encoder");
    damage(folder, layer + "LayerNorm.bias", value);
    EXPECT_THAT(message_of(ErrorCode::kCorruption,
                           [&] { (void)TextCrossEncoder(folder.string()).rerank("a", {"b"}); }),
                HasSubstr("NaN or infinity for text 1 of this call"));
    damage(folder, layer + "dense.weight", value);
    for (const Precision precision : {Precision::kFp32, Precision::kInt8}) {
      EXPECT_THAT(message_of(ErrorCode::kCorruption,
                             [&] { TextCrossEncoder(folder.string(), {.precision = precision}); }),
                  HasSubstr("tensor \"" + layer + "dense.weight\" holds NaN or infinity"));
    }
  }
  const test::ScratchFolder scratch;
  const auto folder = scratch.copy("models/bert-embedder");
  damage(folder, "encoder.layer.0.output.LayerNorm.weight", std::nanf(""));
  const TextEmbedding embedder(folder.string());
  EXPECT_THAT(message_of(ErrorCode::kCorruption,
                         [&] {
                           (void)embedder.embed({"a", "b"});
                         }),
              HasSubstr("NaN or infinity for text 1"));
}

// It is not the same model without it.
TEST(Models, SayThatALinkLeadsNowhere) {
  const test::ScratchFolder scratch;
  for (const char* file : {"modules.json", "tokenizer_config.json", "idf.json"}) {
    const std::string model = std::string(file) == "idf.json" ? "bert-splade" : "bert-embedder";
    const auto folder = scratch.copy("models/" + model);
    std::filesystem::remove(folder / file);
    std::filesystem::create_symlink("nothing", folder / file);
    EXPECT_THAT(message_of(ErrorCode::kIo,
                           [&] {
                             if (model == "bert-splade") {
                               (void)SparseTextEmbedding(folder.string());
                             } else {
                               (void)TextEmbedding(folder.string());
                             }
                           }),
                HasSubstr((folder / file).string() + ": it is a link to nothing"));
    std::filesystem::remove_all(folder);
  }
}

TEST(RerankScores, PutWhatIsNoNumberLast) {
  RerankScores scores;
  scores.scores = {std::nanf(""), 1, std::nanf(""), 7, -3};
  EXPECT_THAT(scores.order(), testing::ElementsAre(3, 1, 4, 0, 2));
}

TEST(RerankScores, OrdersBestFirstAndKeepsTies) {
  RerankScores scores;
  scores.scores = {1, 3, 1, 7};
  EXPECT_THAT(scores.order(), testing::ElementsAre(3, 1, 0, 2));
}

TEST(Sigmoid, MapsLogitsToProbabilities) {
  EXPECT_EQ(sigmoid(0), 0.5f);
  EXPECT_NEAR(sigmoid(2), 0.880797, 1e-6);
  EXPECT_EQ(sigmoid(-200), 0.0f);
}

TEST(RerankerThreads, ServeManyCallersAtOnce) {
  const TextCrossEncoder encoder(kCrossEncoder, {.threads = 2, .batch_tokens = 200});
  const TextEmbedding embedder(kEmbedder, {.threads = 2});
  const MaxSimReranker max_sim(embedder);
  std::vector<std::string> documents;
  for (int i = 0; i < 20; ++i) documents.push_back("document number " + std::to_string(i));
  const auto logits = encoder.rerank("which number", documents).scores;
  const auto cosines = max_sim.rerank("which number", documents).scores;
  std::vector<std::thread> callers;
  std::atomic<int> differences = 0;
  for (int c = 0; c < 4; ++c) {
    callers.emplace_back([&] {
      for (int round = 0; round < 3; ++round) {
        if (encoder.rerank("which number", documents).scores != logits) ++differences;
        if (max_sim.rerank("which number", documents).scores != cosines) ++differences;
      }
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(differences, 0);
}

// Qwen3-Reranker as published: its prompt, its two words; with LogitScore's files as without.
TEST(TextCrossEncoder, ScoresByTheAnswerOfADecoder) {
  const test::ScratchFolder scratch;
  const std::string folder = scratch.copy("models/qwen3-answer-cross-encoder").string();
  const std::string name = "qwen3-answer-cross-encoder/";
  const std::vector<TextPair> pairs = {{"what is a fox", "An animal."}, {"", ""}, {"a", "b"}};
  RerankScores scores;
  {
    const TextCrossEncoder plain(
        folder);  // not kept: a folder is read once while somebody holds it
    scores = plain.rerank_pairs(pairs);
    EXPECT_EQ(plain.token_count(pairs), scores.token_count);
    EXPECT_TRUE(scores.truncated.empty());
  }
  const auto vocabulary = test::read_json(folder + "/tokenizer.json")["model"]["vocab"];
  const auto with_ids = [&](const nlohmann::json& yes, const nlohmann::json& no) {
    scratch.write(name + "modules.json",
                  R"([{"idx":0,"name":"0","path":"","type":"a.Transformer"},
                      {"idx":1,"name":"1","path":"1_LogitScore","type":"a.b.LogitScore"}])");
    scratch.write(name + "1_LogitScore/config.json",
                  nlohmann::json{{"true_token_id", yes}, {"false_token_id", no}}.dump());
  };
  with_ids(vocabulary["yes"], vocabulary["no"]);
  EXPECT_EQ(TextCrossEncoder(folder).rerank_pairs(pairs).scores, scores.scores);
  scratch.write(name + "config_sentence_transformers.json",
                R"({"prompts":{"x":"Find the animal"},"default_prompt_name":"x"})");
  EXPECT_NE(TextCrossEncoder(folder, {.threads = 1}).rerank_pairs(pairs).scores, scores.scores);
  with_ids(vocabulary["no"], vocabulary["yes"]);
  EXPECT_THAT(message_of(ErrorCode::kUnsupported, [&] { TextCrossEncoder encoder(folder); }),
              HasSubstr("scores by other words are not implemented"));
  with_ids(vocabulary["yes"], nullptr);
  EXPECT_THAT(message_of(ErrorCode::kUnsupported, [&] { TextCrossEncoder encoder(folder); }),
              HasSubstr("1_LogitScore/config.json"));
}

TEST(TextCrossEncoder, RefusesADecoderWithoutItsWordsOrWithoutRoom) {
  const std::string folder = golden("models/qwen3-answer-cross-encoder").string();
  EXPECT_THAT(message_of(ErrorCode::kInvalidArgument,
                         [&] { TextCrossEncoder(folder, {.max_length = 30}); }),
              HasSubstr("the tokens of the prompt of"));
  const test::ScratchFolder scratch;
  const std::string other = scratch.copy("models/qwen3-answer-cross-encoder").string();
  std::filesystem::copy(golden("models/qwen3-embedder/tokenizer.json"), other + "/tokenizer.json",
                        std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(message_of(ErrorCode::kCorruption, [&] { TextCrossEncoder encoder(other); }),
              HasSubstr("expected \"yes\" in the vocabulary"));
}

}  // namespace
}  // namespace assay
