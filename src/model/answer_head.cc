// SPDX-License-Identifier: Apache-2.0
#include "model/answer_head.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "assay/error.h"
#include "base/file.h"

namespace assay::model {
namespace {

constexpr std::string_view kYes = "yes";
constexpr std::string_view kNo = "no";

// The config.json of the LogitScore module, if the folder has one.
std::optional<Config> logit_score(const std::filesystem::path& folder) {
  const auto file = folder / "modules.json";
  if (!file_exists(file)) return std::nullopt;
  for (const Config& module : Config::read_list(file)) {
    if (!module.text_or("type", "").ends_with("LogitScore")) continue;
    const std::filesystem::path path = module.text_or("path", "");
    if (path.is_absolute() || path.string().find("..") != std::string::npos) {
      throw Error(ErrorCode::kCorruption, fmt::format("model: {}: path \"{}\" leaves the folder",
                                                      file.string(), path.string()));
    }
    return Config::read(folder / path / "config.json");
  }
  return std::nullopt;
}

}  // namespace

bool scores_by_answer(const std::filesystem::path& folder, const Config& config) {
  const auto names = config.texts("architectures");
  if (names.empty() || names.front() != "Qwen3ForCausalLM") return false;
  return !file_exists(folder / "modules.json") || logit_score(folder);
}

ScoreHead answer_head(const std::filesystem::path& folder, const Config& config,
                      const Weights& weights, const TokenLookup& token_id) {
  const std::size_t hidden = config.size("hidden_size");
  const std::size_t vocabulary = config.size("vocab_size");
  const auto id_of = [&](std::string_view word) {
    const auto id = token_id ? token_id(word) : std::nullopt;
    if (id && *id >= 0 && static_cast<std::size_t>(*id) < vocabulary)
      return static_cast<std::size_t>(*id);
    throw Error(ErrorCode::kCorruption,
                fmt::format("model: {}: expected \"{}\" in the vocabulary: this decoder scores a "
                            "pair by the words yes and no",
                            folder.string(), word));
  };
  const std::size_t yes = id_of(kYes);
  const std::size_t no = id_of(kNo);
  if (const auto module = logit_score(folder)) {
    // Other words come with another prompt, which is not in the files in a form that is read.
    if (module->size("true_token_id") != yes || module->size_if("false_token_id") != no) {
      throw Error(ErrorCode::kUnsupported,
                  fmt::format("model: {}: expected the ids of \"yes\" ({}) and \"no\" ({}): scores "
                              "by other words are not implemented",
                              module->path().string(), yes, no));
    }
  }
  // Without a matrix of its own, that of the embeddings.
  std::string matrix = "lm_head.weight";
  if (!weights.contains(matrix) || config.flag_or("tie_word_embeddings", false)) {
    matrix = weights.contains("model.embed_tokens.weight") ? "model.embed_tokens.weight"
                                                           : "embed_tokens.weight";
  }
  std::vector<float> row = weights.row(matrix, {vocabulary, hidden}, yes);
  const std::vector<float> other = weights.row(matrix, {vocabulary, hidden}, no);
  for (std::size_t i = 0; i < hidden; ++i) row[i] -= other[i];
  std::vector<RowHead::Step> steps;
  steps.push_back({.linear = Linear(row, 1, hidden)});
  return {.pooling = Pooling::kLastToken, .head = RowHead(std::move(steps))};
}

PairPrompt answer_prompt(const std::filesystem::path& folder) {
  std::string instruction =
      "Given a web search query, retrieve relevant passages that answer the query";
  if (const auto config = Config::read_if_exists(folder / "config_sentence_transformers.json")) {
    const auto prompts = config->text_map("prompts");
    const auto found = prompts.find(config->text_or("default_prompt_name", "query"));
    if (found != prompts.end() && !found->second.empty()) instruction = found->second;
  }
  return {.before =
              "<|im_start|>system\nJudge whether the Document meets the requirements based on "
              "the Query and the Instruct provided. Note that the answer can only be \"yes\" "
              "or \"no\".<|im_end|>\n<|im_start|>user\n",
          .query_mark = "<Instruct>: " + instruction + "\n<Query>: ",
          .document_mark = "\n<Document>: ",
          .after = "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"};
}

}  // namespace assay::model
