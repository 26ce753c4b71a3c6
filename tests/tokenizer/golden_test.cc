// SPDX-License-Identifier: Apache-2.0
// Promise: ids, type ids and offsets are those of the tokenizers library, for every golden case;
// the older files give the same.
#include <gtest/gtest.h>

#include <bit>
#include <cstdlib>

#include "assay/tokenizer.h"
#include "support.h"

namespace assay {
namespace {

using test::golden;

using Offsets = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

void check_cases(const Tokenizer& tokenizer, const std::string& folder) {
  const auto file = test::read_json(golden("tokenizers") / folder / "cases.json");
  ASSERT_FALSE(file["cases"].empty());
  for (const auto& entry : file["cases"]) {
    const auto text = entry["text"].get<std::string>();
    const Encoding encoding = tokenizer.encode(text);
    EXPECT_EQ(encoding.ids, entry["ids"].get<std::vector<std::int32_t>>()) << text;
    EXPECT_EQ(encoding.offsets, entry["byte_offsets"].get<Offsets>()) << text;
    EXPECT_FALSE(encoding.truncated());
  }
  for (const auto& entry : file["pairs"]) {
    const auto limit = entry["max_length"].is_null() ? std::optional<std::size_t>()
                                                     : entry["max_length"].get<std::size_t>();
    const Encoding encoding = tokenizer.encode_pair(entry["query"].get<std::string>(),
                                                    entry["document"].get<std::string>(), limit);
    EXPECT_EQ(encoding.ids, entry["ids"].get<std::vector<std::int32_t>>()) << entry;
    EXPECT_EQ(encoding.type_ids, entry["type_ids"].get<std::vector<std::int32_t>>()) << entry;
  }
}

TEST(GoldenTokens, OfTokenizers) {
  for (const std::string folder : {"minilm", "unigram-8k", "bbpe-8k"}) {
    SCOPED_TRACE(folder);
    check_cases(Tokenizer(golden("tokenizers") / folder), folder);
  }
}

TEST(GoldenTokens, MiniLmFromVocabTxt) {
  const test::ScratchFolder scratch;
  for (const char* name : {"vocab.txt", "tokenizer_config.json"}) {
    std::filesystem::copy(golden("tokenizers/minilm") / name, scratch.path() / name);
  }
  check_cases(Tokenizer(scratch.path()), "minilm");
}

TEST(GoldenTokens, BytePairsFromVocabJsonAndMerges) {
  const test::ScratchFolder scratch;
  const auto json = test::read_json(golden("tokenizers/bbpe-8k/tokenizer.json"));
  scratch.write("vocab.json", json["model"]["vocab"].dump());
  std::string merges = "#version: 0.2\n";
  for (const auto& pair : json["model"]["merges"])
    merges += pair[0].get<std::string>() + " " + pair[1].get<std::string>() + "\n";
  scratch.write("merges.txt", merges);
  check_cases(Tokenizer(scratch.path()), "bbpe-8k");
}

// The same pieces written as the protocol buffer that tokenizer.json was made from.
TEST(GoldenTokens, UnigramFromSentencePiece) {
  const auto json = test::read_json(golden("tokenizers/unigram-8k/tokenizer.json"));
  const auto integer = [](std::uint64_t value) {
    std::string bytes;
    for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<char>(value | 0x80));
    bytes.push_back(static_cast<char>(value));
    return bytes;
  };
  const auto field = [&](int number, const std::string& bytes) {
    return integer(static_cast<std::uint64_t>(number) << 3 | 2) + integer(bytes.size()) + bytes;
  };
  const auto piece = [&](const std::string& text, float score) {
    const auto bits = std::bit_cast<std::uint32_t>(score);
    std::string number = integer(2 << 3 | 5);
    for (int i = 0; i < 4; ++i) number.push_back(static_cast<char>(bits >> (8 * i)));
    return field(1, field(1, text) + number);
  };
  std::string model = piece("<unk>", 0) + piece("<s>", 0) + piece("</s>", 0);
  const auto& vocab = json["model"]["vocab"];
  ASSERT_EQ(vocab[3][0], "<unk>");
  for (std::size_t i = 4; i < vocab.size(); ++i) {
    if (vocab[i][0] != "<mask>") model += piece(vocab[i][0], vocab[i][1].get<float>());
  }
  model += field(2, integer(3 << 3) + integer(1));
  const test::ScratchFolder scratch;
  scratch.write("sentencepiece.bpe.model", model);
  // Without the charsmap, for texts that it leaves alone.
  const Tokenizer from_model(scratch.path());
  const Tokenizer from_json(golden("tokenizers/unigram-8k"));
  for (const char* text : {"The licence applies to the program.", "größer, 中文 <mask> x"})
    EXPECT_EQ(from_model.encode_pair(text, "b").ids, from_json.encode_pair(text, "b").ids);
}

// Folders of tests/golden/models, and of ASSAY_TEST_FOLDERS when it names another place.
TEST(GoldenTokens, OfModelFolders) {
  std::vector<std::filesystem::path> roots = {golden("models")};
  if (const char* more = std::getenv("ASSAY_TEST_FOLDERS")) roots.emplace_back(more);
  for (const auto& root : roots) {
    for (const auto& folder : std::filesystem::directory_iterator(root)) {
      SCOPED_TRACE(folder.path().filename());
      const auto file = test::read_json(folder.path() / "expected.json");
      // Their ids are not the tokenizer's alone: a marker or a prompt is added, special tokens are
      // left out.
      const auto architecture =
          test::read_json(folder.path() / "config.json")["architectures"][0].get<std::string>();
      if (file["task"] == "colbert" || architecture == "StaticModel" ||
          architecture.ends_with("ForCausalLM"))
        continue;
      const Tokenizer tokenizer(folder.path());
      ASSERT_FALSE(file["cases"].empty());
      for (const auto& entry : file["cases"]) {
        const auto limit = entry["max_length"].get<std::size_t>();
        const Encoding encoding =
            entry.contains("query")
                ? tokenizer.encode_pair(entry["query"].get<std::string>(),
                                        entry["document"].get<std::string>(), limit)
                : tokenizer.encode(entry["text"].get<std::string>(), limit);
        EXPECT_EQ(encoding.ids, entry["ids"].get<std::vector<std::int32_t>>()) << entry["id"];
        EXPECT_EQ(encoding.type_ids, entry["type_ids"].get<std::vector<std::int32_t>>())
            << entry["id"];
        EXPECT_EQ(encoding.ids.size(), entry["length"].get<std::size_t>()) << entry["id"];
        EXPECT_EQ(encoding.full_length, entry["full_length"].get<std::size_t>()) << entry["id"];
      }
    }
  }
}

}  // namespace
}  // namespace assay
