// SPDX-License-Identifier: Apache-2.0
#include "tokenizer/normalizer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "tokenizer/byte_level.h"

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

// Calls body(code point, span) for every character.
template <class Body>
void for_each_character(const NormalizedText& text, const Body& body) {
  for (std::size_t at = 0; at < text.text.size();) {
    const Span span = text.spans[at];
    body(decode(text.text, at), span);
  }
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
}

// Puts decomposed characters into canonical order (Unicode 15, section 3.11): a run of marks is
// sorted, stably, by combining class. emit(character, change) gets them with the change of
// Rewriter::put: 0 for the first part of a character, 1 for the others. They keep it when they are
// sorted, as in the tokenizers library.
template <class Emit>
class CanonicalOrder {
 public:
  explicit CanonicalOrder(Emit& emit) : emit_(emit) {}
  void put(const unicode::Mapped& parts) {
    for (std::size_t i = 0; i < parts.count; ++i) {
      const char32_t c = parts.c[i];
      const int combining_class = unicode::combining_class(c);
      if (combining_class == 0) {
        flush();
        emit_(c, i == 0 ? 0 : 1);
      } else {
        marks_.push_back({combining_class, c, i == 0 ? 0 : 1});
      }
    }
  }
  void flush() {
    if (marks_.empty()) return;
    std::stable_sort(marks_.begin(), marks_.end(), [](const Mark& a, const Mark& b) {
      return a.combining_class < b.combining_class;
    });
    for (const Mark& mark : marks_) emit_(mark.c, mark.change);
    marks_.clear();
  }

 private:
  struct Mark {
    int combining_class;
    char32_t c;
    int change;
  };
  Emit& emit_;
  std::vector<Mark> marks_;
};

// Composes characters in canonical order (Unicode 15, section 3.11, D117). A composite takes the
// changes of all its parts.
template <class Emit>
class Composer {
 public:
  explicit Composer(Emit& emit) : emit_(emit) {}
  void operator()(char32_t c, int change) {
    const int combining_class = unicode::combining_class(c);
    if (!starter_) {
      if (combining_class != 0) return emit_(c, change);
      starter_ = {c, change};
      return;
    }
    const bool blocked = !marks_.empty() && last_class_ >= combining_class;
    if (!blocked) {
      if (const char32_t composite = unicode::compose(starter_->c, c)) {
        starter_ = {composite, starter_->change + change - 1};
        return;
      }
    }
    if (combining_class == 0) {
      flush();
      starter_ = {c, change};
      return;
    }
    marks_.push_back({c, change});
    last_class_ = combining_class;
  }
  void flush() {
    if (starter_) emit_(starter_->c, starter_->change);
    for (const Part& mark : marks_) emit_(mark.c, mark.change);
    starter_.reset();
    marks_.clear();
  }

 private:
  struct Part {
    char32_t c;
    int change;
  };
  Emit& emit_;
  std::optional<Part> starter_;
  std::vector<Part> marks_;
  int last_class_ = 0;
};

// Spans for characters that come out in another order than they went in, see CanonicalOrder.
class SpanQueue {
 public:
  explicit SpanQueue(Span origin) : last_(origin) {}
  void push(Span span) { spans_.push_back(span); }
  Span take(int change) {
    if (change == 0) last_ = spans_[next_++];
    if (next_ == spans_.size()) {
      spans_.clear();
      next_ = 0;
    }
    return last_;
  }
  void skip(Span span) { last_ = span; }

 private:
  std::vector<Span> spans_;
  std::size_t next_ = 0;
  Span last_;
};

void append_lower(char32_t c, Span span, NormalizedText& to) {
  const unicode::Mapped lower = unicode::lower(c);
  for (std::size_t i = 0; i < lower.count; ++i) to.append(lower.c[i], span);
}

void apply(const BertNormalizer& rule, const NormalizedText& from, NormalizedText& to) {
  SpanQueue spans(from.origin);
  const auto put_lower = [&](char32_t c, Span span) {
    if (rule.lowercase) return append_lower(c, span, to);
    to.append(c, span);
  };
  auto put_unaccented = [&](char32_t c, int change) {
    const Span span = spans.take(change);
    if (!unicode::properties(c).nonspacing_mark()) put_lower(c, span);
  };
  CanonicalOrder ordered(put_unaccented);
  const auto put = [&](char32_t c, Span span) {
    if (!rule.strip_accents) return put_lower(c, span);
    spans.push(span);
    ordered.put(unicode::decompose(c));
  };
  for_each_character(from, [&](char32_t c, Span span) {
    if (c < 0x80) {
      if (rule.clean_text && (c < 0x20 || c == 0x7f)) {
        if (c != '\t' && c != '\n' && c != '\r') return;
        c = ' ';
      }
      ordered.flush();
      spans.skip(span);
      if (rule.lowercase && c >= 'A' && c <= 'Z') c += 'a' - 'A';
      return to.append(c, span);
    }
    const auto properties = unicode::properties(c);
    if (rule.clean_text) {
      if (c == 0xfffd || properties.other()) return;
      if (properties.white_space()) c = ' ';
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
  for_each_character(from, [&](char32_t c, Span span) { append_lower(c, span, to); });
}

void apply(const UnicodeForm& form, const NormalizedText& from, NormalizedText& to) {
  if (is_ascii(from.text)) {
    to.append(from, 0, from.text.size());
    return;
  }
  Rewriter rewriter(from, to);
  auto write = [&](char32_t c, int change) { rewriter.put(c, change); };
  const auto decompose_into = [&](auto& emit) {
    CanonicalOrder ordered(emit);
    for_each_character(from, [&](char32_t c, Span) {
      ordered.put(form.compatible ? unicode::decompose_compatible(c) : unicode::decompose(c));
    });
    ordered.flush();
  };
  if (form.compose) {
    Composer composer(write);
    decompose_into(composer);
    composer.flush();
  } else {
    decompose_into(write);
  }
}

void apply(const StripAccents&, const NormalizedText& from, NormalizedText& to) {
  for_each_character(from, [&](char32_t c, Span span) {
    if (c < 0x80 || !unicode::properties(c).mark()) to.append(c, span);
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
  if (begin < end) to.append(from, begin, end);
}

void apply(const Nmt&, const NormalizedText& from, NormalizedText& to) {
  for_each_character(from, [&](char32_t c, Span span) {
    if ((c >= 1 && c <= 8) || c == 0xb || (c >= 0xe && c <= 0x1f) || c == 0x7f || c == 0x8f ||
        c == 0x9f)
      return;
    const bool blank = c == 9 || c == 0xa || c == 0xc || c == 0xd || c == 0x1680 ||
                       (c >= 0x200b && c <= 0x200f) || c == 0x2028 || c == 0x2029 || c == 0x2581 ||
                       c == 0xfeff || c == 0xfffd;
    to.append(blank ? U' ' : c, span);
  });
}

void apply(const Prepend& rule, const NormalizedText& from, NormalizedText& to) {
  if (from.text.empty()) return;
  for (std::size_t at = 0; at < rule.text.size();)
    to.append(decode(rule.text, at), from.spans.front());
  to.append(from, 0, from.text.size());
}

void apply(const Replace& rule, const NormalizedText& from, NormalizedText& to) {
  std::vector<Regex::Match> matches;
  if (rule.regex != nullptr) {
    rule.regex->find_all(from.text, matches);
  } else if (!rule.from.empty()) {
    for (std::size_t at = from.text.find(rule.from); at != std::string::npos;
         at = from.text.find(rule.from, at + rule.from.size()))
      matches.push_back({at, at + rule.from.size()});
  }
  std::size_t done = 0;
  for (const Regex::Match& match : matches) {
    to.append(from, done, match.begin);
    const Span span = match.end == 0 ? from.origin : from.spans[match.end - 1];
    for (std::size_t at = 0; at < rule.to.size();) to.append(decode(rule.to, at), span);
    done = match.end;
  }
  to.append(from, done, from.text.size());
}

void apply(const Precompiled& rule, const NormalizedText& from, NormalizedText& to) {
  rule.map->apply(from, to);
}

void apply(const ByteCharacters&, const NormalizedText& from, NormalizedText& to) {
  for (std::size_t at = 0; at < from.text.size(); ++at)
    to.append(kByteCharacters[static_cast<unsigned char>(from.text[at])], from.spans[at]);
}

}  // namespace

void assign(NormalizedText& to, std::string_view text, std::uint32_t base) {
  to.text.assign(text);
  to.origin = {base, base};
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
  scratch.origin = text.origin;
  scratch.text.reserve(text.text.size());
  scratch.spans.reserve(text.text.size());
  std::visit([&](const auto& each) { apply(each, text, scratch); }, rule);
  std::swap(text, scratch);
}

}  // namespace assay::tokenizer
