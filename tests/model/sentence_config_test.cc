// SPDX-License-Identifier: Apache-2.0
// Promise: a folder's own files decide pooling, modules, prompts and limits; what is not
// implemented is refused by name.
#include "model/sentence_config.h"

#include <gmock/gmock.h>

#include "support.h"

namespace assay::model {
namespace {

using test::message_of;
using testing::HasSubstr;

class SentenceFiles : public testing::Test {
 protected:
  const std::filesystem::path& folder() { return scratch_.path(); }
  test::ScratchFolder scratch_;
};

constexpr auto kModules = R"([{"path":"","type":"sentence_transformers.models.Transformer"},
  {"path":"1_Pooling","type":"sentence_transformers.models.Pooling"}])";

TEST_F(SentenceFiles, FallsBackToHintsWithoutModules) {
  EXPECT_EQ(read_sentence_config(folder(), {}).pooling, Pooling::kMean);
  const auto config = read_sentence_config(folder(), {Pooling::kCls, true, "q: ", "p: "});
  EXPECT_EQ(config.pooling, Pooling::kCls);
  EXPECT_TRUE(config.normalize);
  EXPECT_EQ(config.query_prompt, "q: ");
  EXPECT_EQ(config.passage_prompt, "p: ");
}

TEST_F(SentenceFiles, OwnFilesWinOverHints) {
  scratch_.write("modules.json", kModules);
  scratch_.write(
      "1_Pooling/config.json",
      R"({"pooling_mode_cls_token":false,"pooling_mode_mean_tokens":false,"pooling_mode_max_tokens":true})");
  scratch_.write("config_sentence_transformers.json",
                 R"({"prompts":{"query":"ask ","document":""},"default_prompt_name":"query"})");
  const auto config = read_sentence_config(folder(), {Pooling::kCls, true, "q: ", "p: "});
  EXPECT_EQ(config.pooling, Pooling::kMax);
  EXPECT_FALSE(config.normalize);
  EXPECT_EQ(config.query_prompt, "ask ");
  EXPECT_EQ(config.passage_prompt, "p: ");
  EXPECT_EQ(config.default_prompt, "ask ");
}

TEST_F(SentenceFiles, ReadsTheNewFormOfPooling) {
  scratch_.write("modules.json", kModules);
  scratch_.write("1_Pooling/config.json", R"({"pooling_mode":"lasttoken"})");
  EXPECT_EQ(read_sentence_config(folder(), {}).pooling, Pooling::kLastToken);
}

TEST_F(SentenceFiles, RefusesWhatIsNotImplementedByName) {
  scratch_.write("modules.json", kModules);
  const auto refusal = [&](const std::string& pooling) {
    scratch_.write("1_Pooling/config.json", pooling);
    return message_of(ErrorCode::kUnsupported, [&] { read_sentence_config(folder(), {}); });
  };
  EXPECT_THAT(refusal(R"({"pooling_mode_cls_token":true,"pooling_mode_mean_tokens":true})"),
              HasSubstr("several pooling modes"));
  EXPECT_THAT(refusal(R"({"pooling_mode_weightedmean_tokens":true})"),
              HasSubstr("pooling_mode_weightedmean_tokens is not implemented"));
  EXPECT_THAT(refusal(R"({})"), HasSubstr("no pooling mode"));
  EXPECT_THAT(refusal(R"({"pooling_mode":"mean","include_prompt":false})"),
              HasSubstr("include_prompt false"));
  scratch_.write("modules.json",
                 R"([{"path":"","type":"x.Transformer"},{"path":"1","type":"x.CNN"}])");
  EXPECT_THAT(message_of(ErrorCode::kUnsupported, [&] { read_sentence_config(folder(), {}); }),
              HasSubstr("module \"CNN\""));
  scratch_.write("modules.json", R"([{"path":"../elsewhere","type":"x.Pooling"}])");
  EXPECT_THAT(message_of(ErrorCode::kCorruption, [&] { read_sentence_config(folder(), {}); }),
              HasSubstr("leaves the folder"));
  scratch_.write("modules.json", R"({"a":1})");
  EXPECT_THAT(message_of(ErrorCode::kCorruption, [&] { read_sentence_config(folder(), {}); }),
              HasSubstr("expected a JSON array"));
  scratch_.write("modules.json", R"([{"path":"","type":5}])");
  EXPECT_THAT(message_of(ErrorCode::kCorruption, [&] { read_sentence_config(folder(), {}); }),
              HasSubstr("\"type\": expected a string, got 5"));
}

TEST_F(SentenceFiles, StatesTheLengthLimitInOrder) {
  EXPECT_EQ(stated_max_length(folder()), std::nullopt);
  scratch_.write("tokenizer_config.json",
                 R"({"model_max_length":1000000000000000019884624838656})");
  EXPECT_EQ(stated_max_length(folder()), std::nullopt);  // nonsense counts as none
  scratch_.write("tokenizer_config.json", R"({"model_max_length":512})");
  EXPECT_EQ(stated_max_length(folder()), 512u);
  scratch_.write("sentence_bert_config.json", R"({"max_seq_length":256})");
  EXPECT_EQ(stated_max_length(folder()), 256u);
  scratch_.write("sentence_bert_config.json", R"({"max_seq_length":null})");
  EXPECT_EQ(stated_max_length(folder()), 512u);
}

TEST_F(SentenceFiles, SizesAVectorWithoutWeights) {
  EXPECT_EQ(embedding_size(test::golden("models/bert-embedder"), {}), 32u);
  scratch_.write("config.json", R"({"hidden_size":48})");
  scratch_.write(
      "modules.json",
      R"([{"path":"","type":"x.Transformer"},{"path":"1","type":"x.Pooling"},{"path":"2","type":"x.Dense"},{"path":"3","type":"x.Normalize"}])");
  scratch_.write("1/config.json", R"({"pooling_mode":"mean"})");
  scratch_.write(
      "2/config.json",
      R"({"in_features":48,"out_features":20,"bias":false,"activation_function":"torch.nn.modules.linear.Identity"})");
  EXPECT_EQ(embedding_size(folder(), {}), 20u);
  const auto config = read_sentence_config(folder(), {});
  EXPECT_TRUE(config.normalize);
  ASSERT_EQ(config.dense.size(), 1u);
  EXPECT_EQ(config.dense[0].activation, kernels::Activation::kNone);
  scratch_.write("2/config.json",
                 R"({"in_features":48,"out_features":20,"activation_function":"x.Softmax2d"})");
  EXPECT_THAT(message_of(ErrorCode::kUnsupported, [&] { read_sentence_config(folder(), {}); }),
              HasSubstr("\"Softmax2d\""));
}

}  // namespace
}  // namespace assay::model
