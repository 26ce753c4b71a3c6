// SPDX-License-Identifier: Apache-2.0
// Promise: each command reads and writes the documented shapes, in order, and fails with one line
// and its own exit code.
#include <gmock/gmock.h>

#include <cstdlib>
#include <sstream>

#include "assay/cpu.h"
#include "cli/process.h"

namespace assay {
namespace {

using test::golden;
using test::json_lines;
using test::run;
using testing::HasSubstr;
using testing::StartsWith;

const std::string kEmbedder = golden("models/bert-embedder").string();
const std::string kCrossEncoder = golden("models/bert-cross-encoder").string();

void expect_failure(const test::Outcome& outcome, int status, const std::string& message) {
  EXPECT_EQ(outcome.status, status) << outcome.err;
  EXPECT_THAT(outcome.err, StartsWith("assay: error: "));
  EXPECT_THAT(outcome.err, HasSubstr(message));
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
}

TEST(Embed, WritesWhatTheKindOfTheModelGives) {
  const auto sparse = json_lines(
      run({"embed", "-m", golden("models/bert-splade").string()}, "\"\"\n\"hello\"\n").out);
  const auto expected = test::read_json(golden("models/bert-splade/expected.json"))["cases"][0];
  ASSERT_EQ(sparse.size(), 2u);
  EXPECT_EQ(sparse[0]["indices"], expected["indices"]);
  EXPECT_NEAR(sparse[0]["values"][0].get<float>(), expected["values"][0].get<float>(), 1e-4);

  const auto late = json_lines(run({"embed", "-m", golden("models/bert-colbert").string()},
                                   "\"?\"\n{\"text\":\"?\",\"kind\":\"query\"}\n")
                                   .out);
  ASSERT_EQ(late.size(), 2u);
  EXPECT_EQ(late[0]["embeddings"].size(), 3u);  // first token, marker, last token
  EXPECT_EQ(late[1]["embeddings"].size(), 32u);
  EXPECT_EQ(late[1]["embeddings"][31].size(), 16u);

  const std::string two = "\"Hello World\"\n{\"text\":\"Hello World\",\"kind\":\"query\"}\n";
  const auto bm25 = json_lines(run({"embed", "-m", "Qdrant/bm25", "--offline"}, two).out);
  ASSERT_EQ(bm25.size(), 2u);
  EXPECT_EQ(bm25[0]["indices"], (std::vector<std::uint32_t>{613153351, 74040069}));
  EXPECT_NEAR(bm25[0]["values"][1].get<float>(), 1.68320383, 1e-6);
  EXPECT_EQ(bm25[1]["values"], (std::vector<float>{1, 1}));
  const auto german = run({"embed", "-m", "Qdrant/bm25", "--language", "german"}, "\"größten\"\n");
  const auto english = run({"embed", "-m", "Qdrant/bm25"}, "\"größten\"\n");
  EXPECT_NE(german.out, english.out);
  expect_failure(run({"embed", "-m", "Qdrant/bm25", "--language", "latin"}, ""), 2,
                 "\"latin\" has no stemmer");
}

TEST(Embed, RefusesFlagsOfOtherKinds) {
  const std::string late = golden("models/bert-colbert").string();
  expect_failure(run({"embed", "-m", late, "--dim", "3"}, ""), 2, "--dim: for dense models");
  expect_failure(run({"embed", "-m", late, "--task", "x"}, ""), 2, "--task: for dense models");
  expect_failure(run({"embed", "-m", kEmbedder, "--language", "german"}, ""), 2,
                 "--language: for sparse models");
  expect_failure(run({"embed", "-m", kEmbedder, "--avg-len", "9"}, ""), 2,
                 "--avg-len: for sparse models");
}

TEST(Embed, AnswersEachLineInOrder) {
  const auto cases = test::read_json(golden("models/bert-embedder/expected.json"))["cases"];
  std::string input;
  std::size_t count = 0;
  for (const auto& entry : cases) {
    if (entry["max_length"] != 48) continue;  // the folder's own limit
    input +=
        (count++ % 2 == 0 ? entry["text"].dump()
                          : nlohmann::json{{"text", entry["text"]}, {"kind", "passage"}}.dump()) +
        "\n";
  }
  const auto outcome = run({"embed", "-m", kEmbedder, "--stats"}, input);
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const auto lines = json_lines(outcome.out);
  ASSERT_EQ(lines.size(), count);
  std::size_t i = 0;
  for (const auto& entry : cases) {
    if (entry["max_length"] != 48) continue;
    const auto vector = lines[i]["embedding"].get<std::vector<float>>();
    EXPECT_EQ(lines[i].value("truncated", false), entry["full_length"] > entry["length"])
        << entry["id"];
    for (std::size_t c = 0; c < vector.size(); ++c)
      EXPECT_NEAR(vector[c], entry["embedding"][c].get<float>(), 1e-5) << entry["id"];
    ++i;
  }
  const auto stats = nlohmann::json::parse(outcome.err);
  EXPECT_EQ(stats["texts"], count);
  for (const char* key :
       {"tokens", "seconds", "load_seconds", "tokens_per_second", "peak_rss_bytes"})
    EXPECT_TRUE(stats[key].is_number()) << key;
}

TEST(Embed, TakesEmptyInputLineEndsAndALastLineWithoutEnd) {
  EXPECT_EQ(run({"embed", "-m", kEmbedder}).status, 0);
  const auto outcome = run({"embed", "-m", kEmbedder, "--threads", "1"}, "\"a\"\r\n\"a\"");
  const auto lines = json_lines(outcome.out);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0], lines[1]);
}

TEST(Embed, StopsAtABadLineAfterTheLinesBeforeIt) {
  for (const std::string bad : {"{\"txt\":1}", "nonsense", "\"\xff\"", ""}) {
    const auto outcome = run({"embed", "-m", kEmbedder}, "\"a\"\n\"b\"\n" + bad + "\n\"c\"\n");
    expect_failure(outcome, 2, "line 3: ");
    EXPECT_EQ(json_lines(outcome.out).size(), 2u);
  }
}

TEST(Tokenize, GivesIdsTokensAndByteOffsets) {
  const auto outcome = run({"tokenize", "-m", golden("tokenizers/minilm").string()},
                           "\"Café\"\n{\"query\":\"a\",\"document\":\"b\"}\n");
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const auto lines = json_lines(outcome.out);
  EXPECT_EQ(
      lines[0],
      nlohmann::json::parse(
          R"({"ids":[101,7668,102],"type_ids":[0,0,0],"tokens":["[CLS]","cafe","[SEP]"],"offsets":[[0,0],[0,5],[0,0]],"truncated":false})"));
  EXPECT_EQ(lines[1]["type_ids"], nlohmann::json({0, 0, 0, 1, 1}));
}

TEST(Tokenize, CutsByTheFoldersLimitAFlagOrNotAtAll) {
  std::string text = "\"";
  for (int i = 0; i < 600; ++i) text += "a ";
  text += "\"\n";
  const std::string folder = golden("tokenizers/minilm").string();  // model_max_length 512
  EXPECT_EQ(json_lines(run({"tokenize", "-m", folder}, text).out)[0]["ids"].size(), 512u);
  EXPECT_EQ(
      json_lines(run({"tokenize", "-m", folder, "--max-length", "7"}, text).out)[0]["ids"].size(),
      7u);
  EXPECT_EQ(
      json_lines(run({"tokenize", "-m", folder, "--max-length", "0"}, text).out)[0]["ids"].size(),
      602u);
}

TEST(Rerank, GivesLogitsOrderAndTruncation) {
  const auto cases = test::read_json(golden("models/bert-cross-encoder/expected.json"))["cases"];
  std::string input;
  std::vector<nlohmann::json> chosen;
  for (const auto& entry : cases) {
    if (entry["max_length"] != 128) continue;
    chosen.push_back(entry);
    input += nlohmann::json{{"query", entry["query"]}, {"documents", {entry["document"], "other"}}}
                 .dump() +
             "\n";
  }
  const auto outcome = run({"rerank", "-m", kCrossEncoder}, input);
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const auto lines = json_lines(outcome.out);
  ASSERT_EQ(lines.size(), chosen.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_NEAR(lines[i]["scores"][0].get<float>(), chosen[i]["logit"].get<float>(), 1e-4)
        << chosen[i]["id"];
    const bool first_wins = lines[i]["scores"][0] >= lines[i]["scores"][1];
    EXPECT_EQ(lines[i]["order"], first_wins ? nlohmann::json({0, 1}) : nlohmann::json({1, 0}));
    const auto cut = lines[i].value("truncated", std::vector<int>{});
    EXPECT_EQ(std::count(cut.begin(), cut.end(), 0) == 1,
              chosen[i]["full_length"] > chosen[i]["length"])
        << chosen[i]["id"];
  }
}

TEST(Rerank, MaxSimScoresWithAnEmbedder) {
  const auto outcome = run({"rerank", "-m", kEmbedder, "--maxsim"},
                           R"({"query":"a b c","documents":["x y","a b c"]})"
                           "\n");
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  const auto line = json_lines(outcome.out)[0];
  EXPECT_NEAR(line["scores"][1].get<float>(), 1.0F, 1e-5);
  EXPECT_EQ(line["order"], nlohmann::json({1, 0}));
}

TEST(Rerank, RanksThePlainLinesOfAFile) {
  const test::ScratchFolder scratch;
  const auto file =
      scratch.write("docs.txt", "berlin is large\nparis\n\nmany people live in berlin");
  const auto table = run({"rerank", "-m", kCrossEncoder, "--query",
                          "how many people live in berlin", "--top-k", "2", file.string()});
  ASSERT_EQ(table.status, 0) << table.err;
  EXPECT_EQ(std::count(table.out.begin(), table.out.end(), '\n'), 3);  // a heading and two rows
  const auto json = json_lines(run({"rerank", "-m", kCrossEncoder, "--query",
                                    "how many people live in berlin", "--json", file.string()})
                                   .out)[0];
  ASSERT_EQ(json["results"].size(), 4u);
  for (std::size_t i = 1; i < 4; ++i)
    EXPECT_GE(json["results"][i - 1]["score"], json["results"][i]["score"]);
}

TEST(Rerank, TellsWhichLinesWereCutAndTakesAByteOrderMark) {
  const std::string documents =
      "\xef\xbb\xbf"
      "a b c d e f g h\na\n";
  const std::vector<std::string> command = {"rerank",  "-m", kCrossEncoder, "--max-length", "6",
                                            "--query", "x"};
  const auto table = run(command, documents);
  EXPECT_EQ(table.status, 0);
  EXPECT_THAT(table.err, HasSubstr("1 of 2 documents were cut"));
  EXPECT_THAT(table.out, testing::Not(HasSubstr("\xef\xbb\xbf")));
  auto as_json = command;
  as_json.emplace_back("--json");
  const auto json = json_lines(run(as_json, documents).out).at(0);
  for (const auto& result : json["results"])
    EXPECT_EQ(result.contains("truncated"), result["line"] == 1) << result.dump();
}

TEST(Rerank, ShowsNoControlCharactersInATable) {
  const test::ScratchFolder scratch;
  const auto file = scratch.write("docs.txt",
                                  "a\x1b[31m\xc2\x9b"
                                  "2Jred\n");
  const auto table = run({"rerank", "-m", kCrossEncoder, "--query", "q", file.string()});
  ASSERT_EQ(table.status, 0) << table.err;
  EXPECT_THAT(table.out, HasSubstr("a [31m 2Jred\n"));
}

TEST(Models, ListTheCatalogue) {
  const auto all = json_lines(run({"models", "--json"}).out)[0];
  const auto dense = json_lines(run({"models", "--kind", "dense", "--json"}).out)[0];
  const auto rerank = json_lines(run({"models", "--kind", "rerank", "--json"}).out)[0];
  EXPECT_GE(dense.size(), 41u);  // FastEmbed's, each by name: hub/catalogue_test.cc
  EXPECT_GE(rerank.size(), 8u);
  EXPECT_GE(all.size(), dense.size() + rerank.size() + 10);
  for (const auto& entry : all) {
    for (const char* key : {"model", "kind", "size_in_GB", "license", "sources", "description",
                            "supported", "cached"}) {
      EXPECT_TRUE(entry.contains(key)) << key;
    }
  }
  EXPECT_THAT(run({"models", "--kind", "rerank"}).out, HasSubstr("Xenova/ms-marco-MiniLM-L-6-v2"));
}

TEST(Failures, AreOneLineWithTheirOwnExitCode) {
  expect_failure(run({}), 2, "subcommand is required");
  expect_failure(run({"embed"}), 2, "--model is required");
  expect_failure(run({"embed", "-m", kEmbedder, "--nonsense"}), 2, "--nonsense");
  for (const std::string bad : {"-1", "010", "0x2", "two", "1025", ""}) {
    expect_failure(run({"embed", "-m", kEmbedder, "--threads", bad}), 2,
                   "--threads: expected a whole number from 0 to 1024");
  }
  expect_failure(run({"embed", "-m", kEmbedder, "--max-length", "-1"}), 2, "--max-length");
  expect_failure(run({"rerank", "-m", kCrossEncoder, "--top-k", "0"}), 2,
                 "--top-k: expected a whole number from 1");
  expect_failure(run({"embed", "-m", kEmbedder, "--precision", "fp64"}), 2, "fp64");
  expect_failure(run({"embed", "-m", kEmbedder, "--max-length", "1000"}), 2,
                 "max_length: expected 1 to 96");
  expect_failure(run({"embed", "-m", "./no/such/folder"}), 3, "./no/such/folder");
  expect_failure(run({"embed", "-m", "no-such-model"}), 3, "assay models");
  expect_failure(run({"embed", "-m", kCrossEncoder}), 8, "use it as a reranker");
  expect_failure(run({"rerank", "-m", kEmbedder}), 8, "has no classifier");
  expect_failure(run({"rerank", "-m", kCrossEncoder, "--maxsim"}), 8, "use it as a reranker");
  expect_failure(run({"embed", "-m", "jinaai/jina-clip-v1"}), 8, "cannot be loaded yet");
  expect_failure(run({"rerank", "-m", kCrossEncoder, "--query", "q", "./no/such/file"}), 3,
                 "cannot open ./no/such/file");
  expect_failure(run({"rerank", "-m", kCrossEncoder, "--query", "q", "/"}), 6, "it is a folder");
  expect_failure(run({"rerank", "-m", kCrossEncoder, "--query", "q"}, "ok\n\xff\n"), 2,
                 "line 2: invalid UTF-8 at byte 0");
}

TEST(Failures, OfflineSayWhichFileWhereAndWhatToDo) {
  const test::ScratchFolder cache;
  const auto outcome = run(
      {"embed", "-m", "BAAI/bge-small-en-v1.5", "--offline", "--cache-dir", cache.path().string()});
  expect_failure(outcome, 3, "assay download");
  EXPECT_THAT(outcome.err, HasSubstr("BAAI/bge-small-en-v1.5"));
  EXPECT_THAT(outcome.err, HasSubstr(cache.path().string()));
}

TEST(Failures, AFullDiskIsNoticed) {
  if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full";
  expect_failure(run({"embed", "-m", kEmbedder}, "\"a\"\n", {}, "/dev/full"), 6,
                 "cannot write to stdout: No space left on device");
  for (const std::string command : {"models", "--help", "--version"})
    expect_failure(run({command}, "", {}, "/dev/full"), 6, "cannot write to stdout");
}

TEST(CpuVariable, ForcesAPathAndRefusesOthers) {
  for (const cpu::Target target : cpu::supported()) {
    const auto outcome = run({"embed", "-m", kEmbedder}, "\"hello\"\n",
                             {"ASSAY_CPU=" + std::string(cpu::to_string(target))});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(json_lines(outcome.out).size(), 1u);
  }
  expect_failure(run({"models"}, "", {"ASSAY_CPU=mmx"}), 2, "ASSAY_CPU: \"mmx\" is unknown");
  if (cpu::supported().back() < cpu::Target::kAvx512)
    expect_failure(run({"models"}, "", {"ASSAY_CPU=avx512"}), 2, "is not supported by this CPU");
}

TEST(Help, NamesEveryDocumentedFlag) {
  const auto help = [](const std::string& command) { return run({command, "--help"}).out; };
  for (const char* flag : {"--rerank", "--data", "--query", "--json"})
    EXPECT_THAT(help("demo"), HasSubstr(flag));
  for (const char* flag : {"--kind", "--json"}) EXPECT_THAT(help("models"), HasSubstr(flag));
  for (const std::string command : {"tokenize", "embed", "rerank"}) {
    for (const char* flag : {"-m", "--threads", "--max-length", "--precision", "--cache-dir",
                             "--offline", "--stats"}) {
      EXPECT_THAT(help(command), HasSubstr(flag)) << command;
    }
  }
  for (const char* flag : {"--query", "--top-k", "FILE"})
    EXPECT_THAT(help("rerank"), HasSubstr(flag));
  EXPECT_THAT(run({"--help"}).out, HasSubstr("download"));
  EXPECT_EQ(run({"--version"}).status, 0);
}

class Demo : public testing::Test {
 protected:
  void SetUp() override {
    if (run({"download", "--offline", "sentence-transformers/all-MiniLM-L6-v2"}).status != 0) {
      GTEST_SKIP() << "all-MiniLM-L6-v2 is not in the cache; tools/get_model.sh fetches it";
    }
  }
  static std::vector<int> ids(const nlohmann::json& list) {
    std::vector<int> result;
    for (const auto& entry : list) result.push_back(entry["id"]);
    return result;
  }
};

TEST_F(Demo, GivesTheTwoLists) {
  using testing::ElementsAre;
  const auto json = json_lines(run({"demo", "--rerank", "maxsim", "--json", "--offline"}).out)[0];
  EXPECT_THAT(ids(json["first_stage"]), ElementsAre(9, 16, 7, 15, 19, 5, 8, 4, 0, 13));
  const auto reranked = ids(json["reranked"]);
  EXPECT_THAT((std::vector<int>(reranked.begin(), reranked.begin() + 3)), ElementsAre(9, 16, 0));
  EXPECT_EQ(json["reranked"][2]["first_stage_rank"], 9);
  EXPECT_EQ(json["model"], "sentence-transformers/all-MiniLM-L6-v2");
  const auto table = run({"demo", "--rerank", "maxsim", "--offline"});
  EXPECT_THAT(table.out, HasSubstr("Joan of Arc"));
  EXPECT_THAT(table.out, HasSubstr("↑6"));
}

TEST_F(Demo, FallsBackToMaxSimInOneLineButNotWhenAModelWasNamed) {
  const auto fallen = run({"demo", "--offline"});
  EXPECT_EQ(fallen.status, 0);
  EXPECT_EQ(std::count(fallen.err.begin(), fallen.err.end(), '\n'), 1) << fallen.err;
  EXPECT_THAT(fallen.err, HasSubstr("token MaxSim, because no cross-encoder could be had"));
  expect_failure(run({"demo", "--offline", "--rerank", "Xenova/ms-marco-MiniLM-L-12-v2"}), 3,
                 "assay download");
  const auto named = run({"demo", "--offline", "--json", "--rerank", kCrossEncoder});
  EXPECT_EQ(named.status, 0) << named.err;
}

TEST_F(Demo, TakesOtherData) {
  const test::ScratchFolder scratch;
  const auto file =
      scratch.write("two.jsonl",
                    "{\"id\":1,\"text\":\"a "
                    "dog\"}\n{\"id\":\"550e8400e29b41d4a716446655440000\",\"text\":\"a cat\"}\n");
  const auto json = json_lines(run({"demo", "--rerank", "maxsim", "--offline", "--json", "--data",
                                    file.string(), "--query", "kitten"})
                                   .out)[0];
  EXPECT_EQ(json["first_stage"][0]["id"], "550e8400-e29b-41d4-a716-446655440000");
  EXPECT_EQ(json["first_stage"].size(), 2u);
  const auto table = run(
      {"demo", "--rerank", "maxsim", "--offline", "--data", file.string(), "--query", "kitten"});
  EXPECT_THAT(table.out, HasSubstr(" 550e8400-e29b-41d4-a716-446655440000  a cat"));
  const auto broken = scratch.write("broken.jsonl", "{\"id\":1,\"text\":\"a\"}\n{\"id\":2}\n");
  expect_failure(run({"demo", "--rerank", "maxsim", "--offline", "--data", broken.string()}), 2,
                 "line 2: \"text\" is missing");
}

TEST_F(Demo, ReadsTheTutorialsOwnDataWhereItIsAtHand) {
  const auto seed = std::filesystem::path(ASSAY_SOURCE) / "../shared/tutorial/seed.jsonl";
  if (!std::filesystem::exists(seed))
    GTEST_SKIP() << "the tutorial's data is not beside the checkout";
  const auto json =
      json_lines(run({"demo", "--rerank", "maxsim", "--offline", "--json", "--data", seed.string(),
                      "--query", "A story about a strong historically significant female figure."})
                     .out)[0];
  EXPECT_THAT(ids(json["first_stage"]), testing::ElementsAre(9, 15, 19, 16, 8, 14, 6, 7, 5, 0));
}

}  // namespace
}  // namespace assay
