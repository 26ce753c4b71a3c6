// SPDX-License-Identifier: Apache-2.0
// Promise: a damaged or unknown field of tokenizer.json is refused by name; nothing is skipped
// silently.
#include <gmock/gmock.h>

#include "assay/tokenizer.h"
#include "damage.h"
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
  EXPECT_THAT(refusal(code, "/normalizer", {{"type", "Uppercase"}}),
              HasSubstr("normalizer \"Uppercase\" is not supported"));
  EXPECT_THAT(
      refusal(code, "/normalizer", {{"type", "Sequence"}, {"normalizers", {{{"type", "X"}}}}}),
      HasSubstr("normalizer.normalizers[0] \"X\" is not supported"));
  EXPECT_THAT(refusal(code, "/pre_tokenizer", {{"type", "UnicodeScripts"}}),
              HasSubstr("pre_tokenizer \"UnicodeScripts\" is not supported"));
  EXPECT_THAT(refusal(code, "/model/type", "CharLevel"),
              HasSubstr("model \"CharLevel\" is not supported"));
  EXPECT_THAT(refusal(code, "/post_processor", {{"type", "X"}}),
              HasSubstr("post_processor \"X\" is not supported"));
  EXPECT_THAT(refusal(code, "/pre_tokenizer",
                      {{"type", "Split"},
                       {"pattern", {{"Regex", "\\p{Han}+"}}},
                       {"behavior", "Isolated"},
                       {"invert", false}}),
              HasSubstr("pre_tokenizer.pattern.Regex the property \"Han\""));
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
  // Templates that drop a text, or say it twice.
  const json pair = good_["post_processor"]["pair"], a = good_["post_processor"]["single"][1];
  EXPECT_THAT(refusal(code, "/post_processor/single", json::array({pair[0]})),
              HasSubstr("post_processor.single: expected one sequence A"));
  EXPECT_THAT(refusal(code, "/post_processor/single", json::array({a, a})),
              HasSubstr("post_processor.single: expected one sequence A"));
  EXPECT_THAT(refusal(code, "/post_processor/pair", json::array()),
              HasSubstr("post_processor.pair: expected one sequence A and one B"));
  EXPECT_THAT(refusal(code, "/post_processor/pair", json::array({a})),
              HasSubstr("post_processor.pair: expected one sequence A and one B"));
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
  // Not in the vocabulary: the next free id, whatever the file says, as in the library.
  const auto id = static_cast<std::int32_t>(good_["model"]["vocab"].size());
  EXPECT_THAT(encoding.ids, testing::Contains(id));
  const auto at = static_cast<std::size_t>(std::find(encoding.ids.begin(), encoding.ids.end(), id) -
                                           encoding.ids.begin());
  EXPECT_EQ(encoding.offsets[at], (std::pair<std::uint32_t, std::uint32_t>(2, 10)));
}

// The file without what makes it large: a few entries are as good as thousands.
json small_file(const std::string& folder) {
  json file = test::read_json(test::golden(folder) / "tokenizer.json");
  json& model = file["model"];
  json& vocab = model["vocab"];
  // Its map of a third of a megabyte: charsmap_test.cc.
  if (file["normalizer"].dump().find("precompiled_charsmap") != std::string::npos)
    file["normalizer"] = {{"type", "NFKC"}};
  std::vector<std::string> kept;  // what other parts of the file name
  for (const json& token : file.value("added_tokens", json::array()))
    kept.push_back(token["content"]);
  if (vocab.is_array()) {
    vocab.erase(vocab.begin() + 40, vocab.end());
    return file;
  }
  json few = json::object();
  for (const std::string& token : kept) {
    if (vocab.contains(token)) few[token] = vocab[token];
  }
  if (model.contains("merges")) {
    json merges = json::array();
    for (const json& merge : model["merges"]) {
      if (merges.size() == 12) break;
      const std::string text = merge.is_string() ? merge.get<std::string>() : "";
      const std::size_t blank = text.find(' ');
      const std::string left =
          merge.is_string() ? text.substr(0, blank) : merge[0].get<std::string>();
      const std::string right =
          merge.is_string() ? text.substr(blank + 1) : merge[1].get<std::string>();
      for (const std::string& part : {left, right, left + right}) few[part] = vocab[part];
      merges.push_back(merge);
    }
    model["merges"] = std::move(merges);
  }
  for (const auto& [token, id] : vocab.items()) {
    if (few.size() < 60) few[token] = id;
  }
  vocab = std::move(few);
  return file;
}

// Every value of a file replaced by each kind of wrong one, and every member left out: an Error
// that names the file, or a tokenizer that works, never anything else.
TEST(DamagedTokenizer, IsRefusedOrWorks) {
  for (const std::string folder :
       {"models/bert-embedder", "models/roberta-embedder", "models/qwen3-embedder",
        "models/modernbert-embedder", "models/mpnet-embedder", "models/xlmr-cross-encoder"}) {
    SCOPED_TRACE(folder);
    const json file = small_file(folder);
    const test::ScratchFolder scratch;
    scratch.write("tokenizer.json", file.dump());
    (void)Tokenizer(scratch.path()).encode("Hello");  // the small file is a good one
    std::size_t worked = 0;
    std::size_t tried = 0;
    const test::MemoryBound bound(std::size_t{512} << 20);
    test::for_each_damage(file, 5, [&](const json& damaged) {
      const auto path = scratch.write("tokenizer.json",
                                      damaged.dump(-1, ' ', false, json::error_handler_t::replace));
      ++tried;
      try {
        const Tokenizer tokenizer(scratch.path());
        try {
          (void)tokenizer.encode_pair("Hello wörld 中文 12 <mask>[SEP]", " b\n\u0301", 9);
          ++worked;
        } catch (const Error& error) {  // of the text, not of the file
          EXPECT_NE(error.code(), ErrorCode::kInternal) << error.what();
        }
      } catch (const Error& error) {
        EXPECT_NE(error.code(), ErrorCode::kInternal) << error.what();
        EXPECT_THAT(error.what(), HasSubstr(path.string())) << damaged;
      }
    });
    EXPECT_GT(tried, 400u);
    EXPECT_GT(worked, 0u);
    EXPECT_LT(worked, tried);
  }
}

TEST(DamagedTokenizer, IsRefusedWhenItIsCutShort) {
  const test::ScratchFolder scratch;
  const std::string model =
      "\x0a\x05\x0a\x03<s>\x0a\x06\x0a\x04</s>\x0a\x07\x0a\x05<unk>\x0a\x04\x0a\x02"
      "ab";
  for (std::size_t size = 0; size < model.size(); ++size) {
    scratch.write("sentencepiece.bpe.model", model.substr(0, size));
    EXPECT_THAT(message_of(ErrorCode::kCorruption, [&] { Tokenizer tokenizer(scratch.path()); }),
                HasSubstr("not a SentencePiece model"));
  }
  scratch.write("sentencepiece.bpe.model", model);
  EXPECT_EQ(Tokenizer(scratch.path()).vocabulary_size(), 6u);
  scratch.write("vocab.json", R"({"<s>":0,"</s>":1,"<pad>":2,"<unk>":3,"<mask>":4,"a":5,"b":6})");
  scratch.write("merges.txt", "#version: 0.2\na b\n");
  EXPECT_THAT(message_of(ErrorCode::kCorruption, [&] { Tokenizer tokenizer(scratch.path()); }),
              HasSubstr("line 2: vocab.json lacks"));
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
