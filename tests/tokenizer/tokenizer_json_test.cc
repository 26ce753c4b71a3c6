// SPDX-License-Identifier: Apache-2.0
// Promise: a damaged or unknown field of tokenizer.json is refused by name; nothing is skipped
// silently.
#include <gmock/gmock.h>

#include "assay/tokenizer.h"
#include "support.h"

namespace assay {
namespace {

using nlohmann::json;
using test::message_of;
using testing::HasSubstr;

class TokenizerJson : public testing::Test {
 protected:
  TokenizerJson() : good_(test::read_json(test::golden("models/bert-embedder/tokenizer.json"))) {}

  // The refusal of the good file with the value at `pointer` replaced.
  std::string refusal(ErrorCode code, const char* pointer, const json& value) {
    json file = good_;
    file[json::json_pointer(pointer)] = value;
    return refusal_of(code, file.dump());
  }
  std::string refusal_of(ErrorCode code, const std::string& text) {
    const auto path = scratch_.write("tokenizer.json", text);
    const std::string message = message_of(code, [&] { Tokenizer tokenizer(scratch_.path()); });
    EXPECT_THAT(message, HasSubstr("tokenizer: " + path.string()));
    return message;
  }
  json good_;
  test::ScratchFolder scratch_;
};

TEST_F(TokenizerJson, RefusesUnknownComponentsByName) {
  const auto code = ErrorCode::kUnsupported;
  EXPECT_THAT(refusal(code, "/normalizer", {{"type", "Precompiled"}}),
              HasSubstr("normalizer \"Precompiled\" is not supported"));
  EXPECT_THAT(
      refusal(code, "/normalizer", {{"type", "Sequence"}, {"normalizers", {{{"type", "Nmt"}}}}}),
      HasSubstr("normalizer.normalizers[0] \"Nmt\" is not supported"));
  EXPECT_THAT(refusal(code, "/pre_tokenizer", {{"type", "ByteLevel"}}),
              HasSubstr("pre_tokenizer \"ByteLevel\" is not supported"));
  EXPECT_THAT(refusal(code, "/model/type", "BPE"), HasSubstr("model \"BPE\" is not supported"));
  EXPECT_THAT(refusal(code, "/post_processor", {{"type", "RobertaProcessing"}}),
              HasSubstr("post_processor \"RobertaProcessing\" is not supported"));
}

TEST_F(TokenizerJson, RefusesDamagedFieldsByName) {
  const auto code = ErrorCode::kCorruption;
  EXPECT_THAT(refusal_of(code, ""), HasSubstr("no JSON"));
  EXPECT_THAT(refusal_of(code, "{\"model\":"), HasSubstr("no JSON"));
  EXPECT_THAT(refusal_of(code, "[]"), HasSubstr("expected a JSON object"));
  EXPECT_THAT(refusal_of(code, "{}"), HasSubstr("model is missing"));
  EXPECT_THAT(refusal(code, "/model/vocab", 5),
              HasSubstr("model.vocab: expected an object, got 5"));
  EXPECT_THAT(refusal(code, "/model/vocab/a", -1),
              HasSubstr("model.vocab[\"a\"]: expected a token id, got -1"));
  EXPECT_THAT(refusal(code, "/model/vocab/a", 4000000000u), HasSubstr("expected a token id"));
  EXPECT_THAT(refusal(code, "/model/unk_token", "nowhere"),
              HasSubstr("model.unk_token: expected a token of the vocabulary, got \"nowhere\""));
  EXPECT_THAT(refusal(code, "/normalizer/lowercase", "yes"),
              HasSubstr("normalizer.lowercase: expected true or false, got \"yes\""));
  EXPECT_THAT(refusal(code, "/added_tokens/0/content", nullptr),
              HasSubstr("added_tokens[0].content is missing"));
  EXPECT_THAT(refusal(code, "/post_processor/special_tokens", json::object()),
              HasSubstr("post_processor.special_tokens.[CLS] is missing"));
  EXPECT_THAT(refusal(code, "/post_processor/single/1/Sequence/id", "C"),
              HasSubstr("expected \"A\" or \"B\", got \"C\""));
}

TEST_F(TokenizerJson, ReadsBertProcessingAndDoesWithoutOptionalParts) {
  json file = good_;
  file["post_processor"] = {
      {"type", "BertProcessing"}, {"sep", {"[SEP]", 7}}, {"cls", {"[CLS]", 6}}};
  scratch_.write("tokenizer.json", file.dump());
  const Tokenizer original(test::golden("models/bert-embedder"));
  EXPECT_EQ(Tokenizer(scratch_.path()).encode_pair("a b", "c").ids,
            original.encode_pair("a b", "c").ids);
  EXPECT_EQ(Tokenizer(scratch_.path()).encode_pair("a b", "c").type_ids,
            original.encode_pair("a b", "c").type_ids);
  for (const char* key : {"post_processor", "added_tokens"}) file.erase(key);
  scratch_.write("tokenizer.json", file.dump());
  EXPECT_EQ(Tokenizer(scratch_.path()).encode("a").ids.size(), 1u);
}

TEST_F(TokenizerJson, FindsNormalizedAddedTokensInTheNormalizedText) {
  json file = good_;
  file["added_tokens"].push_back(
      {{"id", 999}, {"content", "Foo Bar"}, {"normalized", true}, {"special", false}});
  scratch_.write("tokenizer.json", file.dump());
  const Tokenizer tokenizer(scratch_.path());
  const Encoding encoding = tokenizer.encode("x FOO bár y");
  EXPECT_THAT(encoding.ids, testing::Contains(999));
  const auto at = static_cast<std::size_t>(
      std::find(encoding.ids.begin(), encoding.ids.end(), 999) - encoding.ids.begin());
  EXPECT_EQ(encoding.offsets[at], (std::pair<std::uint32_t, std::uint32_t>(2, 10)));
}

TEST(TokenizerConfigFile, IsChecked) {
  const test::ScratchFolder scratch;
  std::filesystem::copy(test::golden("tokenizers/minilm/vocab.txt"), scratch.path() / "vocab.txt");
  scratch.write("tokenizer_config.json", R"({"truncation_side":"middle"})");
  EXPECT_THAT(message_of(ErrorCode::kCorruption, [&] { Tokenizer tokenizer(scratch.path()); }),
              HasSubstr("truncation_side: expected \"right\" or \"left\", got \"middle\""));
  scratch.write("tokenizer_config.json", R"({"cls_token":{"content":"[NOPE]"}})");
  EXPECT_THAT(message_of(ErrorCode::kCorruption, [&] { Tokenizer tokenizer(scratch.path()); }),
              HasSubstr("the special token \"[NOPE]\" is not in it"));
  scratch.write("vocab.txt", "a\n\xff\n");
  EXPECT_THAT(message_of(ErrorCode::kCorruption, [&] { Tokenizer tokenizer(scratch.path()); }),
              HasSubstr("invalid UTF-8 at byte 2"));
}

}  // namespace
}  // namespace assay
