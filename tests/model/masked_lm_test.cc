// SPDX-License-Identifier: Apache-2.0
// Promise: the masked-language-model head gives every golden SPLADE vector from its ids, alone and
// in company, with one thread or several, on every kernel path; heads that do not fit are refused
// with tensor, file and shapes.
#include "model/masked_lm.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
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
  std::vector<std::int32_t> ids, type_ids;
  SparseVector expected;
};

std::vector<Case> cases_of(const std::string& folder) {
  const auto file = test::read_json(golden("models/" + folder) / "expected.json");
  std::vector<Case> cases;
  for (const auto& entry : file["cases"]) {
    cases.push_back({entry["id"],
                     entry["ids"],
                     entry["type_ids"],
                     {entry["indices"].get<std::vector<std::uint32_t>>(), entry["values"]}});
  }
  EXPECT_FALSE(cases.empty());
  return cases;
}

// One vector a case, computed in batches of `company` cases in the order `order`.
std::vector<SparseVector> run_all(const MaskedLm& model, const std::vector<Case>& cases,
                                  const std::vector<std::size_t>& order, std::size_t company,
                                  std::size_t threads) {
  std::vector<SparseVector> vectors(cases.size());
  Workspace workspace;
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
    std::vector<SparseVector> out(end - begin);
    model.largest_logits({ids, type_ids, offsets}, workspace, threads, out);
    for (std::size_t i = begin; i < end; ++i) vectors[order[i]] = std::move(out[i - begin]);
  }
  return vectors;
}

class MaskedLmOnEveryTarget : public testing::TestWithParam<cpu::Target> {
 protected:
  void SetUp() override { kernels::set_target_for_test(GetParam()); }
  void TearDown() override { kernels::set_target_for_test(cpu::supported().back()); }
};

TEST_P(MaskedLmOnEveryTarget, ReproducesTheGoldenVectors) {
  for (const std::string folder : {"bert-splade", "distilbert-splade"}) {
    const MaskedLm model(golden("models/" + folder));
    EXPECT_EQ(model.vocabulary_size(), 1000u);
    const auto cases = cases_of(folder);
    std::vector<std::size_t> order(cases.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto alone = run_all(model, cases, order, 1, 1);
    for (std::size_t c = 0; c < cases.size(); ++c) {
      ASSERT_EQ(alone[c].indices, cases[c].expected.indices) << folder << ' ' << cases[c].id;
      for (std::size_t i = 0; i < alone[c].values.size(); ++i) {
        ASSERT_NEAR(std::log1p(alone[c].values[i]), cases[c].expected.values[i], 1e-4f)
            << folder << ' ' << cases[c].id << " index " << alone[c].indices[i];
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
}

INSTANTIATE_TEST_SUITE_P(Targets, MaskedLmOnEveryTarget, testing::ValuesIn(cpu::supported()),
                         kernels::target_name);

class BadMaskedLm : public testing::Test {
 protected:
  std::filesystem::path with(const std::string& key, const nlohmann::json& value) {
    const auto copy = scratch_.copy("models/bert-splade");
    auto config = test::read_json(copy / "config.json");
    config[key] = value;
    scratch_.write("bert-splade/config.json", config.dump());
    return copy;
  }
  test::ScratchFolder scratch_;
};

TEST_F(BadMaskedLm, NamesTensorFileAndShapes) {
  const auto folder = with("vocab_size", 1001);
  EXPECT_THAT(message_of(ErrorCode::kCorruption, [&] { MaskedLm model(folder); }),
              testing::AllOf(HasSubstr("bert.embeddings.word_embeddings.weight"),
                             HasSubstr((folder / "model.safetensors").string()),
                             HasSubstr("expected shape [1001, 48], got [1000, 48]")));
}

TEST_F(BadMaskedLm, NamesAMissingHead) {
  const auto folder = scratch_.copy("models/bert-embedder");
  auto config = test::read_json(folder / "config.json");
  config["architectures"] = {"BertForMaskedLM"};
  scratch_.write("bert-embedder/config.json", config.dump());
  EXPECT_THAT(message_of(ErrorCode::kCorruption, [&] { MaskedLm model(folder); }),
              HasSubstr("tensor \"cls.predictions.transform.dense.weight\" is missing in"));
}

TEST_F(BadMaskedLm, RefusesOtherArchitectures) {
  EXPECT_THAT(
      message_of(ErrorCode::kUnsupported, [] { MaskedLm model(golden("models/bert-embedder")); }),
      testing::AllOf(HasSubstr("\"BertModel\" has no masked-language-model head"),
                     HasSubstr("BertForMaskedLM")));
}

}  // namespace
}  // namespace assay::model
