// SPDX-License-Identifier: Apache-2.0
#include "store/payload_values.h"

#include <fmt/format.h>

#include "assay/error.h"
#include "assay/point.h"
#include "base/unicode.h"
#include "store/datetime.h"
#include "store/refuse.h"

namespace assay::store {
std::vector<const Value*> values_at(const Payload& payload, const KeyPath& path, Arrays arrays) {
  std::vector<const Value*> result;
  (void)any_value_at(payload, path, arrays, [&](const Value& value) {
    result.push_back(&value);
    return false;
  });
  return result;
}

std::optional<Value> order_value_of(const Value& value) {
  if (value.get_if<double>() != nullptr || value.get_if<std::int64_t>() != nullptr ||
      value.get_if<std::uint64_t>() != nullptr)
    return value;
  const auto* text = value.get_if<std::string>();
  const auto time = text == nullptr ? std::nullopt : parse_datetime(*text);
  if (!time) return std::nullopt;
  return Value(*time);
}

std::optional<Value> order_start_of(const std::optional<Value>& start_from) {
  if (!start_from) return std::nullopt;
  auto start = order_value_of(*start_from);
  if (!start) {
    refuse(fmt::format("order_by.start_from: expected a number or a date-time, got {}",
                       start_from->to_json()));
  }
  return start;
}

bool is_less(const Value& a, const Value& b) {
  const auto number = [](const Value& value) -> long double {  // holds all of them exactly
    if (const auto* x = value.get_if<double>()) return *x;
    if (const auto* x = value.get_if<std::int64_t>()) return *x;
    return *value.get_if<std::uint64_t>();
  };
  return number(a) < number(b);
}

std::optional<FacetValue> facet_value_of(const Value& value) {
  if (const auto* x = value.get_if<bool>()) return *x;
  if (const auto* x = value.get_if<std::int64_t>()) return *x;
  if (const auto* x = value.get_if<std::uint64_t>()) return *x;
  const auto* text = value.get_if<std::string>();
  if (text == nullptr) return std::nullopt;
  try {
    return PointId(*text).uuid();
  } catch (const Error&) {  // any other string
    return *text;
  }
}

namespace {

// At the end of a word of several letters Σ is ς (Unicode, section 3.13, "Final_Sigma").
void end_word(std::string& word, char32_t last) {
  constexpr char32_t kCapitalSigma = 0x3A3;
  constexpr std::string_view kSmall = "\u03C3", kFinal = "\u03C2";
  if (last == kCapitalSigma && word.size() > kSmall.size())
    word.replace(word.size() - kSmall.size(), kSmall.size(), kFinal);
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  if (unicode::invalid_utf8(text)) return words;
  char32_t last = 0;  // of the word that goes on; 0: between words
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = unicode::decode(text, at);
    if (!unicode::is_alphanumeric(c)) {
      if (last != 0) end_word(words.back(), last);
      last = 0;
      continue;
    }
    if (last == 0) words.emplace_back();
    last = c;
    const unicode::Mapped lower = unicode::lower(c);
    for (std::size_t i = 0; i < lower.count; ++i) unicode::append_utf8(words.back(), lower.c[i]);
  }
  if (last != 0) end_word(words.back(), last);
  return words;
}

}  // namespace assay::store
