// SPDX-License-Identifier: Apache-2.0
#include "wire/jsonl.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <iterator>
#include <utility>

#include "base/unicode.h"
#include "wire/json.h"
#include "wire/type_name.h"

namespace assay::wire {
namespace {

Failure wrong(std::string message) { return {ErrorCode::kInvalidArgument, std::move(message)}; }

// A member of a line that must be a string.
Result<std::string> text_of(const Value::Object& object, std::string_view key) {
  const auto member = object.find(key);
  if (member == object.end()) return wrong(fmt::format("\"{}\" is missing", key));
  const auto* text = member->second.get_if<std::string>();
  if (text == nullptr)
    return wrong(fmt::format("\"{}\": expected a string, got {}", key, type_name(member->second)));
  return *text;
}

std::optional<Failure> unknown_member(const Value::Object& object,
                                      std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : object) {
    if (std::find(known.begin(), known.end(), key) == known.end())
      return wrong(fmt::format("unknown field \"{}\"", unicode::shortened(key, 60)));
  }
  return std::nullopt;
}

template <class T>
void append_list(std::string& out, const std::vector<T>& items) {
  out += '[';
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ',';
    fmt::format_to(std::back_inserter(out), "{}", items[i]);
  }
  out += ']';
}

void append_numbers(std::string& out, std::span<const float> values) {
  out += '[';
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ',';
    append_number(out, values[i]);
  }
  out += ']';
}

}  // namespace

void append_number(std::string& out, float value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  fmt::format_to(std::back_inserter(out), "{}", value);
}

Result<TokenizeLine> read_tokenize_line(std::string_view line) {
  auto value = parse_json(line);
  if (!value.ok()) return value.failure();
  if (auto* text = value.value().get_if<std::string>())
    return TokenizeLine{std::move(*text), std::nullopt};
  const auto* object = value.value().get_if<Value::Object>();
  if (object == nullptr) {
    return wrong(
        fmt::format("expected a string, {{\"text\":…}} or {{\"query\":…,\"document\":…}}, got {}",
                    type_name(value.value())));
  }
  const bool pair = object->contains("query") || object->contains("document");
  if (auto fault =
          pair ? unknown_member(*object, {"query", "document"}) : unknown_member(*object, {"text"}))
    return *fault;
  auto first = text_of(*object, pair ? "query" : "text");
  if (!first.ok()) return first.failure();
  if (!pair) return TokenizeLine{std::move(first.value()), std::nullopt};
  auto document = text_of(*object, "document");
  if (!document.ok()) return document.failure();
  return TokenizeLine{std::move(first.value()), std::move(document.value())};
}

Result<TextInput> read_embed_line(std::string_view line) {
  auto value = parse_json(line);
  if (!value.ok()) return value.failure();
  if (auto* text = value.value().get_if<std::string>())
    return TextInput{std::move(*text), TextKind::kPlain};
  const auto* object = value.value().get_if<Value::Object>();
  if (object == nullptr)
    return wrong(
        fmt::format("expected a string or {{\"text\":…}}, got {}", type_name(value.value())));
  if (auto fault = unknown_member(*object, {"text", "kind"})) return *fault;
  auto text = text_of(*object, "text");
  if (!text.ok()) return text.failure();
  TextKind kind = TextKind::kPlain;
  if (object->contains("kind")) {
    const auto name = text_of(*object, "kind");
    if (!name.ok()) return name.failure();
    if (name.value() != "query" && name.value() != "passage") {
      return wrong(
          fmt::format("\"kind\": expected \"query\" or \"passage\", got \"{}\"", name.value()));
    }
    kind = name.value() == "query" ? TextKind::kQuery : TextKind::kPassage;
  }
  return TextInput{std::move(text.value()), kind};
}

Result<RerankLine> read_rerank_line(std::string_view line) {
  auto value = parse_json(line);
  if (!value.ok()) return value.failure();
  const auto* object = value.value().get_if<Value::Object>();
  if (object == nullptr)
    return wrong(fmt::format("expected {{\"query\":…,\"documents\":[…]}}, got {}",
                             type_name(value.value())));
  if (auto fault = unknown_member(*object, {"query", "documents"})) return *fault;
  auto query = text_of(*object, "query");
  if (!query.ok()) return query.failure();
  const auto member = object->find("documents");
  if (member == object->end()) return wrong("\"documents\" is missing");
  const auto* documents = member->second.get_if<Value::Array>();
  if (documents == nullptr)
    return wrong(
        fmt::format("\"documents\": expected an array, got {}", type_name(member->second)));
  RerankLine result{std::move(query.value()), {}};
  for (std::size_t i = 0; i < documents->size(); ++i) {
    const auto* text = (*documents)[i].get_if<std::string>();
    if (text == nullptr)
      return wrong(fmt::format("\"documents\"[{}]: expected a string, got {}", i,
                               type_name((*documents)[i])));
    result.documents.push_back(*text);
  }
  return result;
}

Result<PointLine> read_point_line(std::string_view line) {
  auto value = parse_json(line);
  if (!value.ok()) return value.failure();
  auto* object = value.value().get_if<Value::Object>();
  if (object == nullptr)
    return wrong(fmt::format("expected {{\"id\":…,\"text\":…}}, got {}", type_name(value.value())));
  auto text = text_of(*object, "text");
  if (!text.ok()) return text.failure();
  const auto id = object->find("id");
  if (id == object->end()) return wrong("\"id\" is missing");
  PointLine result;
  result.text = std::move(text.value());
  try {
    if (const auto* number = id->second.get_if<std::int64_t>()) {
      result.id = PointId(*number);
    } else if (const auto* large = id->second.get_if<std::uint64_t>()) {
      result.id = PointId(*large);
    } else if (const auto* uuid = id->second.get_if<std::string>()) {
      result.id = PointId(*uuid);
    } else {
      return wrong(
          fmt::format("\"id\": expected a whole number or a UUID, got {}", type_name(id->second)));
    }
  } catch (const Error& fault) {
    return wrong(fault.what());
  }
  object->erase(id);
  result.payload = std::move(*object);
  return result;
}

void write_tokens(std::string& out, const Tokenizer& tokenizer, const Encoding& encoding) {
  out += "{\"ids\":";
  append_list(out, encoding.ids);
  out += ",\"type_ids\":";
  append_list(out, encoding.type_ids);
  out += ",\"tokens\":[";
  for (std::size_t i = 0; i < encoding.ids.size(); ++i) {
    if (i > 0) out += ',';
    out += Value(tokenizer.token(encoding.ids[i])).to_json();
  }
  out += "],\"offsets\":[";
  for (std::size_t i = 0; i < encoding.offsets.size(); ++i) {
    fmt::format_to(std::back_inserter(out), "{}[{},{}]", i > 0 ? "," : "",
                   encoding.offsets[i].first, encoding.offsets[i].second);
  }
  fmt::format_to(std::back_inserter(out), "],\"truncated\":{}}}\n", encoding.truncated());
}

void write_embedding(std::string& out, std::span<const float> vector, bool truncated) {
  out += "{\"embedding\":";
  append_numbers(out, vector);
  if (truncated) out += ",\"truncated\":true";
  out += "}\n";
}

void write_sparse(std::string& out, const SparseVector& vector, bool truncated) {
  out += "{\"indices\":";
  append_list(out, vector.indices);
  out += ",\"values\":";
  append_numbers(out, vector.values);
  if (truncated) out += ",\"truncated\":true";
  out += "}\n";
}

void write_token_embeddings(std::string& out, const TokenEmbeddings& rows, bool truncated) {
  out += "{\"embeddings\":[";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) out += ',';
    append_numbers(out, rows[i]);
  }
  out += ']';
  if (truncated) out += ",\"truncated\":true";
  out += "}\n";
}

void write_scores(std::string& out, const RerankScores& scores, std::size_t top_k) {
  out += "{\"scores\":";
  append_numbers(out, scores.scores);
  out += ",\"order\":";
  auto order = scores.order();
  order.resize(std::min(order.size(), top_k));
  append_list(out, order);
  if (!scores.truncated.empty()) {
    out += ",\"truncated\":";
    append_list(out, scores.truncated);
  }
  out += "}\n";
}

Value model_value(const ModelInfo& info, bool cached) {
  Value::Object object = {
      {"model", info.model},
      {"kind", to_string(info.kind)},
      {"size_in_GB", info.size_in_gb},
      {"license", info.license},
      {"sources", Value::Object{{"hf", info.source.empty() ? Value() : Value(info.source)}}},
      {"description", info.description},
      {"architecture", info.architecture},
      {"supported", info.supported},
      {"cached", cached}};
  if (info.dim > 0) object.emplace("dim", info.dim);
  if (info.kind == ModelKind::kSparse) {
    object.emplace("requires_idf", info.requires_idf);
    object.emplace("vocab_size", info.vocab_size);
  }
  return object;
}

}  // namespace assay::wire
