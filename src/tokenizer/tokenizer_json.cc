// SPDX-License-Identifier: Apache-2.0
// tokenizer.json and tokenizer_config.json: added tokens, post-processor, and the parts that
// component_json.cc and model_json.cc read. What is not understood is refused by name, never
// skipped.
#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/file.h"
#include "tokenizer/json_node.h"
#include "tokenizer/parts_json.h"

namespace assay::tokenizer {
namespace {

using Kind = TemplateItem::Kind;

std::vector<TemplateItem> read_template(const Node& node, const Node& specials) {
  std::vector<TemplateItem> items;
  node.for_each_item([&](const Node& item) {
    if (const auto sequence = item.find("Sequence")) {
      const std::string id = sequence->at("id").text();
      if (id != "A" && id != "B") throw sequence->at("id").wrong("\"A\" or \"B\"");
      items.push_back({id == "A" ? Kind::kFirst : Kind::kSecond, sequence->at("type_id").id()});
      return;
    }
    const Node special = item.at("SpecialToken");
    specials.at(special.at("id").text()).at("ids").for_each_item([&](const Node& id) {
      items.push_back({Kind::kSpecial, special.at("type_id").id(), id.id()});
    });
  });
  return items;
}

// Id of a ["[SEP]", 102].
std::int32_t id_of(const Node& node) {
  const auto items = node.items(2);
  static_cast<void>(items[0].text());
  return items[1].id();
}

// Adds one processor to those before it.
void read_post_processor(const Node& node, Pipeline& to) {
  const std::string type = node.type();
  const auto trim = [&] {
    if (node.flag_or("trim_offsets", true))
      to.trims.push_back({node.flag_or("add_prefix_space", true)});
  };
  if (type == "Sequence") {
    node.at("processors").for_each_item([&](const Node& item) { read_post_processor(item, to); });
    return;
  }
  if (type == "ByteLevel") return trim();
  if (!to.templates.single.empty())
    throw node.unsupported(fmt::format("\"{}\" behind another template", type));
  if (type == "TemplateProcessing") {
    const Node specials = node.at("special_tokens");
    to.templates.single = read_template(node.at("single"), specials);
    to.templates.pair = read_template(node.at("pair"), specials);
    const auto has = [](const std::vector<TemplateItem>& items, Kind kind) {
      return std::ranges::count(items, kind, &TemplateItem::kind) == 1;
    };
    if (!has(to.templates.single, Kind::kFirst)) throw node.at("single").wrong("one sequence A");
    if (!has(to.templates.pair, Kind::kFirst) || !has(to.templates.pair, Kind::kSecond))
      throw node.at("pair").wrong("one sequence A and one B");
  } else if (type == "BertProcessing") {
    to.templates = bert_template(id_of(node.at("cls")), id_of(node.at("sep")));
  } else if (type == "RobertaProcessing") {
    trim();
    to.templates = roberta_template(id_of(node.at("cls")), id_of(node.at("sep")));
  } else {
    throw node.unsupported(fmt::format("\"{}\"", type));
  }
}

// An added token has the id that the model's vocabulary gives it, or the next free one: the id in
// the file is not used, as in the tokenizers library.
void read_added_tokens(const Node& node, std::size_t model_size, Pipeline& to) {
  auto next_id = static_cast<std::int32_t>(model_size);
  std::unordered_map<std::string, std::size_t> known;
  node.for_each_item([&](const Node& item) {
    AddedToken token;
    token.content = item.at("content").text();
    static_cast<void>(item.at("id").id());
    token.special = item.flag_or("special", false);
    token.single_word = item.flag_or("single_word", false);
    token.lstrip = item.flag_or("lstrip", false);
    token.rstrip = item.flag_or("rstrip", false);
    token.normalized = item.flag_or("normalized", !token.special);
    if (token.content.empty()) return;
    const auto in_vocabulary = to.vocabulary.id(token.content);
    token.id = in_vocabulary ? *in_vocabulary : next_id++;
    if (token.id > kLargestId) throw item.impossible("too many tokens");
    if (!in_vocabulary) to.vocabulary.set(token.content, token.id);
    const auto [found, is_new] = known.try_emplace(token.content, to.added.size());
    if (is_new) {
      to.added.push_back(std::move(token));
    } else {
      to.added[found->second] = std::move(token);  // said twice: the last counts
    }
  });
}

}  // namespace

Pipeline read_tokenizer_json(const std::filesystem::path& path) {
  const JsonFile file(path);
  const Node root = file.root();
  Pipeline pipeline;
  if (const auto node = root.find("normalizer")) read_normalizer(*node, pipeline.normalizers);
  if (const auto node = root.find("pre_tokenizer"))
    read_pre_tokenizer(*node, pipeline.pre_tokenizers);
  const std::size_t model_size = read_model(root.at("model"), pipeline);
  if (const auto added = root.find("added_tokens")) read_added_tokens(*added, model_size, pipeline);
  if (const auto node = root.find("post_processor")) read_post_processor(*node, pipeline);
  if (pipeline.templates.single.empty()) {
    pipeline.templates.single = {{Kind::kFirst, 0}};
    pipeline.templates.pair = {{Kind::kFirst, 0}, {Kind::kSecond, 1}};
  }
  if (const auto truncation = root.find("truncation")) {
    const std::string direction = truncation->text_or("direction", "Right");
    if (direction != "Left" && direction != "Right")
      throw truncation->at("direction").wrong("\"Left\" or \"Right\"");
    pipeline.truncate_left = direction == "Left";
  }
  return pipeline;
}

TokenizerConfig read_tokenizer_config(const std::filesystem::path& path) {
  TokenizerConfig config;
  if (!file_exists(path)) return config;
  const JsonFile file(path);
  const Node root = file.root();
  if (const auto side = root.find("truncation_side")) {
    const std::string name = side->text();
    if (name != "right" && name != "left") throw side->wrong("\"right\" or \"left\"");
    config.truncate_left = name == "left";
  }
  if (const auto length = root.find("model_max_length")) {
    const double value = length->number();
    if (value >= 1 && value <= 1e9) config.model_max_length = static_cast<std::size_t>(value);
  }
  config.do_lower_case = root.flag_or("do_lower_case", true);
  config.add_prefix_space = root.flag_or("add_prefix_space", false);
  if (const auto strip = root.find("strip_accents")) config.strip_accents = strip->flag();
  config.tokenize_chinese_chars = root.flag_or("tokenize_chinese_chars", true);
  const auto token = [&](std::string_view key, std::optional<std::string>& to) {
    // A string, or an object with its content.
    if (const auto node = root.find(key))
      to = node->is_object() ? node->at("content").text() : node->text();
  };
  token("unk_token", config.unk_token);
  token("cls_token", config.cls_token);
  token("sep_token", config.sep_token);
  token("pad_token", config.pad_token);
  token("mask_token", config.mask_token);
  return config;
}

}  // namespace assay::tokenizer
