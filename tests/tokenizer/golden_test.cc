// SPDX-License-Identifier: Apache-2.0
// Promise: ids, type ids and offsets are those of the tokenizers library, for every golden case;
// vocab.txt alone gives the same.
#include <gtest/gtest.h>

#include "assay/tokenizer.h"
#include "support.h"

namespace assay {
namespace {

using test::golden;

using Offsets = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

void check_cases(const Tokenizer& tokenizer) {
  const auto file = test::read_json(golden("tokenizers/minilm/cases.json"));
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

TEST(GoldenTokens, MiniLm) { check_cases(Tokenizer(golden("tokenizers/minilm"))); }

TEST(GoldenTokens, MiniLmFromVocabTxt) {
  const test::ScratchFolder scratch;
  for (const char* name : {"vocab.txt", "tokenizer_config.json"}) {
    std::filesystem::copy(golden("tokenizers/minilm") / name, scratch.path() / name);
  }
  check_cases(Tokenizer(scratch.path()));
}

TEST(GoldenTokens, ModelFolders) {
  for (const std::string folder : {"bert-embedder", "bert-embedder-cls", "bert-cross-encoder"}) {
    const Tokenizer tokenizer(golden("models/" + folder));
    const auto file = test::read_json(golden("models/" + folder) / "expected.json");
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
      EXPECT_EQ(encoding.full_length, entry["full_length"].get<std::size_t>()) << entry["id"];
    }
  }
}

}  // namespace
}  // namespace assay
