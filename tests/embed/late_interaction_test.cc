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

// Its own markers and mask, which the query attends to.
TEST(LateInteractionTextEmbedding, ReproducesAFolderLikeJinaColbert) {
  const auto file = test::read_json(golden("models/jina-colbert/expected.json"));
  const LateInteractionTextEmbedding embedder(golden("models/jina-colbert").string(),
                                              {.threads = 2});
  EXPECT_EQ(embedder.dim(), 16u);
  for (const auto& entry : file["cases"]) {
    const auto text = entry["text"].get<std::string>();
    const auto rows = entry["mode"] == "query" ? embedder.query_embed(text) : embedder.embed(text);
    ASSERT_EQ(rows.size(), entry["embeddings"].size()) << entry["id"];
    for (std::size_t r = 0; r < rows.size(); ++r) {
      test::expect_near(entry["id"], rows[r], entry["embeddings"][r].get<std::vector<float>>(),
                        1e-5f);
    }
  }
}

// PyLate's folder as it is, and with query expansion.
TEST(LateInteractionTextEmbedding, ReproducesAPyLateFolder) {
  const auto file = test::read_json(golden("pylate/cases.json"));
  ASSERT_GE(file["cases"].size(), 60u);
  for (const bool expand : {false, true}) {
    for (const bool attend : {false, true}) {
      if (attend && !expand) continue;
      const test::ScratchFolder scratch;
      const std::string folder = scratch.copy("pylate/model").string();
      auto config = test::read_json(golden("pylate/model/config_sentence_transformers.json"));
      config["do_query_expansion"] = expand;
      config["attend_to_expansion_tokens"] = attend;
      scratch.write("model/config_sentence_transformers.json", config.dump());
      const LateInteractionTextEmbedding embedder(folder, {.threads = 2});
      EXPECT_EQ(embedder.dim(), 16u);
      EXPECT_EQ(embedder.max_length(), 40u);  // document_length
      std::size_t checked = 0;
      for (const auto& entry : file["cases"]) {
        const bool query = entry["query"];
        if (query && (entry["expand"] != expand || entry["attend"] != attend)) continue;
        const auto text = entry["text"].get<std::string>();
        const auto rows = query ? embedder.query_embed(text) : embedder.embed(text);
        ASSERT_EQ(rows.size(), entry["embeddings"].size()) << entry;
        for (std::size_t r = 0; r < rows.size(); ++r)
          test::expect_near(text, rows[r], entry["embeddings"][r].get<std::vector<float>>(), 1e-5f);
        ++checked;
      }
      EXPECT_GE(checked, 32u);
    }
  }
}

TEST(LateInteractionTextEmbedding, RefusesPyLateModulesThatDoNotFit) {
  const test::ScratchFolder scratch;
  const std::string folder = scratch.copy("pylate/model").string();
  const auto refusal = [&](ErrorCode code) {
    return message_of(code, [&] { LateInteractionTextEmbedding embedder(folder); });
  };
  const auto set = [&](const std::string& file, const std::string& key,
                       const nlohmann::json& value) {
    auto config = test::read_json(golden("pylate/model/" + file));
    config[key] = value;
    scratch.write("model/" + file, config.dump());
  };
  set("2_Dense/config.json", "in_features", 41);
  EXPECT_THAT(refusal(ErrorCode::kCorruption),
              testing::AllOf(HasSubstr("2_Dense/config.json"),
                             HasSubstr("in_features is 41, the module before gives 40")));
  set("2_Dense/config.json", "out_features", 41);
  EXPECT_THAT(refusal(ErrorCode::kCorruption),
              testing::AllOf(HasSubstr("2_Dense/model.safetensors"), HasSubstr("got [40, 40]")));
  set("2_Dense/config.json", "activation_function", "torch.nn.Mish");
  EXPECT_THAT(refusal(ErrorCode::kUnsupported), HasSubstr("activation \"Mish\""));
  set("2_Dense/config.json", "use_residual", true);
  set("config_sentence_transformers.json", "query_prefix", "[X] ");
  EXPECT_THAT(refusal(ErrorCode::kCorruption), HasSubstr("has no [X]"));
  auto modules = test::read_json(golden("pylate/model/modules.json"));
  modules[1]["path"] = "../1_Dense";
  scratch.write("model/modules.json", modules.dump());
  EXPECT_THAT(refusal(ErrorCode::kCorruption), HasSubstr("leaves the folder"));
  modules[1]["path"] = "1_Dense";
  modules[1]["type"] = "pylate.models.Other";
  scratch.write("model/modules.json", modules.dump());
  EXPECT_THAT(refusal(ErrorCode::kUnsupported), HasSubstr("\"pylate.models.Other\""));
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
