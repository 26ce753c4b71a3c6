// SPDX-License-Identifier: Apache-2.0
// Promise: BM25 vectors are FastEmbed's for every golden text, language and option; what cannot be
// is refused by name.
#include "sparse/bm25.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <thread>

#include "support.h"

namespace assay::sparse {
namespace {

using test::golden;
using test::message_of;
using testing::HasSubstr;

SparseOptions options_of(const nlohmann::json& json) {
  SparseOptions options;
  options.k = json.value("k", options.k);
  options.b = json.value("b", options.b);
  if (json.contains("avg_len")) options.avg_len = json["avg_len"].get<double>();
  options.language = json.value("language", options.language);
  options.token_max_length = json.value("token_max_length", options.token_max_length);
  options.disable_stemmer = json.value("disable_stemmer", false);
  if (json.contains("stopwords"))
    options.stop_words = json["stopwords"].get<std::vector<std::string>>();
  return options;
}

TEST(Bm25, ReproducesFastEmbedsVectors) {
  const auto file = test::read_json(golden("bm25/cases.json"));
  const auto texts = file["texts"].get<std::vector<std::string>>();
  ASSERT_GE(file["cases"].size(), 800u);
  for (const auto& entry : file["cases"]) {
    const Bm25 bm25(options_of(entry["options"]));
    const std::string& text = texts[entry["text"].get<std::size_t>()];
    const std::string what = entry["options"].dump() + " \"" + text + "\"";
    const SparseVector document = bm25.document(text);
    ASSERT_EQ(document.indices, entry["document"]["indices"].get<std::vector<std::uint32_t>>())
        << what;
    const auto values = entry["document"]["values"].get<std::vector<double>>();
    for (std::size_t i = 0; i < values.size(); ++i)
      ASSERT_FLOAT_EQ(document.values[i], static_cast<float>(values[i])) << what;
    SparseVector query = bm25.query(text);
    EXPECT_EQ(query.values, std::vector<float>(query.indices.size(), 1.0f)) << what;
    std::sort(query.indices.begin(), query.indices.end());
    EXPECT_EQ(query.indices, entry["query"].get<std::vector<std::uint32_t>>()) << what;
    EXPECT_EQ(bm25.token_count(text), entry["tokens"].get<std::size_t>()) << what;
  }
}

TEST(Bm25, GivesTheWeightsOfItsFormula) {
  EXPECT_DOUBLE_EQ(term_weight(1, 1, 1.2, 0.75, 256), 1.6877434821696136);
  EXPECT_DOUBLE_EQ(term_weight(2, 256, 1.2, 0.75, 256), 1.375);
  EXPECT_DOUBLE_EQ(term_weight(2, 5, 1.2, 0.75, 150), 1.8884120171673822);
}

TEST(Bm25, LetsTheLaterOfTwoTermsWithOneIndexWin) {
  SparseOptions options;
  options.disable_stemmer = true;
  const Bm25 bm25(options);
  const SparseVector first = bm25.document("kitchens kitchens prostaglandins");
  EXPECT_EQ(first.indices, std::vector<std::uint32_t>{358434922});
  EXPECT_FLOAT_EQ(first.values.at(0), 1.678688524590f);
  EXPECT_FLOAT_EQ(bm25.document("prostaglandins kitchens kitchens").values.at(0), 1.904311073542f);
  EXPECT_EQ(bm25.document("ad1u66pi").indices, std::vector<std::uint32_t>{2147483648u});
}

TEST(Bm25, TakesStopWordsThatNoWordCanBe) {
  SparseOptions options;
  options.stop_words = {"don't", "dont!", "İ", ""};
  EXPECT_EQ(Bm25(options).document("don t dont i").indices.size(), 4u);
}

TEST(Bm25, NamesTheOptionItRefuses) {
  const auto refusal = [](auto change) {
    return message_of(ErrorCode::kInvalidArgument, [&] {
      SparseOptions options;
      change(options);
      (void)Bm25(options);
    });
  };
  EXPECT_THAT(refusal([](auto& o) { o.language = "klingon"; }),
              testing::AllOf(HasSubstr("language: \"klingon\""), HasSubstr("turkish")));
  EXPECT_THAT(refusal([](auto& o) { o.k = -1; }),
              HasSubstr("k: expected a number from 0 up, got -1"));
  EXPECT_THAT(refusal([](auto& o) { o.b = 1.5; }), HasSubstr("b: expected 0 to 1, got 1.5"));
  EXPECT_THAT(refusal([](auto& o) { o.avg_len = 0; }), HasSubstr("avg_len: expected"));
  EXPECT_THAT(refusal([](auto& o) { o.stop_words = {"\xff"}; }), HasSubstr("byte 0"));
  SparseOptions unstemmed;
  unstemmed.language = "klingon";
  unstemmed.disable_stemmer = true;
  EXPECT_EQ(Bm25(unstemmed).query("qaStaH nuq").indices.size(), 2u);
  EXPECT_THAT(message_of(ErrorCode::kInvalidArgument, [&] { (void)Bm25({}).document("ab\xc3"); }),
              HasSubstr("invalid UTF-8 at byte 2"));
}

TEST(Bm25, GivesTheSameFromManyThreads) {
  const Bm25 bm25({});
  const std::string text = "generous foxes are running through quickly growing forests";
  const SparseVector expected = bm25.document(text);
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (int& count : wrong) {
    threads.emplace_back([&] {
      for (int i = 0; i < 300; ++i) count += bm25.document(text) == expected ? 0 : 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

}  // namespace
}  // namespace assay::sparse
