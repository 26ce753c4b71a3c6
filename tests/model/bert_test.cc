// SPDX-License-Identifier: Apache-2.0
// Promise: BERT encoders reproduce every golden case from its ids: alone, batched, in any order,
// with one thread or several, on every kernel path; and folders whose parts do not fit are refused
// with the tensor, file and shapes.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <random>

#include "kernels/targets.h"
#include "model/bi_encoder.h"
#include "model/cross_encoder.h"
#include "support.h"

namespace assay::model {
namespace {

using test::golden;
using test::message_of;
using testing::HasSubstr;

struct Case {
  std::string id;
  std::vector<std::int32_t> ids, type_ids;
  std::vector<float> expected;
};

std::vector<Case> cases_of(const std::string& folder) {
  const auto file = test::read_json(golden("models/" + folder) / "expected.json");
  std::vector<Case> cases;
  for (const auto& entry : file["cases"]) {
    Case made{entry["id"], entry["ids"], entry["type_ids"], {}};
    if (entry.contains("logit")) {
      made.expected = {entry["logit"].get<float>()};
    } else {
      made.expected = entry["embedding"].get<std::vector<float>>();
    }
    cases.push_back(std::move(made));
  }
  EXPECT_FALSE(cases.empty());
  return cases;
}

using Run = std::function<void(const PackedBatch&, Workspace&, std::size_t, std::span<float>)>;

// One row a case, computed in batches of `company` cases in the order `order`.
std::vector<std::vector<float>> run_all(const std::vector<Case>& cases,
                                        const std::vector<std::size_t>& order, std::size_t company,
                                        std::size_t threads, const Run& run) {
  std::vector<std::vector<float>> rows(cases.size());
  Workspace workspace;
  const std::size_t width = cases[0].expected.size();
  for (std::size_t begin = 0; begin < order.size(); begin += company) {
    const std::size_t end = std::min(begin + company, order.size());
    std::vector<std::int32_t> ids, type_ids;
    std::vector<std::size_t> offsets = {0};
    for (std::size_t i = begin; i < end; ++i) {
      const Case& item = cases[order[i]];
      ids.insert(ids.end(), item.ids.begin(), item.ids.end());
      type_ids.insert(type_ids.end(), item.type_ids.begin(), item.type_ids.end());
      offsets.push_back(ids.size());
    }
    std::vector<float> out((end - begin) * width);
    run({ids, type_ids, offsets}, workspace, threads, out);
    for (std::size_t i = begin; i < end; ++i) {
      const auto row = out.begin() + static_cast<std::ptrdiff_t>((i - begin) * width);
      rows[order[i]].assign(row, row + static_cast<std::ptrdiff_t>(width));
    }
  }
  return rows;
}

void check_golden(const std::string& folder, float tolerance, const Run& run) {
  const auto cases = cases_of(folder);
  std::vector<std::size_t> order(cases.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto alone = run_all(cases, order, 1, 1, run);
  for (std::size_t c = 0; c < cases.size(); ++c) {
    for (std::size_t i = 0; i < alone[c].size(); ++i) {
      ASSERT_NEAR(alone[c][i], cases[c].expected[i], tolerance)
          << folder << ' ' << cases[c].id << " component " << i;
    }
  }
  std::mt19937 engine(7);
  for (const std::size_t company : {2u, 7u, 1000u}) {
    for (const std::size_t threads : {1u, 2u, 3u}) {
      std::shuffle(order.begin(), order.end(), engine);
      const auto together = run_all(cases, order, company, threads, run);
      for (std::size_t c = 0; c < cases.size(); ++c) {
        ASSERT_EQ(std::memcmp(together[c].data(), alone[c].data(), alone[c].size() * sizeof(float)),
                  0)
            << folder << ' ' << cases[c].id << " differs in a batch of " << company << " with "
            << threads << " threads";
      }
    }
  }
}

class BertOnEveryTarget : public testing::TestWithParam<cpu::Target> {
 protected:
  void SetUp() override { kernels::set_target_for_test(GetParam()); }
  void TearDown() override { kernels::set_target_for_test(cpu::supported().back()); }
};

TEST_P(BertOnEveryTarget, EmbedderReproducesTheGoldenVectors) {
  for (const std::string folder : {"bert-embedder", "bert-embedder-cls"}) {
    const BiEncoder encoder(golden("models/" + folder), {});
    check_golden(folder, 1e-5f,
                 [&](const PackedBatch& batch, Workspace& workspace, std::size_t threads,
                     std::span<float> out) { encoder.embed(batch, workspace, threads, out); });
  }
}

TEST_P(BertOnEveryTarget, CrossEncoderReproducesTheGoldenLogits) {
  const CrossEncoder encoder(golden("models/bert-cross-encoder"));
  check_golden("bert-cross-encoder", 1e-4f,
               [&](const PackedBatch& batch, Workspace& workspace, std::size_t threads,
                   std::span<float> out) { encoder.logits(batch, workspace, threads, out); });
}

INSTANTIATE_TEST_SUITE_P(Targets, BertOnEveryTarget, testing::ValuesIn(cpu::supported()),
                         kernels::target_name);

TEST(Bert, FirstRowsAreThoseOfTheWholePass) {
  const BiEncoder encoder(golden("models/bert-embedder"), {});
  const auto cases = cases_of("bert-embedder");
  Workspace whole, first;
  for (const Case& item : cases) {
    const std::vector<std::size_t> offsets = {0, item.ids.size()};
    const PackedBatch batch{item.ids, item.type_ids, offsets};
    const auto all = encoder.encoder().forward(batch, OutputRows::kAll, whole, 1);
    const auto one = encoder.encoder().forward(batch, OutputRows::kFirst, first, 1);
    ASSERT_EQ(std::memcmp(all.data(), one.data(), one.size_bytes()), 0) << item.id;
  }
}

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
              HasSubstr("tensor \"encoder.layer.2.attention.self.query.weight\" is missing in"));
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
                        "BertForSequenceClassification are"));
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
