// SPDX-License-Identifier: Apache-2.0
// The reader of key paths; every byte sequence is legal input.
#include "store/key_path.h"

#include <charconv>
#include <optional>
#include <system_error>

#include "base/unicode.h"

namespace assay::store {
namespace {

// Payloads are no deeper on any way in, and whoever follows a path does so by recursion.
constexpr std::size_t kMostSteps = 128;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Length of the bare segment that `text`, well-formed UTF-8, begins with.
std::size_t bare_length(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t next = at;
    const char32_t c = unicode::decode(text, next);
    const bool belongs = c < 0x80 ? is_digit(text[at]) || (c >= 'a' && c <= 'z') ||
                                        (c >= 'A' && c <= 'Z') || c == '_' || c == '-'
                                  : unicode::is_alphanumeric(c);
    if (!belongs) break;
    at = next;
  }
  return at;
}

std::optional<std::string> take_segment(std::string_view& text) {
  std::string segment;
  if (text.starts_with('"')) {
    const std::size_t end = text.find('"', 1);
    if (end == std::string_view::npos) return std::nullopt;
    segment = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    return segment;
  }
  const std::size_t length = bare_length(text);
  if (length == 0) return std::nullopt;
  segment = text.substr(0, length);
  text.remove_prefix(length);
  return segment;
}

// The brackets that `text`, beginning with '[', begins with.
std::optional<PathStep> take_brackets(std::string_view& text) {
  const std::size_t end = text.find(']');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view digits = text.substr(1, end - 1);
  text.remove_prefix(end + 1);
  if (digits.empty()) return EveryElement{};
  for (const char c : digits) {
    if (!is_digit(c)) return std::nullopt;  // from_chars() would take a sign
  }
  std::uint64_t index = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (read.ec != std::errc()) return std::nullopt;  // above 2^64-1
  return index;
}

std::optional<KeyPath> parse(std::string_view text) {
  if (unicode::invalid_utf8(text)) return std::nullopt;
  KeyPath path;
  for (;;) {
    auto segment = take_segment(text);
    if (!segment) return std::nullopt;
    path.emplace_back(std::move(*segment));
    while (text.starts_with('[')) {
      auto step = take_brackets(text);
      if (!step) return std::nullopt;
      path.push_back(std::move(*step));
    }
    if (path.size() > kMostSteps) return std::nullopt;
    if (text.empty()) return path;
    if (text.front() != '.') return std::nullopt;
    text.remove_prefix(1);
  }
}

}  // namespace

Result<KeyPath> parse_key_path(std::string_view text) {
  auto path = parse(text);
  if (!path) return Failure{ErrorCode::kInvalidArgument, "Invalid path"};
  return std::move(*path);
}

}  // namespace assay::store
