// SPDX-License-Identifier: Apache-2.0
#include "tokenizer/charsmap.h"

#include <algorithm>

#include "tokenizer/grapheme.h"

namespace assay::tokenizer {
namespace {

// Fields of a unit of darts-clone.
bool has_leaf(std::uint32_t unit) { return ((unit >> 8) & 1u) != 0; }
std::uint32_t value(std::uint32_t unit) { return unit & 0x7fffffffu; }
std::uint32_t label(std::uint32_t unit) { return unit & 0x800000ffu; }
std::uint32_t offset(std::uint32_t unit) { return (unit >> 10) << ((unit & 0x200u) >> 6); }

std::uint32_t load_u32(std::string_view bytes, std::size_t at) {
  std::uint32_t result = 0;
  for (std::size_t i = 0; i < 4; ++i)
    result |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  return result;
}

// Hands characters on with one held back, because what is removed is charged to the one before.
class Output {
 public:
  explicit Output(Rewriter& rewriter) : rewriter_(rewriter) {}
  ~Output() { flush(); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void put(char32_t c, int change) {
    flush();
    last_ = c;
    change_ = change;
    is_held_ = true;
  }
  void replace(std::string_view old_text, std::string_view new_text) {
    int old_count = count(old_text);
    for (std::size_t at = 0; at < new_text.size(); --old_count)
      put(unicode::decode(new_text, at), old_count > 0 ? 0 : 1);
    if (old_count > 0 && is_held_) change_ -= old_count;
  }

 private:
  static int count(std::string_view text) {
    return static_cast<int>(std::count_if(text.begin(), text.end(), [](char byte) {
      return (static_cast<unsigned char>(byte) & 0xc0u) != 0x80u;
    }));
  }
  void flush() {
    if (is_held_) rewriter_.put(last_, change_);
    is_held_ = false;
  }

  Rewriter& rewriter_;
  char32_t last_ = 0;
  int change_ = 0;
  bool is_held_ = false;
};

}  // namespace

std::optional<Charsmap> Charsmap::read(std::string_view bytes) {
  if (bytes.size() < 4) return std::nullopt;
  const std::size_t size = load_u32(bytes, 0);
  bytes.remove_prefix(4);
  if (size % 4 != 0 || size == 0 || size > bytes.size()) return std::nullopt;
  Charsmap map;
  map.units_.reserve(size / 4);
  for (std::size_t at = 0; at < size; at += 4) map.units_.push_back(load_u32(bytes, at));
  map.replacements_ = bytes.substr(size);
  if (unicode::invalid_utf8(map.replacements_)) return std::nullopt;
  for (char c = 1; c > 0; ++c) {
    map.plain_[static_cast<std::size_t>(c)] = !map.find(std::string_view(&c, 1));
    if (c == 127) break;
  }
  map.plain_[0] = true;
  map.plain_['\r'] = false;  // may be one cluster with what follows
  return map;
}

std::optional<std::string_view> Charsmap::find(std::string_view text) const {
  std::size_t node = offset(units_[0]);
  for (const char byte : text) {
    const auto c = static_cast<unsigned char>(byte);
    if (c == 0) break;
    node ^= c;
    if (node >= units_.size() || label(units_[node]) != c) break;
    const std::uint32_t unit = units_[node];
    node ^= offset(unit);
    if (!has_leaf(unit)) continue;
    if (node >= units_.size()) break;
    const std::size_t begin = value(units_[node]);
    if (begin > replacements_.size() ||
        (begin < replacements_.size() &&
         (static_cast<unsigned char>(replacements_[begin]) & 0xc0u) == 0x80u))
      break;  // damaged: not the beginning of a text
    const std::size_t end = std::min(replacements_.find('\0', begin), replacements_.size());
    return std::string_view(replacements_).substr(begin, end - begin);
  }
  return std::nullopt;
}

void Charsmap::apply(const NormalizedText& from, NormalizedText& to) const {
  constexpr std::size_t kLongestWhole = 5;
  const std::string_view text = from.text;
  Rewriter rewriter(from, to);
  Output out(rewriter);
  const auto is_ascii = [&](std::size_t at) {
    return at >= text.size() || static_cast<unsigned char>(text[at]) < 0x80;
  };
  for (std::size_t at = 0; at < text.size();) {
    if (is_ascii(at) && is_ascii(at + 1) && plain_[static_cast<unsigned char>(text[at])]) {
      out.put(static_cast<unsigned char>(text[at++]), 0);
      continue;
    }
    const std::size_t end = cluster_end(text, at);
    if (end - at <= kLongestWhole) {
      const std::string_view cluster = text.substr(at, end - at);
      if (const auto replacement = find(cluster)) {
        out.replace(cluster, *replacement);
        at = end;
        continue;
      }
    }
    while (at < end) {
      const std::size_t begin = at;
      const char32_t c = unicode::decode(text, at);
      const std::string_view character = text.substr(begin, at - begin);
      if (const auto replacement = find(character)) {
        out.replace(character, *replacement);
      } else {
        out.put(c, 0);
      }
    }
  }
}

}  // namespace assay::tokenizer
