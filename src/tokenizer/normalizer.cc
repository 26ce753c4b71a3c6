// SPDX-License-Identifier: Apache-2.0
#include "tokenizer/normalizer.h"

#include <algorithm>
#include <utility>

namespace assay::tokenizer {
namespace {

using unicode::decode;

bool is_cjk_ideograph(char32_t c) {
  // The blocks of BERT's tokenizer; the gap from 2B820 to 2B91F is as in the tokenizers library.
  return (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf) ||
         (c >= 0x20000 && c <= 0x2a6df) || (c >= 0x2a700 && c <= 0x2b73f) ||
         (c >= 0x2b740 && c <= 0x2b81f) || (c >= 0x2b920 && c <= 0x2ceaf) ||
         (c >= 0xf900 && c <= 0xfaff) || (c >= 0x2f800 && c <= 0x2fa1f);
}

bool is_dropped_by_cleaning(char32_t c) {
  if (c == '\t' || c == '\n' || c == '\r') return false;
  if (c < 0x80) return c < 0x20 || c == 0x7f;
  return c == 0xfffd || unicode::is_other(c);
}

// Calls body(code point, span) for every character.
template <class Body>
void for_each_character(const NormalizedText& text, const Body& body) {
  for (std::size_t at = 0; at < text.text.size();) {
    const Span span = text.spans[at];
    body(decode(text.text, at), span);
  }
}

// Puts decomposed characters into canonical order (Unicode 15, section 3.11): a run of marks is
// sorted, stably, by combining class. As in the tokenizers library the spans stay where they were:
// the first mark that comes out has the span of the first that went in.
template <class Emit>
class CanonicalOrder {
 public:
  explicit CanonicalOrder(const Emit& emit) : emit_(emit) {}
  void put(char32_t c, Span span) {
    const int combining_class = unicode::combining_class(c);
    if (combining_class == 0) {
      flush();
      emit_(c, span);
      return;
    }
    marks_.emplace_back(combining_class, c);
    spans_.push_back(span);
  }
  void flush() {
    if (marks_.empty()) return;
    std::stable_sort(marks_.begin(), marks_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < marks_.size(); ++i) emit_(marks_[i].second, spans_[i]);
    marks_.clear();
    spans_.clear();
  }

 private:
  const Emit& emit_;
  std::vector<std::pair<int, char32_t>> marks_;
  std::vector<Span> spans_;
};

void apply(const BertNormalizer& rule, const NormalizedText& from, NormalizedText& to) {
  const auto put_lower = [&](char32_t c, Span span) {
    if (!rule.lowercase) return to.append(c, span);
    const unicode::Mapped lower = unicode::lower(c);
    for (std::size_t i = 0; i < lower.count; ++i) to.append(lower.c[i], span);
  };
  const auto put_unaccented = [&](char32_t c, Span span) {
    if (!unicode::is_nonspacing_mark(c)) put_lower(c, span);
  };
  CanonicalOrder ordered(put_unaccented);
  const auto put = [&](char32_t c, Span span) {
    if (!rule.strip_accents) return put_lower(c, span);
    const unicode::Mapped parts = unicode::decompose(c);
    for (std::size_t i = 0; i < parts.count; ++i) ordered.put(parts.c[i], span);
  };
  for_each_character(from, [&](char32_t c, Span span) {
    if (rule.clean_text) {
      if (is_dropped_by_cleaning(c)) return;
      if (unicode::is_white_space(c)) c = ' ';
    }
    if (c < 0x80) {
      ordered.flush();
      if (rule.lowercase && c >= 'A' && c <= 'Z') c += 'a' - 'A';
      return to.append(c, span);
    }
    if (rule.handle_chinese_chars && is_cjk_ideograph(c)) {
      ordered.flush();
      to.append(' ', span);
      put(c, span);
      ordered.flush();
      to.append(' ', span);
      return;
    }
    put(c, span);
  });
  ordered.flush();
}

void apply(const Lowercase&, const NormalizedText& from, NormalizedText& to) {
  for_each_character(from, [&](char32_t c, Span span) {
    const unicode::Mapped lower = unicode::lower(c);
    for (std::size_t i = 0; i < lower.count; ++i) to.append(lower.c[i], span);
  });
}

void apply(const Decompose&, const NormalizedText& from, NormalizedText& to) {
  const auto put = [&](char32_t c, Span span) { to.append(c, span); };
  CanonicalOrder ordered(put);
  for_each_character(from, [&](char32_t c, Span span) {
    const unicode::Mapped parts = unicode::decompose(c);
    for (std::size_t i = 0; i < parts.count; ++i) ordered.put(parts.c[i], span);
  });
  ordered.flush();
}

void apply(const StripAccents&, const NormalizedText& from, NormalizedText& to) {
  for_each_character(from, [&](char32_t c, Span span) {
    if (!unicode::is_nonspacing_mark(c)) to.append(c, span);
  });
}

void apply(const Strip& rule, const NormalizedText& from, NormalizedText& to) {
  std::size_t begin = from.text.size();
  std::size_t end = 0;
  for (std::size_t at = 0; at < from.text.size();) {
    const std::size_t first = at;
    if (unicode::is_white_space(decode(from.text, at))) continue;
    begin = std::min(begin, first);
    end = at;
  }
  if (!rule.left) begin = 0;
  if (!rule.right) end = from.text.size();
  if (begin >= end) return;
  to.text.assign(from.text, begin, end - begin);
  to.spans.assign(from.spans.begin() + static_cast<std::ptrdiff_t>(begin),
                  from.spans.begin() + static_cast<std::ptrdiff_t>(end));
}

}  // namespace

void assign(NormalizedText& to, std::string_view text, std::uint32_t base) {
  to.text.assign(text);
  to.spans.resize(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t first = at;
    decode(text, at);
    const Span span{base + static_cast<std::uint32_t>(first),
                    base + static_cast<std::uint32_t>(at)};
    for (std::size_t i = first; i < at; ++i) to.spans[i] = span;
  }
}

void normalize(const Normalizer& rule, NormalizedText& text, NormalizedText& scratch) {
  scratch.clear();
  scratch.text.reserve(text.text.size());
  scratch.spans.reserve(text.text.size());
  std::visit([&](const auto& each) { apply(each, text, scratch); }, rule);
  std::swap(text, scratch);
}

}  // namespace assay::tokenizer
