// SPDX-License-Identifier: Apache-2.0
// Promise: ids outside a model's tables and folders whose parts do not fit are refused with the
// tensor, file, field and shapes.
#include <gmock/gmock.h>

#include "model/bi_encoder.h"
#include "model/cross_encoder.h"
#include "support.h"

namespace assay::model {
namespace {

using test::golden;
using test::message_of;
using testing::HasSubstr;

TEST(Bert, RefusesIdsOutsideItsTables) {
  const BiEncoder encoder(golden("models/bert-embedder"), {});
  Workspace workspace;
  const std::vector<std::size_t> offsets = {0, 1};
  const std::vector<std::int32_t> types = {0};
  for (const std::int32_t id : {-1, 1000, 2000000000}) {
    const std::vector<std::int32_t> ids = {id};
    EXPECT_THAT(message_of(ErrorCode::kCorruption,
                           [&] {
                             (void)encoder.token_rows({ids, types, offsets}, workspace, 1);
                           }),
                HasSubstr("token id " + std::to_string(id) + " is outside the 1000 rows"));
  }
}

class BadFolder : public testing::Test {
 protected:
  // A copy of a golden folder with one field of config.json replaced.
  std::filesystem::path with(const std::string& folder, const std::string& key,
                             const nlohmann::json& value) {
    const auto copy = scratch_.copy("models/" + folder);
    auto config = test::read_json(copy / "config.json");
    if (value.is_discarded()) {
      config.erase(key);
    } else {
      config[key] = value;
    }
    scratch_.write(folder + "/config.json", config.dump());
    return copy;
  }
  test::ScratchFolder scratch_;
};

TEST_F(BadFolder, NamesTensorFileAndShapesWhenConfigAndWeightsDisagree) {
  const auto folder = with("bert-embedder", "intermediate_size", 81);
  EXPECT_EQ(message_of(ErrorCode::kCorruption, [&] { BiEncoder(folder, {}); }),
            "model: tensor \"encoder.layer.0.intermediate.dense.weight\" in " +
                (folder / "model.safetensors").string() +
                ": expected shape [81, 32], got [80, 32]. Does config.json belong to this file?");
}

TEST_F(BadFolder, NamesAMissingTensor) {
  const auto folder = with("bert-embedder", "num_hidden_layers", 3);
  EXPECT_THAT(message_of(ErrorCode::kCorruption, [&] { BiEncoder(folder, {}); }),
              testing::ContainsRegex("tensor \"encoder[.]layer[.]2[.][a-z.]+\" is missing in"));
}

TEST_F(BadFolder, NamesAMissingConfigField) {
  const auto folder = with("bert-embedder", "hidden_size", nlohmann::json::value_t::discarded);
  EXPECT_THAT(message_of(ErrorCode::kCorruption, [&] { BiEncoder(folder, {}); }),
              HasSubstr("\"hidden_size\" is missing"));
}

TEST_F(BadFolder, RefusesUnknownArchitecturesActivationsAndPositions) {
  auto folder = with("bert-embedder", "architectures", {"MambaModel"});
  EXPECT_THAT(message_of(ErrorCode::kUnsupported, [&] { BiEncoder(folder, {}); }),
              HasSubstr("architecture \"MambaModel\" is not implemented; BertModel, "
                        "BertForSequenceClassification, "));
  std::filesystem::remove_all(folder);
  folder = with("bert-embedder", "hidden_act", "mish");
  EXPECT_THAT(message_of(ErrorCode::kUnsupported, [&] { BiEncoder(folder, {}); }),
              HasSubstr("activation \"mish\" is not implemented"));
  std::filesystem::remove_all(folder);
  folder = with("bert-embedder", "position_embedding_type", "relative_key");
  EXPECT_THAT(message_of(ErrorCode::kUnsupported, [&] { BiEncoder(folder, {}); }),
              HasSubstr("\"relative_key\" is not implemented"));
  std::filesystem::remove_all(folder);
  folder = with("bert-embedder", "num_attention_heads", 5);
  EXPECT_THAT(message_of(ErrorCode::kCorruption, [&] { BiEncoder(folder, {}); }),
              HasSubstr("no multiple of num_attention_heads 5"));
}

TEST_F(BadFolder, TellsEmbeddersAndCrossEncodersApart) {
  EXPECT_THAT(
      message_of(ErrorCode::kUnsupported,
                 [&] { BiEncoder(golden("models/bert-cross-encoder"), {}); }),
      HasSubstr("is a cross-encoder (BertForSequenceClassification); use it as a reranker"));
  EXPECT_THAT(
      message_of(ErrorCode::kUnsupported, [&] { CrossEncoder(golden("models/bert-embedder")); }),
      HasSubstr("has no classifier (BertModel)"));
}

TEST_F(BadFolder, ChecksTheClassifierAgainstTheStatedLabels) {
  const auto folder = with("bert-cross-encoder", "id2label", {{"0", "a"}, {"1", "b"}, {"2", "c"}});
  EXPECT_THAT(
      message_of(ErrorCode::kCorruption, [&] { CrossEncoder encoder(folder); }),
      HasSubstr("tensor \"classifier.weight\" in " + (folder / "model.safetensors").string() +
                ": expected shape [3, 48], got [1, 48]"));
}

TEST_F(BadFolder, RefusesATruncatedFileAndADirectoryWithoutOne) {
  const auto folder = scratch_.copy("models/bert-embedder");
  std::filesystem::resize_file(folder / "model.safetensors", 100000);
  EXPECT_THAT(message_of(ErrorCode::kCorruption, [&] { BiEncoder(folder, {}); }),
              HasSubstr("is the file cut short"));
  std::filesystem::remove(folder / "model.safetensors");
  EXPECT_THAT(message_of(ErrorCode::kNotFound, [&] { BiEncoder(folder, {}); }),
              HasSubstr("has no model.safetensors"));
}

}  // namespace
}  // namespace assay::model
