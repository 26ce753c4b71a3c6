// SPDX-License-Identifier: Apache-2.0
#include "model/sentence_config.h"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

#include "assay/error.h"
#include "base/file.h"
#include "model/config.h"
#include "model/layers.h"
#include "model/safetensors.h"

namespace assay::model {
namespace {

Error unsupported(const std::filesystem::path& file, const std::string& fault) {
  return {ErrorCode::kUnsupported, fmt::format("model: {}: {}", file.string(), fault)};
}

// Part after the last dot: "sentence_transformers.models.Pooling" -> "Pooling".
std::string last_part(const std::string& dotted) { return dotted.substr(dotted.rfind('.') + 1); }

Pooling read_pooling(const std::filesystem::path& file) {
  const Config config = Config::read(file);
  if (!config.flag_or("include_prompt", true))
    throw unsupported(file, "include_prompt false is not implemented");
  static constexpr std::array<std::pair<std::string_view, Pooling>, 4> kModes = {{
      {"cls", Pooling::kCls},
      {"mean", Pooling::kMean},
      {"max", Pooling::kMax},
      {"lasttoken", Pooling::kLastToken},
  }};
  // Newer files name the mode, older ones have a flag a mode.
  const std::string named = config.text_or("pooling_mode", "");
  std::optional<Pooling> found;
  for (const auto& [name, pooling] : kModes) {
    const std::string flag = fmt::format("pooling_mode_{}{}", name,
                                         name == "cls"         ? "_token"
                                         : name == "lasttoken" ? ""
                                                               : "_tokens");
    if (named != name && !config.flag_or(flag, false)) continue;
    if (found) throw unsupported(file, "several pooling modes at once are not implemented");
    found = pooling;
  }
  for (const std::string_view other :
       {"pooling_mode_mean_sqrt_len_tokens", "pooling_mode_weightedmean_tokens"}) {
    if (config.flag_or(other, false))
      throw unsupported(file, fmt::format("{} is not implemented", other));
  }
  if (!found)
    throw unsupported(file, "no pooling mode that is implemented (mean, cls, max, lasttoken)");
  return *found;
}

DenseModule read_dense(const std::filesystem::path& folder) {
  const Config config = Config::read(folder / "config.json");
  const std::string activation = last_part(config.text_or("activation_function", "Tanh"));
  kernels::Activation function = kernels::Activation::kNone;
  if (activation == "Tanh") {
    function = kernels::Activation::kTanh;
  } else if (activation == "GELU") {
    function = kernels::Activation::kGelu;
  } else if (activation == "ReLU") {
    function = kernels::Activation::kRelu;
  } else if (activation == "SiLU") {
    function = kernels::Activation::kSilu;
  } else if (activation != "Identity") {
    throw unsupported(config.path(),
                      fmt::format("activation_function \"{}\" is not implemented", activation));
  }
  return {folder, config.size("in_features"), config.size("out_features"),
          config.flag_or("bias", true), function};
}

}  // namespace

SentenceConfig read_sentence_config(const std::filesystem::path& folder,
                                    const SentenceHints& hints) {
  SentenceConfig result;
  result.query_prompt = hints.query_prompt;
  result.passage_prompt = hints.passage_prompt;
  if (const auto config = Config::read_if_exists(folder / "config_sentence_transformers.json")) {
    const auto prompts = config->text_map("prompts");
    const auto prompt = [&](std::initializer_list<std::string_view> names, std::string& to) {
      for (const std::string_view name : names) {
        const auto found = prompts.find(std::string(name));
        // sentence-transformers writes empty entries where a model has no prompt; the catalogue may
        // know better.
        if (found != prompts.end() && !found->second.empty()) return void(to = found->second);
      }
    };
    prompt({"query", "search_query", "retrieval.query"}, result.query_prompt);
    prompt({"passage", "document", "search_document", "retrieval.passage"}, result.passage_prompt);
    const std::string plain = config->text_or("default_prompt_name", "");
    if (!plain.empty()) prompt({plain}, result.default_prompt);
  }

  const auto modules = folder / "modules.json";
  if (!file_exists(modules)) {
    result.pooling = hints.pooling.value_or(Pooling::kMean);
    result.normalize = hints.normalize.value_or(false);
    return result;
  }
  bool pooled = false;
  for (const Config& module : Config::read_list(modules)) {
    const std::string type = last_part(module.text("type"));
    const std::filesystem::path path = module.text_or("path", "");
    if (path.is_absolute() || path.string().find("..") != std::string::npos) {
      throw Error(ErrorCode::kCorruption, fmt::format("model: {}: path \"{}\" leaves the folder",
                                                      modules.string(), path.string()));
    }
    if (result.normalize)
      throw unsupported(modules, fmt::format("module {} after Normalize is not implemented", type));
    if (type == "Transformer") {
      continue;
    } else if (type == "StaticEmbedding") {  // looks up and averages
      result.pooling = Pooling::kMean;
      pooled = true;
    } else if (type == "Pooling") {
      result.pooling = read_pooling(folder / path / "config.json");
      pooled = true;
    } else if (type == "Dense" && pooled) {
      result.dense.push_back(read_dense(folder / path));
    } else if (type == "LayerNorm" && !result.dense.empty() &&
               result.dense.back().norm_folder.empty()) {
      result.dense.back().norm_folder = folder / path;
    } else if (type == "Normalize") {
      result.normalize = true;
    } else {
      throw unsupported(modules, fmt::format("module \"{}\" is not implemented here; Transformer, "
                                             "Pooling, Dense, LayerNorm behind a Dense and "
                                             "Normalize are",
                                             type));
    }
  }
  if (!pooled)
    throw unsupported(modules, "no Pooling module: this folder gives no single vector a text");
  return result;
}

std::optional<std::size_t> stated_max_length(const std::filesystem::path& folder) {
  if (const auto config = Config::read_if_exists(folder / "sentence_bert_config.json")) {
    if (const auto length = config->size_if("max_seq_length"); length && *length > 0) return length;
  }
  if (const auto config = Config::read_if_exists(folder / "tokenizer_config.json")) {
    // Published files hold nonsense such as 1e30 for "unlimited".
    if (config->has("model_max_length")) {
      const double length = config->number("model_max_length");
      if (length >= 1 && length <= 1e9) return static_cast<std::size_t>(length);
    }
  }
  return std::nullopt;
}

std::size_t embedding_size(const std::filesystem::path& folder, const SentenceHints& hints) {
  const SentenceConfig config = read_sentence_config(folder, hints);
  if (!config.dense.empty()) return config.dense.back().outputs;
  const Config sizes = Config::read(folder / "config.json");
  for (const std::string_view other :
       {"n_embd", "dim", "hidden_dim"}) {  // NomicBERT, DistilBERT, static
    if (!sizes.has("hidden_size") && sizes.has(other)) return sizes.size(other);
  }
  return sizes.size("hidden_size");
}

}  // namespace assay::model
