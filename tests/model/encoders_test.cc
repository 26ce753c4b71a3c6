// SPDX-License-Identifier: Apache-2.0
// Promise: every architecture reproduces every golden case from its ids: alone, batched, in any
// order, with one thread or several, on every kernel path.
#include <gmock/gmock.h>

#include <cmath>

#include "kernels/targets.h"
#include "model/bi_encoder.h"
#include "model/cross_encoder.h"
#include "model/golden_cases.h"
#include "model/layers.h"

namespace assay::model {
namespace {

constexpr const char* kEmbedders[] = {
    "bert-embedder",        "bert-embedder-cls", "distilbert-embedder", "gemma3-embedder",
    "gte-embedder",         "jinabert-embedder", "jinacode-embedder",   "modernbert-embedder",
    "mpnet-embedder",       "nomic-embedder",    "qwen3-embedder",      "roberta-embedder",
    "xlmr-rotary-embedder", "jina3-embedder"};
constexpr const char* kCrossEncoders[] = {
    "bert-cross-encoder",      "deberta-v2-cross-encoder", "distilbert-cross-encoder",
    "electra-cross-encoder",   "ettin-cross-encoder",      "gte-cross-encoder",
    "jinabert-cross-encoder",  "modernbert-cross-encoder", "modernbert-cross-encoder-mean",
    "mpnet-cross-encoder",     "qwen3-cross-encoder",      "xlmr-cross-encoder",
    "xlmr-flash-cross-encoder"};

float tolerance_of(const std::string& folder) {
  return test::read_json(test::golden("models/" + folder) / "expected.json")["tolerance"];
}

class Encoders : public testing::TestWithParam<std::tuple<const char*, cpu::Target>> {
 protected:
  void SetUp() override { kernels::set_target_for_test(std::get<1>(GetParam())); }
  void TearDown() override { kernels::set_target_for_test(cpu::supported().back()); }
  std::string folder() const { return std::get<0>(GetParam()); }
};
class Embedders : public Encoders {};
class CrossEncoders : public Encoders {};

std::string case_name(const testing::TestParamInfo<Encoders::ParamType>& info) {
  std::string name = std::get<0>(info.param);
  std::ranges::replace(name, '-', '_');
  return name + "_" + std::string(cpu::to_string(std::get<1>(info.param)));
}

TEST_P(Embedders, ReproduceTheGoldenVectors) {
  const BiEncoder encoder(test::golden("models/" + folder()), {});
  check_golden(folder(), tolerance_of(folder()),
               [&](const PackedBatch& batch, Workspace& workspace, std::size_t threads,
                   std::span<float> out) { encoder.embed(batch, workspace, threads, out); });
}

// What heads read when they ask for one row a sequence must be what the whole pass gives.
TEST_P(Embedders, FirstAndLastRowsAreThoseOfTheWholePass) {
  const BiEncoder embedder(test::golden("models/" + folder()), {});
  const Encoder& encoder = embedder.encoder();
  const std::size_t hidden = encoder.hidden_size();
  Workspace whole, one;
  for (const Case& item : cases_of(folder())) {
    const std::vector<std::size_t> offsets = {0, item.ids.size()};
    const PackedBatch batch{item.ids, item.type_ids, offsets};
    const auto all = encoder.forward(batch, OutputRows::kAll, whole, 1);
    const auto first = encoder.forward(batch, OutputRows::kFirst, one, 1);
    ASSERT_EQ(std::memcmp(all.data(), first.data(), first.size_bytes()), 0) << item.id;
    const auto last = encoder.forward(batch, OutputRows::kLast, one, 1);
    ASSERT_EQ(std::memcmp(all.last(hidden).data(), last.data(), last.size_bytes()), 0) << item.id;
  }
}

TEST_P(CrossEncoders, ReproduceTheGoldenLogits) {
  const CrossEncoder encoder(test::golden("models/" + folder()));
  check_golden(folder(), tolerance_of(folder()),
               [&](const PackedBatch& batch, Workspace& workspace, std::size_t threads,
                   std::span<float> out) { encoder.logits(batch, workspace, threads, out); });
}

// The golden folders are narrow: their errors have little to average out over, so what is asked
// here is that every product of every family goes through the 8-bit kernels and comes out right.
class Int8 : public Encoders {
 protected:
  void SetUp() override {
    Encoders::SetUp();
    set_least_int8_inputs_for_test(1);
  }
  void TearDown() override {
    set_least_int8_inputs_for_test(128);
    Encoders::TearDown();
  }
};
class EmbeddersInt8 : public Int8 {};
class CrossEncodersInt8 : public Int8 {};

// Mean squared difference to the golden values, as a share of their mean square.
double error_share(const std::vector<std::vector<float>>& rows, const std::vector<Case>& cases) {
  double wrong = 0, whole = 0;
  for (std::size_t c = 0; c < cases.size(); ++c) {
    for (std::size_t i = 0; i < rows[c].size(); ++i) {
      wrong += std::pow(double{rows[c][i]} - double{cases[c].expected[i]}, 2);
      whole += std::pow(double{cases[c].expected[i]}, 2);
    }
  }
  return wrong / whole;
}

TEST_P(EmbeddersInt8, StayCloseToTheGoldenVectors) {
  const BiEncoder encoder(test::golden("models/" + folder()), {}, Precision::kInt8);
  const auto cases = cases_of(folder());
  const auto rows = run_in_any_company(
      folder(), cases,
      [&](const PackedBatch& batch, Workspace& workspace, std::size_t threads,
          std::span<float> out) { encoder.embed(batch, workspace, threads, out); });
  EXPECT_LT(error_share(rows, cases), 0.01);
  EXPECT_GT(error_share(rows, cases), 1e-9);  // or it was fp32 after all
}

TEST_P(CrossEncodersInt8, StayCloseToTheGoldenLogits) {
  const CrossEncoder encoder(test::golden("models/" + folder()), Precision::kInt8);
  const auto cases = cases_of(folder());
  const auto rows = run_in_any_company(
      folder(), cases,
      [&](const PackedBatch& batch, Workspace& workspace, std::size_t threads,
          std::span<float> out) { encoder.logits(batch, workspace, threads, out); });
  EXPECT_LT(error_share(rows, cases), 0.02);  // one number of random weights a case
  EXPECT_GT(error_share(rows, cases), 1e-9);
}

TEST(StaticEmbedding, ReproducesTheGoldenVectors) {
  const BiEncoder encoder(test::golden("models/static-embedder"), {});
  EXPECT_EQ(encoder.encoder().empty_text_id(), -1);
  check_golden("static-embedder", tolerance_of("static-embedder"),
               [&](const PackedBatch& batch, Workspace& workspace, std::size_t threads,
                   std::span<float> out) { encoder.embed(batch, workspace, threads, out); });
}

// A text as long as the published models allow.
TEST(LongTexts, RunThroughModernBertAndJinaBert) {
  for (const std::string folder : {"modernbert-embedder", "jinabert-embedder"}) {
    test::ScratchFolder scratch;
    const auto copy = scratch.copy("models/" + folder);
    auto config = test::read_json(copy / "config.json");
    config["max_position_embeddings"] = 8192;
    scratch.write(folder + "/config.json", config.dump());
    const BiEncoder encoder(copy, {});
    const BiEncoder small(test::golden("models/" + folder), {});
    constexpr std::size_t kLong = 8192;
    std::vector<std::int32_t> ids(kLong), types(kLong, 0);
    for (std::size_t i = 0; i < kLong; ++i) ids[i] = static_cast<std::int32_t>(5 + i * 37 % 900);
    const std::vector<std::size_t> offsets = {0, kLong};
    Workspace one, two;
    std::vector<float> serial(encoder.dim()), threaded(encoder.dim());
    encoder.embed({ids, types, offsets}, one, 1, serial);
    encoder.embed({ids, types, offsets}, two, 2, threaded);
    EXPECT_EQ(serial, threaded) << folder;
    // Scores are held for a block of queries at a time: n² of them would be 67 million.
    for (const Workspace* used : {&one, &two}) {
      for (const auto& scores : used->attention)
        EXPECT_LT(scores.capacity(), 200 * kLong) << folder;
    }
    for (const float x : serial) EXPECT_TRUE(std::isfinite(x));
    // The longer tables change nothing for a short text.
    const std::vector<std::size_t> few = {0, 150};
    const PackedBatch head{std::span(ids).first(150), std::span(types).first(150), few};
    encoder.embed(head, one, 1, serial);
    small.embed(head, two, 1, threaded);
    EXPECT_EQ(serial, threaded) << folder;
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, Embedders,
                         testing::Combine(testing::ValuesIn(kEmbedders),
                                          testing::ValuesIn(cpu::supported())),
                         case_name);
INSTANTIATE_TEST_SUITE_P(Golden, EmbeddersInt8,
                         testing::Combine(testing::ValuesIn(kEmbedders),
                                          testing::ValuesIn(cpu::supported())),
                         case_name);
INSTANTIATE_TEST_SUITE_P(Golden, CrossEncodersInt8,
                         testing::Combine(testing::ValuesIn(kCrossEncoders),
                                          testing::ValuesIn(cpu::supported())),
                         case_name);
INSTANTIATE_TEST_SUITE_P(Golden, CrossEncoders,
                         testing::Combine(testing::ValuesIn(kCrossEncoders),
                                          testing::ValuesIn(cpu::supported())),
                         case_name);

}  // namespace
}  // namespace assay::model
