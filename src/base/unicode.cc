// SPDX-License-Identifier: Apache-2.0
#include "base/unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <map>
#include <span>
#include <vector>

namespace assay::unicode {
namespace {

struct Run {
  char32_t first;
  std::uint32_t properties;
};
struct Exception {
  char32_t c;
  std::array<char32_t, 4> to;  // ends at the first 0
};
#include "base/unicode_tables.inc"

// Two stages: blocks of 128 code points, equal ones kept once.
class Table {
 public:
  static const Table& get() {
    static const Table table;
    return table;
  }
  [[nodiscard]] std::uint32_t operator[](char32_t c) const {
    return blocks_[index_[c / kBlock] + c % kBlock];
  }

 private:
  static constexpr std::size_t kBlock = 128;
  static constexpr std::size_t kPoints = 0x110000;

  Table() {
    std::map<std::vector<std::uint32_t>, std::uint32_t> known;
    std::map<std::uint32_t, std::uint32_t> known_uniform;  // most blocks are, by their properties
    const Run* run = kRuns;
    const auto run_end = [&] { return run + 1 == std::end(kRuns) ? kPoints : run[1].first; };
    std::vector<std::uint32_t> block(kBlock);
    for (std::size_t first = 0; first < kPoints; first += kBlock) {
      const auto next = static_cast<std::uint32_t>(blocks_.size());
      if (run_end() == first) ++run;
      std::uint32_t& index = index_[first / kBlock];
      if (run_end() >= first + kBlock) {
        const auto [found, is_new] = known_uniform.try_emplace(run->properties, next);
        if (is_new) blocks_.insert(blocks_.end(), kBlock, run->properties);
        index = found->second;
        continue;
      }
      for (std::size_t i = 0; i < kBlock; ++i) {
        if (run_end() == first + i) ++run;
        block[i] = run->properties;
      }
      const auto [found, is_new] = known.try_emplace(block, next);
      if (is_new) blocks_.insert(blocks_.end(), block.begin(), block.end());
      index = found->second;
    }
  }

  std::array<std::uint32_t, kPoints / kBlock> index_;
  std::vector<std::uint32_t> blocks_;
};

const Exception* find(std::span<const Exception> exceptions, char32_t c) {
  const auto at =
      std::lower_bound(exceptions.begin(), exceptions.end(), c,
                       [](const Exception& e, char32_t wanted) { return e.c < wanted; });
  return at != exceptions.end() && at->c == c ? &*at : nullptr;
}

Mapped mapped(const Exception& exception) {
  Mapped mapped{{}, 0};
  while (mapped.count < exception.to.size() && exception.to[mapped.count] != 0) {
    mapped.c[mapped.count] = exception.to[mapped.count];
    ++mapped.count;
  }
  return mapped;
}

Mapped decompose_with(char32_t c, int options) {
  Mapped mapped{{c}, 1};
  std::array<utf8proc_int32_t, 18> points;
  int boundary = 0;
  const auto count =
      utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), points.data(), points.size(),
                              static_cast<utf8proc_option_t>(options), &boundary);
  if (count <= 0) return mapped;
  mapped.count = static_cast<std::size_t>(count);
  for (std::size_t i = 0; i < mapped.count; ++i) mapped.c[i] = static_cast<char32_t>(points[i]);
  return mapped;
}

}  // namespace

Properties properties(char32_t c) { return Properties(Table::get()[c]); }

std::optional<std::size_t> invalid_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](std::size_t i) {
    return i < text.size() && (byte(i) & 0xc0u) == 0x80u;
  };
  std::size_t i = 0;
  while (i < text.size()) {
    const unsigned lead = byte(i);
    if (lead < 0x80) {
      ++i;
      // Eight ASCII bytes at a time.
      for (std::uint64_t word = 0; i + sizeof word <= text.size(); i += sizeof word) {
        std::memcpy(&word, text.data() + i, sizeof word);
        if ((word & 0x8080808080808080u) != 0) break;
      }
      continue;
    }
    // Well-formed sequences have a narrower second byte after E0, ED, F0 and F4 (RFC 3629, section
    // 4).
    std::size_t more = 0;
    unsigned lowest = 0x80;
    unsigned highest = 0xbf;
    if (lead >= 0xc2 && lead <= 0xdf) {
      more = 1;
    } else if (lead >= 0xe0 && lead <= 0xef) {
      more = 2;
      if (lead == 0xe0) lowest = 0xa0;
      if (lead == 0xed) highest = 0x9f;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      more = 3;
      if (lead == 0xf0) lowest = 0x90;
      if (lead == 0xf4) highest = 0x8f;
    } else {
      return i;
    }
    if (i + 1 >= text.size() || byte(i + 1) < lowest || byte(i + 1) > highest) return i;
    for (std::size_t k = 2; k <= more; ++k) {
      if (!continues(i + k)) return i;
    }
    i += more + 1;
  }
  return std::nullopt;
}

char32_t decode_long(std::string_view text, std::size_t& at) {
  const auto next = [&] { return static_cast<char32_t>(static_cast<unsigned char>(text[at++])); };
  const char32_t lead = next();
  char32_t c = lead < 0xe0 ? lead & 0x1f : lead < 0xf0 ? lead & 0x0f : lead & 0x07;
  const int more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  for (int i = 0; i < more; ++i) c = (c << 6) | (next() & 0x3f);
  return c;
}

void append_utf8(std::string& text, char32_t c) {
  const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | (c >> 6));
    put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3f));
    put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3f));
    put(0x80 | ((c >> 6) & 0x3f));
    put(0x80 | (c & 0x3f));
  }
}

Mapped lower(char32_t c) {
  if (c < 0x80) return {{c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c}, 1};
  if (const Exception* exception = find(kLowerExceptions, c)) return mapped(*exception);
  return {{static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)))}, 1};
}

Mapped decompose(char32_t c) {
  if (c < 0xc0) return {{c}, 1};
  if (const Exception* exception = find(kCanonicalExceptions, c)) return mapped(*exception);
  return decompose_with(c, UTF8PROC_DECOMPOSE);
}

Mapped decompose_compatible(char32_t c) {
  if (c < 0xa0) return {{c}, 1};
  if (const Exception* exception = find(kCompatibleExceptions, c)) return mapped(*exception);
  return decompose_with(c, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);
}

char32_t compose(char32_t first, char32_t second) {
  if (second < 0x300) return 0;    // no composite ends in such a character
  if (second == 0x11a7) return 0;  // stands for "no trailing consonant"; utf8proc composes it away
  std::array<utf8proc_int32_t, 2> pair = {static_cast<utf8proc_int32_t>(first),
                                          static_cast<utf8proc_int32_t>(second)};
  const auto count = utf8proc_normalize_utf32(
      pair.data(), 2, static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE));
  if (count != 1) return 0;
  const auto composite = static_cast<char32_t>(pair[0]);
  // A composite that the library does not know to decompose it does not compose either.
  return find(kCanonicalExceptions, composite) == nullptr ? composite : 0;
}

std::string shortened(std::string_view text, std::size_t bytes) {
  const bool is_cut = text.size() > bytes;
  if (is_cut) {
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
    text = text.substr(0, bytes);
  }
  std::string result(text);
  for (char& c : result) c = static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  return is_cut ? result + "…" : result;
}

int columns(char32_t c) { return utf8proc_charwidth(static_cast<utf8proc_int32_t>(c)); }

int combining_class(char32_t c) {
  if (c < 0x300 || !properties(c).reorders()) return 0;
  return utf8proc_get_property(static_cast<utf8proc_int32_t>(c))->combining_class;
}

bool is_alphanumeric(char32_t c) {
  const auto kind = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return (kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO) ||
         (kind >= UTF8PROC_CATEGORY_ND && kind <= UTF8PROC_CATEGORY_NO);
}

bool is_cased_letter(char32_t c) {
  const auto kind = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LT;
}

bool is_modifier_letter(char32_t c) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(c)) == UTF8PROC_CATEGORY_LM;
}

}  // namespace assay::unicode
