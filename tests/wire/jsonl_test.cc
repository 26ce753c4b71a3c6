// SPDX-License-Identifier: Apache-2.0
// Promise: every line form is read, every other refused by the name of its field; numbers read back
// the same.
#include "wire/jsonl.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <random>

#include "support.h"

namespace assay::wire {
namespace {

using testing::HasSubstr;

template <class T>
std::string fault_of(const Result<T>& result) {
  EXPECT_FALSE(result.ok());
  return result.ok() ? "" : result.failure().message;
}

TEST(ReadLines, TakeEveryForm) {
  EXPECT_EQ(read_tokenize_line("\"a\"").value().text, "a");
  EXPECT_EQ(read_tokenize_line(R"({"text":"a"})").value().text, "a");
  const auto pair = read_tokenize_line(R"({"query":"q","document":"d"})");
  EXPECT_EQ(pair.value().text, "q");
  EXPECT_EQ(pair.value().document, "d");
  EXPECT_EQ(read_embed_line("\"a\"").value().kind, TextKind::kPlain);
  EXPECT_EQ(read_embed_line(R"({"text":"a","kind":"query"})").value().kind, TextKind::kQuery);
  EXPECT_EQ(read_embed_line(R"({"text":"a","kind":"passage"})").value().kind, TextKind::kPassage);
  const auto rerank = read_rerank_line(R"({"query":"q","documents":["a",""]})");
  EXPECT_THAT(rerank.value().documents, testing::ElementsAre("a", ""));
  const auto point = read_point_line(R"({"id":7,"title":"t","text":"x"})");
  EXPECT_EQ(point.value().id, PointId(7));
  EXPECT_EQ(point.value().text, "x");
  EXPECT_EQ(Value(point.value().payload).to_json(), R"({"text":"x","title":"t"})");
}

TEST(ReadLines, NameWhatIsWrong) {
  EXPECT_THAT(fault_of(read_tokenize_line("5")), HasSubstr("expected a string, {\"text\":…}"));
  EXPECT_THAT(fault_of(read_tokenize_line(R"({"query":"q"})")),
              HasSubstr("\"document\" is missing"));
  EXPECT_THAT(fault_of(read_tokenize_line(R"({"text":"a","query":"q","document":"d"})")),
              HasSubstr("unknown field \"text\""));
  EXPECT_THAT(fault_of(read_embed_line("{}")), HasSubstr("\"text\" is missing"));
  EXPECT_THAT(fault_of(read_embed_line(R"({"text":5})")),
              HasSubstr("\"text\": expected a string, got a number"));
  EXPECT_THAT(fault_of(read_embed_line(R"({"text":"a","kind":"doc"})")),
              HasSubstr("\"kind\": expected \"query\" or \"passage\", got \"doc\""));
  EXPECT_THAT(fault_of(read_embed_line(R"({"text":"a","kidn":"query"})")),
              HasSubstr("unknown field \"kidn\""));
  EXPECT_THAT(fault_of(read_embed_line("{")), HasSubstr("invalid JSON at byte 1"));
  EXPECT_THAT(fault_of(read_rerank_line(R"({"query":"q"})")),
              HasSubstr("\"documents\" is missing"));
  EXPECT_THAT(fault_of(read_rerank_line(R"({"query":"q","documents":"a"})")),
              HasSubstr("\"documents\": expected an array, got a string"));
  EXPECT_THAT(fault_of(read_rerank_line(R"({"query":"q","documents":["a",null]})")),
              HasSubstr("\"documents\"[1]: expected a string, got null"));
  EXPECT_THAT(fault_of(read_rerank_line("\"q\"")), HasSubstr("got a string"));
  EXPECT_THAT(fault_of(read_point_line(R"({"text":"x"})")), HasSubstr("\"id\" is missing"));
  EXPECT_THAT(fault_of(read_point_line(R"({"id":1.5,"text":"x"})")),
              HasSubstr("\"id\": expected a whole number or a UUID"));
  EXPECT_THAT(fault_of(read_point_line(R"({"id":"nope","text":"x"})")), HasSubstr("nope"));
}

TEST(AppendNumber, ReadsBackTheSame) {
  std::mt19937 engine(11);
  for (int i = 0; i < 20000; ++i) {
    const float value = std::bit_cast<float>(static_cast<std::uint32_t>(engine()));
    std::string text;
    append_number(text, value);
    if (std::isfinite(value)) {
      ASSERT_EQ(std::bit_cast<std::uint32_t>(std::strtof(text.c_str(), nullptr)),
                std::bit_cast<std::uint32_t>(value))
          << text;
      ASSERT_TRUE(nlohmann::json::accept(text)) << text;
    } else {
      ASSERT_EQ(text, "null");
    }
  }
}

TEST(WriteLines, HaveTheDocumentedShapes) {
  std::string out;
  write_embedding(out, std::vector<float>{0.5f, -1}, false);
  write_embedding(out, std::vector<float>{2}, true);
  EXPECT_EQ(out, "{\"embedding\":[0.5,-1]}\n{\"embedding\":[2],\"truncated\":true}\n");
  out.clear();
  write_sparse(out, {{3, 2147483648u}, {0.5f, 2}}, false);
  write_sparse(out, {}, true);
  EXPECT_EQ(out,
            "{\"indices\":[3,2147483648],\"values\":[0.5,2]}\n"
            "{\"indices\":[],\"values\":[],\"truncated\":true}\n");
  out.clear();
  write_token_embeddings(out, {2, {1, 2, 3, 4}}, false);
  write_token_embeddings(out, {}, true);
  EXPECT_EQ(out, "{\"embeddings\":[[1,2],[3,4]]}\n{\"embeddings\":[],\"truncated\":true}\n");
  out.clear();
  RerankScores scores;
  scores.scores = {1, 3, 2};
  write_scores(out, scores);
  scores.truncated = {1};
  write_scores(out, scores, 2);
  EXPECT_EQ(out,
            "{\"scores\":[1,3,2],\"order\":[1,2,0]}\n{\"scores\":[1,3,2],\"order\":[1,2],"
            "\"truncated\":[1]}\n");
  out.clear();
  const Tokenizer tokenizer(test::golden("tokenizers/minilm"));
  write_tokens(out, tokenizer, tokenizer.encode("a \"b", 4));
  EXPECT_EQ(out,
            "{\"ids\":[101,1037,1000,102],\"type_ids\":[0,0,0,0],\"tokens\":[\"[CLS]\",\"a\","
            "\"\\\"\",\"[SEP]\"],"
            "\"offsets\":[[0,0],[0,1],[2,3],[0,0]],\"truncated\":true}\n");
}

TEST(ModelValue, HasFastEmbedsFields) {
  const auto value = model_value(*find_model("sentence-transformers/all-MiniLM-L6-v2"), true);
  EXPECT_EQ(*value.find("dim"), Value(384));
  EXPECT_EQ(*value.find("license"), Value("apache-2.0"));
  EXPECT_EQ(*value.find("cached"), Value(true));
  EXPECT_EQ(*value.find("sources")->find("hf"), Value("sentence-transformers/all-MiniLM-L6-v2"));
}

}  // namespace
}  // namespace assay::wire
