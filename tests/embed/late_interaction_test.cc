// SPDX-License-Identifier: Apache-2.0
// Promise: LateInteractionTextEmbedding gives every golden token matrix from its text, query or
// document, alone, batched, shuffled, streamed and with any number of threads; errors name what is
// wrong.
#include "assay/late_interaction_text_embedding.h"

#include <gmock/gmock.h>

#include "embed/golden_cases.h"

namespace assay {
namespace {

using test::golden;
using test::message_of;
using testing::HasSubstr;

const std::string kModel = golden("models/bert-colbert").string();

struct Case {
  std::string id, text;
  TextKind kind;
  std::size_t full_length, length;
  std::vector<float> expected;  // rows end to end
};

std::vector<Case> golden_cases() {
  const auto file = test::read_json(golden("models/bert-colbert/expected.json"));
  std::vector<Case> cases;
  for (const auto& entry : file["cases"]) {
    EXPECT_EQ(entry["max_length"], file["max_length"]);
    Case made{entry["id"],
              entry["text"],
              entry["mode"] == "query" ? TextKind::kQuery : TextKind::kPassage,
              entry["full_length"],
              entry["length"],
              {}};
    for (const auto& row : entry["embeddings"]) {
      const auto values = row.get<std::vector<float>>();
      made.expected.insert(made.expected.end(), values.begin(), values.end());
    }
    cases.push_back(std::move(made));
  }
  EXPECT_FALSE(cases.empty());
  return cases;
}

TEST(LateInteractionTextEmbedding, ReproducesTheGoldenRows) {
  const auto cases = golden_cases();
  for (const std::size_t threads : {1u, 2u}) {
    const LateInteractionTextEmbedding embedder(kModel, {.threads = threads});
    EXPECT_EQ(embedder.dim(), 16u);
    EXPECT_EQ(embedder.max_length(), 96u);
    std::vector<TokenEmbeddings> alone;
    for (const Case& item : cases) {
      alone.push_back(item.kind == TextKind::kQuery ? embedder.query_embed(item.text)
                                                    : embedder.embed(item.text));
      test::expect_near(item.id, alone.back().values(), item.expected, 1e-5f);
      EXPECT_EQ(embedder.token_count(std::vector{item.text}, item.kind),
                std::min<std::size_t>(item.full_length, 95))
          << item.id;
      EXPECT_EQ(embedder.token_count(std::vector{item.text}, item.kind, true), item.length)
          << item.id;
    }
    for (const unsigned seed : {0u, 1u}) {
      for (const std::size_t batch_tokens : {1u, 300u, 8192u}) {
        const LateInteractionTextEmbedding batched(
            kModel, {.threads = threads, .batch_tokens = batch_tokens});
        const auto order = test::order_of(cases.size(), seed);
        std::size_t next = 0;
        std::size_t delivered = 0;
        batched.embed(
            [&]() -> std::optional<TextInput> {
              if (next == order.size()) return std::nullopt;
              const Case& item = cases[order[next++]];
              return TextInput{item.text, item.kind};
            },
            [&](const LateInteractionText& text) {
              ASSERT_EQ(text.index, delivered);
              const Case& item = cases[order[delivered]];
              ASSERT_EQ(text.rows, alone[order[delivered]]) << item.id;
              EXPECT_EQ(text.truncated, item.full_length > 95) << item.id;
              EXPECT_EQ(text.token_count, item.length) << item.id;
              ++delivered;
            });
        EXPECT_EQ(delivered, cases.size());
      }
    }
  }
}

TEST(LateInteractionTextEmbedding, TakesListsAndNothing) {
  const LateInteractionTextEmbedding embedder(kModel);
  const auto two = embedder.embed({"a text", "another"});
  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(two, embedder.passage_embed(std::vector<std::string>{"a text", "another"}));
  EXPECT_EQ(two[1], embedder.embed("another"));
  EXPECT_TRUE(embedder.embed(std::vector<std::string>{}).empty());
}

TEST(LateInteractionTextEmbedding, ComparesByMaxSim) {
  const TokenEmbeddings query(2, {1, 0, 0, 1});
  const TokenEmbeddings document(2, {0.5f, 0.5f, 1, -1, 0, 0.25f});
  EXPECT_FLOAT_EQ(max_sim(query, document), 1.5f);
  EXPECT_EQ(max_sim(query, {}), 0.0f);
  EXPECT_THAT(message_of(ErrorCode::kInvalidArgument,
                         [&] {
                           (void)max_sim(query, {3, {1, 2, 3}});
                         }),
              HasSubstr("rows of 2 floats, the document of 3"));
}

TEST(LateInteractionTextEmbedding, HonoursMaxLength) {
  const LateInteractionTextEmbedding embedder(kModel, {.max_length = 5});
  EXPECT_EQ(embedder.token_count(std::vector<std::string>{"one two three four five six"},
                                 TextKind::kPassage, true),
            5u);
  EXPECT_THAT(message_of(ErrorCode::kInvalidArgument,
                         [] { LateInteractionTextEmbedding(kModel, {.max_length = 2}); }),
              HasSubstr("max_length: expected at least 3"));
  EXPECT_THAT(message_of(ErrorCode::kInvalidArgument,
                         [] { LateInteractionTextEmbedding(kModel, {.max_length = 97}); }),
              HasSubstr("max_length: expected 1 to 96"));
}

TEST(LateInteractionTextEmbedding, RefusesOtherModels) {
  EXPECT_THAT(message_of(ErrorCode::kInvalidArgument,
                         [] { LateInteractionTextEmbedding("BAAI/bge-small-en-v1.5"); }),
              HasSubstr("is a dense model, not a late-interaction one"));
  EXPECT_THAT(
      message_of(ErrorCode::kUnsupported,
                 [] { LateInteractionTextEmbedding(golden("models/bert-embedder").string()); }),
      HasSubstr("is no late-interaction model"));
}

TEST(LateInteractionTextEmbedding, NamesATokenItNeeds) {
  const test::ScratchFolder scratch;
  const auto folder = scratch.copy("models/bert-colbert");
  auto tokenizer = test::read_json(folder / "tokenizer.json");
  auto& vocabulary = tokenizer["model"]["vocab"];
  vocabulary.erase("[MASK]");
  vocabulary["[NASK]"] = 8;
  for (auto& token : tokenizer["added_tokens"]) {
    if (token["content"] == "[MASK]") token["content"] = "[NASK]";
  }
  scratch.write("bert-colbert/tokenizer.json", tokenizer.dump());
  EXPECT_THAT(message_of(ErrorCode::kCorruption,
                         [&] { LateInteractionTextEmbedding embedder(folder.string()); }),
              HasSubstr("has no [MASK]"));
}

}  // namespace
}  // namespace assay
