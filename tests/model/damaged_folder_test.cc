// SPDX-License-Identifier: Apache-2.0
// Promise: whatever field of a model folder is damaged, loading gives an Error that names the
// folder's file, or a network whose numbers are finite: never a crash, nor more memory than the
// folder is worth.
#include <gmock/gmock.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>

#include "damage.h"
#include "model/bi_encoder.h"
#include "model/cross_encoder.h"
#include "model/masked_lm.h"
#include "model/token_projection.h"
#include "support.h"

namespace assay::model {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::string bytes_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// Loads the folder as what it is and runs one short text through it.
void load_and_run(const std::filesystem::path& folder, const std::string& task) {
  const std::vector<std::int32_t> ids = {1, 2, 3, 4, 5, 6, 7};
  const std::vector<std::int32_t> types(ids.size(), 0);
  std::vector<std::size_t> offsets = {0, ids.size()};
  Workspace workspace;
  std::vector<float> out;
  // As many tokens as the folder says it takes.
  const auto batch_for = [&](const Encoder& encoder) {
    offsets[1] = std::min(ids.size(), encoder.max_positions());
    return PackedBatch{std::span(ids).first(offsets[1]), std::span(types).first(offsets[1]),
                       offsets};
  };
  if (task == "rerank") {
    const CrossEncoder encoder(folder);
    out.resize(encoder.labels());
    encoder.logits(batch_for(encoder.encoder()), workspace, 1, out);
  } else if (task == "embed") {
    const BiEncoder encoder(folder, {});
    out.resize(encoder.dim());
    encoder.embed(batch_for(encoder.encoder()), workspace, 1, out);
  } else if (task == "sparse") {
    const MaskedLm encoder(folder);
    std::vector<SparseVector> vectors(1);
    encoder.largest_logits(batch_for(encoder.encoder()), workspace, 1, vectors);
    out = vectors[0].values;
  } else {
    const TokenProjection encoder(folder);
    const PackedBatch batch = batch_for(encoder.encoder());
    out.resize(batch.tokens() * encoder.dim());
    encoder.rows(batch, workspace, 1, out);
  }
  for (const float x : out) {
    ASSERT_TRUE(std::isfinite(x)) << "a damaged folder was taken and gives no numbers";
  }
}

// A golden folder of which one file after another is damaged.
class DamagedFolder : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    folder_ = scratch_.copy("models/" + std::string(GetParam()));
    task_ = test::read_json(folder_ / "expected.json")["task"];
    ASSERT_NO_THROW(load_and_run(folder_, task_));
  }
  // What loading does with `bytes` as file `name`.
  void try_file(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    ++tried_;
    try {
      load_and_run(folder_, task_);
    } catch (const Error& error) {
      ++refused_;
      EXPECT_NE(error.code(), ErrorCode::kInternal) << error.what() << "\n"
                                                    << bytes.substr(0, 2000);
      EXPECT_THAT(error.what(), HasSubstr(folder_.string()));
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what() << "\n" << name << ": " << bytes.substr(0, 2000);
    }
    if (HasFailure()) FAIL() << name << ": " << bytes.substr(0, 2000);
  }
  void damage_json(const std::string& name) {
    const std::string good = bytes_of(folder_ / name);
    test::for_each_damage(json::parse(good), 40, [&](const json& damaged) {
      if (!HasFailure()) try_file(name, damaged.dump());
    });
    for (const std::string text : {"", "{", "[]", "null", "5", "\"x\"", "{\"\\ud800\":1}"}) {
      if (!HasFailure()) try_file(name, text);
    }
    if (!HasFailure()) std::ofstream(folder_ / name, std::ios::binary) << good;
  }

  test::ScratchFolder scratch_;
  std::filesystem::path folder_;
  std::string task_;
  std::size_t tried_ = 0;
  std::size_t refused_ = 0;
};

TEST_P(DamagedFolder, IsRefusedByNameOrWorks) {
  const test::MemoryBound bound(std::size_t{512} << 20);
  for (const std::string name :
       {"config.json", "modules.json", "1_Pooling/config.json", "config_sentence_transformers.json",
        "sentence_bert_config.json", "2_Dense/config.json"}) {
    if (std::filesystem::exists(folder_ / name)) damage_json(name);
  }
  EXPECT_GT(tried_, 150u);
  EXPECT_GT(refused_, 50u);
}

TEST_P(DamagedFolder, IsRefusedWhenItsWeightsDisagree) {
  const test::MemoryBound bound(std::size_t{512} << 20);
  const std::string name = "model.safetensors";
  const std::string good = bytes_of(folder_ / name);
  std::uint64_t length = 0;
  std::memcpy(&length, good.data(), sizeof length);
  const std::string data = good.substr(sizeof length + length);
  const auto file_of = [&](const std::string& header) {
    const std::uint64_t size = header.size();
    std::string bytes(sizeof size, '\0');
    std::memcpy(bytes.data(), &size, sizeof size);
    return bytes + header + data;
  };
  const json header = json::parse(good.substr(sizeof length, length));
  test::for_each_damage(header, 4, [&](const json& damaged) {
    if (!HasFailure()) try_file(name, file_of(damaged.dump()));
  });
  for (const std::uint64_t wrong : {std::uint64_t{0}, length - 1, length + 1, good.size() - 8,
                                    good.size() - 7, ~std::uint64_t{0}, std::uint64_t{1} << 63}) {
    std::string bytes = good;
    std::memcpy(bytes.data(), &wrong, sizeof wrong);
    if (!HasFailure()) try_file(name, bytes);
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, std::size_t{8}, std::size_t{9},
                                 good.size() / 2, good.size() - 1}) {
    if (!HasFailure()) try_file(name, good.substr(0, size));
  }
  // Only what leaves the tensors as they are passes ("__metadata__", a shape of the same size).
  EXPECT_GT(refused_, tried_ * 8 / 10) << refused_ << " of " << tried_;
}

// Each tensor left out in turn: the construction of every part of a network fails once.
TEST_P(DamagedFolder, NamesEachTensorThatIsMissing) {
  const std::string name = "model.safetensors";
  const std::string good = bytes_of(folder_ / name);
  std::uint64_t length = 0;
  std::memcpy(&length, good.data(), sizeof length);
  const json header = json::parse(good.substr(sizeof length, length));
  for (const auto& [tensor, entry] : header.items()) {
    if (tensor == "__metadata__") continue;
    json damaged = header;
    damaged.erase(tensor);
    damaged["another." + tensor] = entry;
    const std::string text = damaged.dump();
    const std::uint64_t size = text.size();
    std::string bytes(sizeof size, '\0');
    std::memcpy(bytes.data(), &size, sizeof size);
    try_file(name, bytes + text + good.substr(sizeof length + length));
    if (HasFailure()) return;
  }
  // Poolers of embedders and tensors for training may be missing.
  EXPECT_GT(refused_, 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Folders, DamagedFolder,
    testing::Values("bert-embedder", "bert-cross-encoder", "bert-splade", "bert-colbert",
                    "deberta-v2-cross-encoder", "distilbert-embedder", "electra-cross-encoder",
                    "ettin-cross-encoder", "gemma3-embedder", "gte-embedder", "jinabert-embedder",
                    "jinacode-embedder", "modernbert-cross-encoder", "mpnet-embedder",
                    "nomic-embedder", "qwen3-embedder", "roberta-embedder", "static-embedder",
                    "xlmr-rotary-embedder", "jina3-embedder"),
    [](const auto& folder) {
      std::string name = folder.param;
      std::ranges::replace(name, '-', '_');
      return name;
    });

}  // namespace
}  // namespace assay::model
