// SPDX-License-Identifier: Apache-2.0
// Promise: token rows are ColBERT's for every golden case, with expansion tokens that nobody
// attends to, alone and in company, with one thread or several, on every kernel path; folders that
// do not fit are refused with tensor, file and shapes.
#include "model/token_projection.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <random>

#include "kernels/targets.h"
#include "support.h"

namespace assay::model {
namespace {

using test::golden;
using test::message_of;
using testing::HasSubstr;

struct Case {
  std::string id;
  std::vector<std::int32_t> ids;
  std::size_t attended;           // the first ones
  std::vector<std::size_t> keep;  // rows of `expected`
  std::vector<std::vector<float>> expected;
};

std::vector<Case> golden_cases() {
  const auto file = test::read_json(golden("models/bert-colbert/expected.json"));
  std::vector<Case> cases;
  for (const auto& entry : file["cases"]) {
    const auto mask = entry["attention_mask"].get<std::vector<int>>();
    const auto attended = static_cast<std::size_t>(std::count(mask.begin(), mask.end(), 1));
    EXPECT_TRUE(std::is_sorted(mask.rbegin(), mask.rend()));
    Case made{entry["id"], entry["ids"], attended, {}, entry["embeddings"]};
    if (entry.contains("keep") && !entry["keep"].is_null()) {
      made.keep = entry["keep"].get<std::vector<std::size_t>>();
    } else {
      made.keep.resize(made.ids.size());
      std::iota(made.keep.begin(), made.keep.end(), std::size_t{0});
    }
    cases.push_back(std::move(made));
  }
  EXPECT_FALSE(cases.empty());
  return cases;
}

std::vector<std::vector<float>> run_all(const TokenProjection& model,
                                        const std::vector<Case>& cases,
                                        const std::vector<std::size_t>& order, std::size_t company,
                                        std::size_t threads) {
  std::vector<std::vector<float>> rows(cases.size());
  Workspace workspace;
  for (std::size_t begin = 0; begin < order.size(); begin += company) {
    const std::size_t end = std::min(begin + company, order.size());
    std::vector<std::int32_t> ids;
    std::vector<std::size_t> offsets = {0};
    std::vector<std::size_t> key_counts;
    for (std::size_t i = begin; i < end; ++i) {
      const Case& item = cases[order[i]];
      ids.insert(ids.end(), item.ids.begin(), item.ids.end());
      offsets.push_back(ids.size());
      key_counts.push_back(item.attended);
    }
    const std::vector<std::int32_t> type_ids(ids.size(), 0);
    std::vector<float> out(ids.size() * model.dim());
    model.rows({ids, type_ids, offsets, key_counts}, workspace, threads, out);
    for (std::size_t i = begin; i < end; ++i) {
      rows[order[i]].assign(
          out.begin() + static_cast<std::ptrdiff_t>(offsets[i - begin] * model.dim()),
          out.begin() + static_cast<std::ptrdiff_t>(offsets[i - begin + 1] * model.dim()));
    }
  }
  return rows;
}

class TokenProjectionOnEveryTarget : public testing::TestWithParam<cpu::Target> {
 protected:
  void SetUp() override { kernels::set_target_for_test(GetParam()); }
  void TearDown() override { kernels::set_target_for_test(cpu::supported().back()); }
};

TEST_P(TokenProjectionOnEveryTarget, ReproducesTheGoldenRows) {
  const TokenProjection model(golden("models/bert-colbert"));
  ASSERT_EQ(model.dim(), 16u);
  const auto cases = golden_cases();
  std::vector<std::size_t> order(cases.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto alone = run_all(model, cases, order, 1, 1);
  for (std::size_t c = 0; c < cases.size(); ++c) {
    ASSERT_EQ(cases[c].keep.size(), cases[c].expected.size()) << cases[c].id;
    for (std::size_t r = 0; r < cases[c].keep.size(); ++r) {
      for (std::size_t i = 0; i < model.dim(); ++i) {
        ASSERT_NEAR(alone[c][cases[c].keep[r] * model.dim() + i], cases[c].expected[r][i], 1e-5f)
            << cases[c].id << " row " << r << " component " << i;
      }
    }
  }
  std::mt19937 engine(7);
  for (const std::size_t company : {2u, 7u, 1000u}) {
    for (const std::size_t threads : {1u, 2u, 3u}) {
      std::shuffle(order.begin(), order.end(), engine);
      ASSERT_EQ(run_all(model, cases, order, company, threads), alone)
          << "in batches of " << company << " with " << threads << " threads";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, TokenProjectionOnEveryTarget, testing::ValuesIn(cpu::supported()),
                         kernels::target_name);

TEST(BadTokenProjection, NamesAMissingTensorAndWrongShapes) {
  const test::ScratchFolder scratch;
  auto folder = scratch.copy("models/bert-embedder");
  auto config = test::read_json(folder / "config.json");
  config["architectures"] = {"HF_ColBERT"};
  config["model_type"] = "bert";
  scratch.write("bert-embedder/config.json", config.dump());
  EXPECT_THAT(message_of(ErrorCode::kCorruption, [&] { TokenProjection model(folder); }),
              HasSubstr("tensor \"linear.weight\" is missing in"));
  folder = scratch.copy("models/bert-colbert");
  config = test::read_json(folder / "config.json");
  config["num_hidden_layers"] = 3;
  scratch.write("bert-colbert/config.json", config.dump());
  EXPECT_THAT(message_of(ErrorCode::kCorruption, [&] { TokenProjection model(folder); }),
              HasSubstr("encoder.layer.2"));
}

TEST(BadTokenProjection, RefusesOtherArchitectures) {
  EXPECT_THAT(message_of(ErrorCode::kUnsupported,
                         [] { TokenProjection model(golden("models/bert-embedder")); }),
              HasSubstr("\"BertModel\" of model_type \"bert\" is no late-interaction model"));
}

}  // namespace
}  // namespace assay::model
