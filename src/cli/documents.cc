// SPDX-License-Identifier: Apache-2.0
#include "cli/documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <set>
#include <utility>

#include "base/checksum.h"
#include "base/unicode.h"
#include "wire/json.h"

namespace assay::cli {
namespace {

// The first 128 bits of the SHA-256: the same id for the same name, always.
PointId id_of_name(std::string_view name) {
  Checksum checksum = Checksum::sha256();
  checksum.update(name);
  return {checksum.finish().substr(0, 32)};
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t") == std::string_view::npos;
}

std::optional<std::uint64_t> whole_number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool plain = code == std::errc() && end == text.data() + text.size() &&
                     (text.size() == 1 || text.front() != '0');
  return plain ? std::optional(number) : std::nullopt;
}

}  // namespace

DocumentFormat format_of(std::string_view file) {
  const std::string_view end = file.substr(std::min(file.rfind('.'), file.size()));
  if (end == ".csv") return DocumentFormat::kCsv;
  const bool json = end == ".jsonl" || end == ".ndjson" || end == ".json";
  return json || file.empty() || file == "-" ? DocumentFormat::kJsonl : DocumentFormat::kText;
}

Value shown_id(const PointId& id, const Payload& payload) {
  const auto own = payload.find(kIdKey);
  return own == payload.end() ? id.to_value() : own->second;
}

DocumentReader::DocumentReader(const std::string& file, DocumentFormat format)
    : name_(file.empty() || file == "-" ? "stdin" : file), format_(format), lines_(file) {
  if (format_ != DocumentFormat::kCsv) return;
  if (!next_record()) refuse(1, "expected a heading with the column \"text\"");
  heading_ = std::move(record_.fields());
  const std::set<std::string_view> names(heading_.begin(), heading_.end());
  if (!names.contains(kTextKey)) {
    refuse(record_line_, fmt::format("expected a heading with the column \"text\", got {}",
                                     fmt::join(heading_, ",")));
  }
  if (names.size() != heading_.size()) refuse(record_line_, "two columns have the same name");
}

std::string DocumentReader::place(std::size_t line) const {
  return fmt::format("{}: line {}", name_, line);
}

void DocumentReader::refuse(std::size_t line, const std::string& what) const {
  throw Error(ErrorCode::kInvalidArgument, fmt::format("{}: {}", place(line), what));
}

std::optional<std::string_view> DocumentReader::next_line() {
  auto line = lines_.next();
  if (!line) return line;
  if (const auto at = unicode::invalid_utf8(*line))
    refuse(lines_.number(), fmt::format("invalid UTF-8 at byte {}", *at));
  return line;
}

std::optional<IndexedDocument> DocumentReader::next() {
  if (format_ == DocumentFormat::kCsv) return next_of_csv();
  while (const auto line = next_line()) {
    if (format_ == DocumentFormat::kJsonl) return from_json(*line);
    if (is_blank(*line)) continue;
    IndexedDocument document{.text = std::string(*line), .line = lines_.number()};
    document.payload.emplace(kTextKey, document.text);
    set_id(document, "");
    return document;
  }
  return std::nullopt;
}

// An empty id is none.
void DocumentReader::set_id(IndexedDocument& document, std::string id) const {
  if (id.empty()) id = fmt::format("{}:{}", name_, document.line);
  try {
    document.id = PointId(id);
    if (document.id.to_string() == id) return;
  } catch (const Error&) {  // no UUID
    document.id = id_of_name(id);
  }
  document.payload.insert_or_assign(std::string(kIdKey), std::move(id));
}

IndexedDocument DocumentReader::from_json(std::string_view line) const {
  const std::size_t number = lines_.number();
  Value value = wire::parse_json(line).or_throw(place(number));
  auto* object = value.get_if<Value::Object>();
  if (object == nullptr) refuse(number, "expected an object with the member \"text\"");
  IndexedDocument document{.payload = std::move(*object), .line = number};
  const auto text = document.payload.find(kTextKey);
  if (text == document.payload.end()) refuse(number, "\"text\" is missing");
  const auto* string = text->second.get_if<std::string>();
  if (string == nullptr) refuse(number, "\"text\": expected a string");
  document.text = *string;
  const auto member = document.payload.find(kIdKey);
  const Value id = member == document.payload.end() ? Value() : member->second;
  if (member != document.payload.end()) document.payload.erase(member);
  if (id.is_null()) {
    set_id(document, "");
  } else if (const auto* own = id.get_if<std::string>()) {
    if (own->empty()) refuse(number, "\"id\" is empty");
    set_id(document, *own);
  } else if (const auto* large = id.get_if<std::uint64_t>()) {
    document.id = PointId(*large);
  } else if (const auto* whole = id.get_if<std::int64_t>(); whole != nullptr && *whole >= 0) {
    document.id = PointId(*whole);
  } else {
    refuse(number,
           fmt::format("\"id\": expected a string or a whole number from 0, got {}", id.to_json()));
  }
  return document;
}

bool DocumentReader::next_record() {
  bool whole = true;
  while (const auto line = next_line()) {
    if (whole) {
      if (is_blank(*line)) continue;
      record_line_ = lines_.number();
    }
    whole = record_.add(*line).or_throw(place(lines_.number()));
    if (whole) return true;
  }
  if (!whole) refuse(record_line_, "a quoted field of this record has no end");
  return false;
}

std::optional<IndexedDocument> DocumentReader::next_of_csv() {
  if (!next_record()) return std::nullopt;
  auto& fields = record_.fields();
  if (fields.size() != heading_.size()) {
    refuse(record_line_, fmt::format("expected {} fields, as in the heading, got {}",
                                     heading_.size(), fields.size()));
  }
  IndexedDocument document{.line = record_line_};
  std::string id;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (heading_[i] == kIdKey) {
      id = std::move(fields[i]);
    } else {
      if (heading_[i] == kTextKey) document.text = fields[i];
      document.payload.emplace(heading_[i], std::move(fields[i]));
    }
  }
  if (const auto number = whole_number_in(id)) {
    document.id = PointId(*number);
  } else {
    set_id(document, std::move(id));
  }
  return document;
}

}  // namespace assay::cli
