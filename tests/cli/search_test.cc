// SPDX-License-Identifier: Apache-2.0
// Promise: what assay index put into a collection assay search finds; a second run changes only
// what changed; faults name the file and the line.
#include <gmock/gmock.h>

#include <sstream>

#include "cli/process.h"

namespace assay {
namespace {

using test::golden;
using test::json_lines;
using test::run;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using testing::UnorderedElementsAre;

const std::string kEmbedder = golden("models/bert-embedder").string();
const std::string kPets = R"({"id":1,"text":"a cat sleeps","year":1999}
{"id":"doc-2","text":"two dogs run in the park","year":2001}
{"text":"the cat chases a dog"}
)";

void expect_failure(const test::Outcome& outcome, int status, const std::string& message) {
  EXPECT_EQ(outcome.status, status) << outcome.err;
  EXPECT_THAT(outcome.err, StartsWith("assay: error: "));
  EXPECT_THAT(outcome.err, HasSubstr(message));
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
}

class Store : public testing::Test {
 protected:
  test::Outcome call(std::vector<std::string> arguments, const std::string& input = "",
                     const std::string& collection = "pets") {
    arguments.insert(arguments.begin() + 1, {"--store", store_, "-c", collection});
    return run(arguments, input);
  }
  nlohmann::json json(std::vector<std::string> arguments, const std::string& input = "",
                      const std::string& collection = "pets") {
    arguments.emplace_back("--json");
    const auto outcome = call(arguments, input, collection);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    return outcome.status == 0 ? json_lines(outcome.out)[0] : nlohmann::json();
  }
  static std::vector<nlohmann::json> ids(const nlohmann::json& answer) {
    std::vector<nlohmann::json> result;
    for (const auto& hit : answer["results"]) result.push_back(hit["id"]);
    return result;
  }
  static void expect_counts(const nlohmann::json& summary, int added, int updated, int unchanged) {
    EXPECT_EQ(summary["added"], added);
    EXPECT_EQ(summary["updated"], updated);
    EXPECT_EQ(summary["unchanged"], unchanged);
  }

  test::ScratchFolder scratch_;
  std::string store_ = (scratch_.path() / "store").string();
};

TEST_F(Store, SearchesByEmbeddings) {
  const auto summary = json({"index", "-m", kEmbedder}, kPets);
  expect_counts(summary, 3, 0, 0);
  EXPECT_EQ(summary["points"], 3);
  const auto answer = json({"search", "two dogs run in the park"});
  ASSERT_EQ(answer["results"].size(), 3u);
  const auto& best = answer["results"][0];
  EXPECT_EQ(best["id"], "doc-2");
  EXPECT_NEAR(best["score"].get<float>(), 1.0F, 1e-5);
  EXPECT_EQ(best["text"], "two dogs run in the park");
  EXPECT_EQ(best["payload"], nlohmann::json({{"year", 2001}}));  // no checksum, no id
  EXPECT_EQ(answer["model"], std::filesystem::canonical(kEmbedder).string());
  EXPECT_EQ(ids(json({"search", "--limit", "1", "a cat sleeps"})), std::vector<nlohmann::json>{1});
  const auto table = call({"search", "a cat sleeps"});
  EXPECT_THAT(table.out, HasSubstr("RANK"));
  EXPECT_THAT(table.out, HasSubstr("1.0000  1        a cat sleeps\n")) << table.out;
}

TEST_F(Store, ImportsAFolderOfLocalMode) {
  const std::string folder = golden("local_mode").string();
  const auto summary = run({"import", "--store", store_, folder, "--json"});
  ASSERT_EQ(summary.status, 0) << summary.err;
  EXPECT_EQ(json_lines(summary.out)[0],
            nlohmann::json::parse(R"({"collections":[{"name":"empty","points":0},
                {"name":"kinds","points":3},{"name":"plain","points":4}],"aliases":2})"));
  EXPECT_THAT(run({"collections", "--store", store_}).out, HasSubstr("plain           4"));
  expect_failure(run({"import", "--store", store_, folder}), 4, "empty exists already");
  const auto text = run({"import", "--store", store_ + "2", folder});
  EXPECT_EQ(text.out, "empty: 0 points\nkinds: 3 points\nplain: 4 points\n2 aliases\n");
  expect_failure(run({"import", "--store", store_, scratch_.path().string()}), 3,
                 "is no folder of qdrant-client's local mode");
}

TEST_F(Store, TellsHowManyTextsWereCut) {
  EXPECT_EQ(json({"index", "-m", kEmbedder}, kPets)["truncated"], 0);
  const auto cut = call({"index", "-m", kEmbedder, "--max-length", "6"}, kPets, "cut");
  EXPECT_EQ(cut.status, 0) << cut.err;
  EXPECT_THAT(cut.out, HasSubstr("3 added"));
  EXPECT_THAT(cut.out, HasSubstr("3 of these texts were cut at 6 tokens\n"));
}

TEST_F(Store, SearchesByKeywordsWithoutAModel) {
  expect_counts(json({"index", "--bm25"}, kPets), 3, 0, 0);
  const auto answer = json({"search", "--bm25", "cats"});  // the stem is cat
  EXPECT_THAT(ids(answer), UnorderedElementsAre(1, "stdin:3"));
  EXPECT_GT(answer["results"][0]["score"], 0);
  EXPECT_THAT(ids(json({"search", "--bm25", "horse"})), ElementsAre());
  expect_failure(call({"search", "cats"}), 2, "has no embeddings; search it with --bm25");
}

TEST_F(Store, JoinsEmbeddingsAndKeywords) {
  json({"index", "-m", kEmbedder}, kPets);
  const auto answer = json({"search", "--hybrid", "two dogs run in the park"});
  ASSERT_EQ(answer["results"].size(), 3u);  // the keywords alone find two
  EXPECT_EQ(answer["results"][0]["id"], "doc-2");
  // First of both lists: 1 / (1 + 59) each.
  EXPECT_NEAR(answer["results"][0]["score"].get<float>(), 2.0F / 60, 1e-6);
  const std::string old = R"({"must":[{"key":"year","range":{"lt":2000}}]})";
  EXPECT_THAT(ids(json({"search", "--hybrid", "--filter", old, "dog"})), ElementsAre(1));
  expect_failure(call({"search", "--hybrid", "--bm25", "dog"}), 2, "excludes");
}

TEST_F(Store, ReranksWhatTheFirstStageFound) {
  json({"index", "-m", kEmbedder}, kPets);
  const std::string reranker = golden("models/bert-cross-encoder").string();
  const std::string query = "a cat sleeps";
  for (const std::vector<std::string>& stage :
       std::vector<std::vector<std::string>>{{}, {"--bm25"}, {"--hybrid"}}) {
    std::vector<std::string> arguments = {"search", "--rerank", reranker, query};
    arguments.insert(arguments.end(), stage.begin(), stage.end());
    const auto answer = json(arguments);
    EXPECT_EQ(answer["reranker"], reranker);
    ASSERT_EQ(answer["results"].size(), stage == std::vector<std::string>{"--bm25"} ? 2u : 3u);
    nlohmann::json job = {{"query", query}, {"documents", nlohmann::json::array()}};
    for (const auto& hit : answer["results"]) job["documents"].push_back(hit["text"]);
    const auto scores = json_lines(run({"rerank", "-m", reranker}, job.dump() + "\n").out)[0];
    std::vector<int> ranks;
    for (std::size_t i = 0; i < answer["results"].size(); ++i) {
      const auto& hit = answer["results"][i];
      EXPECT_NEAR(hit["score"].get<float>(), scores["scores"][i].get<float>(), 1e-5);
      EXPECT_EQ(scores["order"][i], i);  // best first
      ranks.push_back(hit["first_stage_rank"]);
    }
    std::sort(ranks.begin(), ranks.end());
    for (std::size_t i = 0; i < ranks.size(); ++i) EXPECT_EQ(ranks[i], static_cast<int>(i) + 1);
  }
  const auto near = json({"search", "--rerank", "maxsim", "--limit", "1", query});
  EXPECT_EQ(ids(near), std::vector<nlohmann::json>{1});
  EXPECT_NEAR(near["results"][0]["score"].get<float>(), 1.0F, 1e-5);

  json({"index", "--bm25"}, kPets, "words");
  expect_failure(call({"search", "--bm25", "--rerank", "maxsim", query}, "", "words"), 2,
                 "has no embedder; name a cross-encoder");
  expect_failure(call({"search", "--hybrid", query}, "", "words"), 2, "has no embeddings");
  expect_failure(call({"search", "--rerank", kEmbedder, query}), 8, "has no classifier");
}

TEST_F(Store, FiltersByPayload) {
  json({"index", "-m", kEmbedder}, kPets);
  const std::string recent = R"({"must":[{"key":"year","range":{"gte":2000}}]})";
  EXPECT_THAT(ids(json({"search", "--filter", recent, "cat"})), ElementsAre("doc-2"));
  EXPECT_THAT(ids(json({"search", "--bm25", "--filter", recent, "cat"})), ElementsAre());
  expect_failure(call({"search", "--filter", "{", "cat"}), 2, "--filter: ");
  expect_failure(call({"search", "--filter", R"({"most":[]})", "cat"}), 2, "--filter: ");
}

TEST_F(Store, ASecondRunWritesOnlyWhatChanged) {
  json({"index", "-m", kEmbedder}, kPets);
  expect_counts(json({"index"}, kPets), 0, 0, 3);  // the model is the collection's
  const std::string changed = R"({"id":1,"text":"a horse sleeps","year":1999}
{"id":"doc-2","text":"two dogs run in the park","year":2002}
{"text":"the cat chases a dog"}
{"id":4,"text":"a bird"}
)";
  expect_counts(json({"index"}, changed), 1, 2, 1);
  EXPECT_THAT(ids(json({"search", "--bm25", "horse"})), ElementsAre(1));
  EXPECT_NEAR(json({"search", "a horse sleeps"})["results"][0]["score"].get<float>(), 1.0F, 1e-5);
  // Other vectors are a change.
  expect_counts(json({"index", "--precision", "int8"}, changed), 0, 4, 0);
}

TEST_F(Store, ABadLineKeepsWhatCameBeforeAndTheNextRunGoesOn) {
  const auto file = scratch_.write("pets.jsonl", "{\"text\":\"a cat\"}\n{\"txt\":\"a dog\"}\n");
  expect_failure(call({"index", "--bm25", file.string()}), 2,
                 file.string() + ": line 2: \"text\" is missing");
  scratch_.write("pets.jsonl", "{\"text\":\"a cat\"}\n{\"text\":\"a dog\"}\n");
  expect_counts(json({"index", file.string()}), 1, 0, 1);
  EXPECT_THAT(ids(json({"search", "--bm25", "dog"})), ElementsAre(file.string() + ":2"));
}

TEST_F(Store, ReadsText) {
  const auto file = scratch_.write("pets.txt", "a cat\r\n\n  \ntwo dogs");
  expect_counts(json({"index", "--bm25", file.string()}), 2, 0, 0);
  EXPECT_THAT(ids(json({"search", "--bm25", "dogs"})), ElementsAre(file.string() + ":4"));
  expect_failure(call({"index", "--format", "text"}, "ok\n\xff\n"), 2,
                 "stdin: line 2: invalid UTF-8 at byte 0");
}

TEST_F(Store, ReadsCsv) {
  const auto file = scratch_.write("pets.csv",
                                   "\xef\xbb\xbfid,text,place\n7,\"a cat,\nasleep\",\"the "
                                   "\"\"den\"\"\"\n\nx,a dog,park\n,a bird,\n");
  expect_counts(json({"index", "--bm25", file.string()}), 3, 0, 0);
  const auto cat = json({"search", "--bm25", "cat"})["results"][0];
  EXPECT_EQ(cat["id"], 7);
  EXPECT_EQ(cat["text"], "a cat,\nasleep");
  EXPECT_EQ(cat["payload"]["place"], "the \"den\"");
  EXPECT_THAT(ids(json({"search", "--bm25", "dog"})), ElementsAre("x"));
  EXPECT_THAT(ids(json({"search", "--bm25", "bird"})), ElementsAre(file.string() + ":6"));

  const auto bad = [&](const std::string& text, const std::string& message) {
    const auto path = scratch_.write("bad.csv", text);
    expect_failure(call({"index", path.string()}), 2, path.string() + ": " + message);
  };
  bad("", "line 1: expected a heading");
  bad("id,body\n1,a\n", "line 1: expected a heading with the column \"text\", got id,body");
  bad("id,text,id\n", "line 1: two columns have the same name");
  bad("id,text\n8,a\n9\n", "line 3: expected 2 fields, as in the heading, got 1");
  bad("text\n\"a\nb\n", "line 2: a quoted field of this record has no end");
  bad("text\na \"b\"\n", "line 2: column 3: a quote inside a field");
}

TEST_F(Store, RefusesBadDocuments) {
  json({"index", "--bm25"}, kPets);
  const auto bad = [&](const std::string& lines, const std::string& message) {
    expect_failure(call({"index"}, lines), 2, "stdin: line " + message);
  };
  bad("nonsense\n", "1: ");
  bad("[]\n", "1: expected an object");
  bad("{\"text\":1}\n", "1: \"text\": expected a string");
  bad("{\"text\":\"a\",\"id\":-1}\n",
      "1: \"id\": expected a string or a whole number from 0, got -1");
  bad("{\"text\":\"a\",\"id\":\"\"}\n", "1: \"id\" is empty");
  bad("{\"text\":\"a\",\"_hash\":1}\n", "1: \"_hash\" is a name that assay index uses itself");
  bad("{\"text\":\"a\",\"id\":9}\n{\"text\":\"b\",\"id\":9}\n",
      "2: the id 9 is that of line 1 too");
}

TEST_F(Store, RefusesWhatDoesNotFitTheCollection) {
  expect_failure(call({"search", "cat"}), 3, "holds no store; assay index makes one");
  EXPECT_FALSE(std::filesystem::exists(store_));
  expect_failure(call({"index"}, kPets), 2, "collection \"pets\" is new: name the model");
  expect_failure(call({"index", "-m", golden("models/bert-splade").string()}, kPets), 8,
                 "gives no single dense vector");
  expect_failure(call({"index", "-m", golden("models/bert-cross-encoder").string()}, kPets), 8,
                 "use it as a reranker");
  expect_failure(call({"index", "--bm25", "--language", "latin"}, kPets), 2,
                 "\"latin\" has no stemmer");
  expect_failure(call({"index", "--bm25", "./no/such/file"}), 3, "cannot open ./no/such/file");

  json({"index", "-m", kEmbedder}, kPets);
  expect_failure(call({"search", "cat"}, "", "plants"), 3, "plants not found");
  const std::string other = golden("models/roberta-embedder").string();
  expect_failure(call({"search", "-m", other, "cat"}), 2, "was indexed with ");
  expect_failure(call({"index", "-m", other}, kPets), 2, "was indexed with ");
  expect_failure(call({"index", "--language", "german"}, kPets), 2, "has the language english");
  EXPECT_EQ(json({"search", "-m", kEmbedder + "/", "cat"})["results"].size(), 3u);
}

TEST_F(Store, RefusesAModelThatWasReplaced) {
  const auto model = scratch_.path() / "model";
  const auto copy = [&](const char* name) {
    std::filesystem::remove_all(model);
    std::filesystem::copy(golden("models") / name, model, std::filesystem::copy_options::recursive);
  };
  copy("bert-embedder");
  json({"index", "-m", model.string()}, kPets);
  expect_counts(json({"index", "--precision", "int8"}, kPets), 0, 3, 0);  // is no other model
  copy("gte-embedder");                                                   // of as many dimensions
  for (const auto& command : {std::vector<std::string>{"index"}, {"search", "cat"}})
    expect_failure(call(command, kPets), 2, "was indexed with another version of ");
  EXPECT_EQ(ids(json({"search", "--bm25", "sleeps"})), std::vector<nlohmann::json>{1});
  copy("bert-embedder");
  EXPECT_EQ(json({"search", "cat"})["results"].size(), 3u);
}

TEST_F(Store, RefusesFoldersThatAreNone) {
  expect_failure(run({"index", "--store", ":memory:", "-c", "pets", "--bm25"}, kPets), 2,
                 "a folder is needed");
  expect_failure(run({"import", "--store", golden("local_mode"), golden("local_mode")}), 8,
                 "belongs to Qdrant's local mode");
  json({"index", "--bm25"}, kPets);
  std::filesystem::create_directory(scratch_.path() / "linked");
  std::filesystem::create_symlink(store_ + "/assay.sqlite",
                                  scratch_.path() / "linked" / "assay.sqlite");
  expect_failure(run({"collections", "--store", (scratch_.path() / "linked").string()}), 8,
                 "is a symbolic link");
}

TEST_F(Store, ListsItsCollections) {
  json({"index", "-m", kEmbedder}, kPets);
  json({"index", "--bm25"}, "{\"text\":\"a\"}\n", "words");
  const auto list = json_lines(run({"collections", "--store", store_, "--json"}).out)[0];
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0]["name"], "pets");
  EXPECT_EQ(list[0]["points"], 3);
  EXPECT_EQ(list[0]["model"], std::filesystem::canonical(kEmbedder).string());
  EXPECT_EQ(list[1],
            nlohmann::json(
                {{"name", "words"}, {"points", 1}, {"model", nullptr}, {"language", "english"}}));
  EXPECT_THAT(run({"collections", "--store", store_}).out,
              HasSubstr("words           1  (keywords"));
  expect_failure(run({"collections", "--store", store_ + "/no"}), 3, "holds no store");
}

TEST_F(Store, ExportsWhatCanBeIndexedAgain) {
  json({"index", "--bm25"}, kPets);
  const auto exported = call({"export"});
  ASSERT_EQ(exported.status, 0) << exported.err;
  const auto lines = json_lines(exported.out);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], nlohmann::json::parse(R"({"id":1,"text":"a cat sleeps","year":1999})"));
  expect_counts(json({"index"}, exported.out), 0, 0, 3);
  expect_counts(json({"index", "--bm25"}, exported.out, "copy"), 3, 0, 0);
  EXPECT_EQ(call({"export"}, "", "copy").out, exported.out);
  expect_failure(call({"export"}, "", "plants"), 3, "plants not found");
}

TEST_F(Store, StemsInTheLanguageOfTheCollection) {
  json({"index", "--bm25", "--language", "german"}, "{\"id\":1,\"text\":\"die größten Häuser\"}\n");
  EXPECT_THAT(ids(json({"search", "--bm25", "haus"})), ElementsAre(1));
}

TEST_F(Store, WritesMoreDocumentsThanABatchHolds) {
  std::string lines;
  for (int i = 0; i < 600; ++i)
    lines += nlohmann::json{{"id", i}, {"text", "word" + std::to_string(i)}}.dump() + "\n";
  expect_counts(json({"index", "--bm25"}, lines), 600, 0, 0);
  EXPECT_THAT(ids(json({"search", "--bm25", "word599"})), ElementsAre(599));
  expect_counts(json({"index"}, lines + "{\"id\":600,\"text\":\"x\"}\n"), 1, 0, 600);
}

}  // namespace
}  // namespace assay
