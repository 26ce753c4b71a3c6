// SPDX-License-Identifier: Apache-2.0
// tokenizer.json and tokenizer_config.json, field by field. What is not understood is refused by
// name, never skipped.
#include <fmt/format.h>
#include <simdjson.h>

#include <string>
#include <utility>

#include "assay/error.h"
#include "base/file.h"
#include "tokenizer/pipeline.h"

namespace assay::tokenizer {
namespace {

using simdjson::dom::element;

constexpr std::int64_t kLargestId =
    10'000'000;  // no vocabulary comes near; guards the id-indexed table

// One value of the file with the name that errors give it.
class Node {
 public:
  Node(const std::filesystem::path& file, element value, std::string name)
      : file_(file), value_(value), name_(std::move(name)) {}

  [[nodiscard]] Error wrong(std::string_view expected) const {
    std::string found = simdjson::minify(value_);
    if (found.size() > 60) found = found.substr(0, 60) + "…";
    return {ErrorCode::kCorruption, fmt::format("tokenizer: {}: {}: expected {}, got {}",
                                                file_.string(), name_, expected, found)};
  }
  [[nodiscard]] Error unsupported(std::string_view what) const {
    return {ErrorCode::kUnsupported,
            fmt::format("tokenizer: {}: {} {} is not supported", file_.string(), name_, what)};
  }

  [[nodiscard]] bool is_null() const { return value_.is_null(); }
  [[nodiscard]] bool is_object() const { return value_.is_object(); }
  /// Member `key`; nothing when it is absent or null.
  [[nodiscard]] std::optional<Node> find(std::string_view key) const {
    simdjson::dom::object object;
    if (value_.get(object)) throw wrong("an object");
    element member;
    if (object.at_key(key).get(member) || member.is_null()) return std::nullopt;
    return Node(file_, member, name_.empty() ? std::string(key) : fmt::format("{}.{}", name_, key));
  }
  [[nodiscard]] Node at(std::string_view key) const {
    if (auto member = find(key)) return *member;
    throw Error(ErrorCode::kCorruption,
                fmt::format("tokenizer: {}: {} is missing", file_.string(),
                            name_.empty() ? std::string(key) : fmt::format("{}.{}", name_, key)));
  }
  [[nodiscard]] std::string text() const {
    std::string_view text;
    if (value_.get(text)) throw wrong("a string");
    return std::string(text);
  }
  [[nodiscard]] bool flag() const {
    bool flag = false;
    if (value_.get(flag)) throw wrong("true or false");
    return flag;
  }
  [[nodiscard]] std::int32_t id() const {
    std::int64_t id = 0;
    if (value_.get(id) || id < 0 || id > kLargestId) throw wrong("a token id");
    return static_cast<std::int32_t>(id);
  }
  [[nodiscard]] double number() const {
    double number = 0;
    if (value_.get(number)) throw wrong("a number");
    return number;
  }
  template <class Body>
  void for_each_item(const Body& body) const {
    simdjson::dom::array items;
    if (value_.get(items)) throw wrong("an array");
    std::size_t i = 0;
    for (const element item : items) body(Node(file_, item, fmt::format("{}[{}]", name_, i++)));
  }
  template <class Body>
  void for_each_member(const Body& body) const {
    simdjson::dom::object members;
    if (value_.get(members)) throw wrong("an object");
    for (const auto& [key, value] : members)
      body(key, Node(file_, value, fmt::format("{}[\"{}\"]", name_, key)));
  }
  [[nodiscard]] bool flag_or(std::string_view key, bool fallback) const {
    const auto member = find(key);
    return member ? member->flag() : fallback;
  }
  [[nodiscard]] std::string text_or(std::string_view key, std::string_view fallback) const {
    const auto member = find(key);
    return member ? member->text() : std::string(fallback);
  }
  /// "type" of a component.
  [[nodiscard]] std::string type() const { return at("type").text(); }

 private:
  const std::filesystem::path& file_;
  element value_;
  std::string name_;
};

element parse(simdjson::dom::parser& parser, const std::filesystem::path& file) {
  element root;
  if (const auto fault = parser.parse(read_file(file, std::size_t{256} << 20)).get(root)) {
    throw Error(ErrorCode::kCorruption, fmt::format("tokenizer: {}: no JSON: {}", file.string(),
                                                    simdjson::error_message(fault)));
  }
  if (!root.is_object())
    throw Error(ErrorCode::kCorruption,
                fmt::format("tokenizer: {}: expected a JSON object", file.string()));
  return root;
}

void read_normalizer(const Node& node, std::vector<Normalizer>& to) {
  const std::string type = node.type();
  if (type == "Sequence") {
    node.at("normalizers").for_each_item([&](const Node& item) { read_normalizer(item, to); });
  } else if (type == "BertNormalizer") {
    BertNormalizer rule;
    rule.clean_text = node.flag_or("clean_text", true);
    rule.handle_chinese_chars = node.flag_or("handle_chinese_chars", true);
    rule.lowercase = node.flag_or("lowercase", true);
    rule.strip_accents = node.flag_or("strip_accents", rule.lowercase);  // null follows lowercase
    to.emplace_back(rule);
  } else if (type == "Lowercase") {
    to.emplace_back(Lowercase{});
  } else if (type == "NFD") {
    to.emplace_back(Decompose{});
  } else if (type == "StripAccents") {
    to.emplace_back(StripAccents{});
  } else if (type == "Strip") {
    to.emplace_back(Strip{node.flag_or("strip_left", true), node.flag_or("strip_right", true)});
  } else {
    throw node.unsupported(fmt::format("\"{}\"", type));
  }
}

void read_pre_tokenizer(const Node& node, std::vector<PreTokenizer>& to) {
  const std::string type = node.type();
  if (type == "Sequence") {
    node.at("pretokenizers").for_each_item([&](const Node& item) { read_pre_tokenizer(item, to); });
  } else if (type == "BertPreTokenizer") {
    to.emplace_back(BertPreTokenizer{});
  } else if (type == "WhitespaceSplit") {
    to.emplace_back(WhitespaceSplit{});
  } else if (type == "Punctuation" && node.text_or("behavior", "Isolated") == "Isolated") {
    to.emplace_back(Punctuation{});
  } else {
    throw node.unsupported(fmt::format("\"{}\"", type));
  }
}

std::vector<TemplateItem> read_template(const Node& node, const Node& specials) {
  std::vector<TemplateItem> items;
  node.for_each_item([&](const Node& item) {
    if (const auto sequence = item.find("Sequence")) {
      const std::string id = sequence->at("id").text();
      if (id != "A" && id != "B") throw sequence->at("id").wrong("\"A\" or \"B\"");
      items.push_back({id == "A" ? TemplateItem::Kind::kFirst : TemplateItem::Kind::kSecond,
                       sequence->at("type_id").id()});
      return;
    }
    const Node special = item.at("SpecialToken");
    specials.at(special.at("id").text()).at("ids").for_each_item([&](const Node& id) {
      items.push_back({TemplateItem::Kind::kSpecial, special.at("type_id").id(), id.id()});
    });
  });
  return items;
}

void read_post_processor(const Node& node, Template& to) {
  using Kind = TemplateItem::Kind;
  const std::string type = node.type();
  if (type == "TemplateProcessing") {
    const Node specials = node.at("special_tokens");
    to.single = read_template(node.at("single"), specials);
    to.pair = read_template(node.at("pair"), specials);
  } else if (type == "BertProcessing") {
    // ["[SEP]", 102] and ["[CLS]", 101].
    const auto id_of = [&](std::string_view key) {
      std::int32_t id = -1;
      node.at(key).for_each_item([&](const Node& item) {
        static_cast<void>(id == -1 ? id = -2 : id = item.id());  // the second item
      });
      if (id < 0) throw node.at(key).wrong("a token and its id");
      return id;
    };
    const std::int32_t sep = id_of("sep");
    const std::int32_t cls = id_of("cls");
    to.single = {{Kind::kSpecial, 0, cls}, {Kind::kFirst, 0}, {Kind::kSpecial, 0, sep}};
    to.pair = {{Kind::kSpecial, 0, cls},
               {Kind::kFirst, 0},
               {Kind::kSpecial, 0, sep},
               {Kind::kSecond, 1},
               {Kind::kSpecial, 1, sep}};
  } else {
    throw node.unsupported(fmt::format("\"{}\"", type));
  }
}

}  // namespace

Pipeline read_tokenizer_json(const std::filesystem::path& file) {
  simdjson::dom::parser parser;
  const Node root(file, parse(parser, file), "");
  Pipeline pipeline;
  if (const auto node = root.find("normalizer")) read_normalizer(*node, pipeline.normalizers);
  if (const auto node = root.find("pre_tokenizer"))
    read_pre_tokenizer(*node, pipeline.pre_tokenizers);

  const Node model = root.at("model");
  const std::string type = model.text_or("type", "WordPiece");
  if (type != "WordPiece") throw model.unsupported(fmt::format("\"{}\"", type));
  model.at("vocab").for_each_member([&](std::string_view token, const Node& id) {
    pipeline.vocabulary.set(std::string(token), id.id());
  });
  const Node unknown = model.at("unk_token");
  const auto unknown_id = pipeline.vocabulary.id(unknown.text());
  if (!unknown_id) throw unknown.wrong("a token of the vocabulary");
  const auto characters = model.find("max_input_chars_per_word");
  pipeline.model.emplace(pipeline.vocabulary, *unknown_id,
                         model.text_or("continuing_subword_prefix", "##"),
                         characters ? static_cast<std::size_t>(characters->id()) : 100);

  if (const auto added = root.find("added_tokens")) {
    added->for_each_item([&](const Node& item) {
      AddedToken token;
      token.content = item.at("content").text();
      token.id = item.at("id").id();
      token.special = item.flag_or("special", false);
      token.single_word = item.flag_or("single_word", false);
      token.lstrip = item.flag_or("lstrip", false);
      token.rstrip = item.flag_or("rstrip", false);
      token.normalized = item.flag_or("normalized", !token.special);
      pipeline.vocabulary.set(token.content, token.id);
      pipeline.added.push_back(std::move(token));
    });
  }
  if (const auto node = root.find("post_processor")) {
    read_post_processor(*node, pipeline.templates);
  } else {
    pipeline.templates.single = {{TemplateItem::Kind::kFirst, 0}};
    pipeline.templates.pair = {{TemplateItem::Kind::kFirst, 0}, {TemplateItem::Kind::kSecond, 1}};
  }
  return pipeline;
}

TokenizerConfig read_tokenizer_config(const std::filesystem::path& file) {
  TokenizerConfig config;
  if (!std::filesystem::exists(file)) return config;
  simdjson::dom::parser parser;
  const Node root(file, parse(parser, file), "");
  const std::string side = root.text_or("truncation_side", "right");
  if (side != "right" && side != "left")
    throw root.at("truncation_side").wrong("\"right\" or \"left\"");
  config.truncate_left = side == "left";
  if (const auto length = root.find("model_max_length")) {
    const double value = length->number();
    if (value >= 1 && value <= 1e9) config.model_max_length = static_cast<std::size_t>(value);
  }
  config.do_lower_case = root.flag_or("do_lower_case", true);
  if (const auto strip = root.find("strip_accents")) config.strip_accents = strip->flag();
  config.tokenize_chinese_chars = root.flag_or("tokenize_chinese_chars", true);
  const auto token = [&](std::string_view key, std::string& to) {
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
