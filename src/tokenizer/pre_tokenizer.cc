// SPDX-License-Identifier: Apache-2.0
#include "tokenizer/pre_tokenizer.h"

#include <algorithm>
#include <utility>

#include "base/unicode.h"
#include "tokenizer/byte_level.h"

namespace assay::tokenizer {
namespace {

using unicode::Category;
using unicode::decode;

bool is_punctuation(char32_t c) {
  // All ASCII symbols count, also those that Unicode files under S*.
  if (c < 0x80)
    return (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) ||
           (c >= 123 && c <= 126);
  return unicode::properties(c).punctuation();
}

enum class Class : std::uint8_t { kWord, kSeparator, kAlone };

// Cuts at single characters: class_of(c) says what each one is.
template <class ClassOf>
void cut_by_class(CutText& cut, const ClassOf& class_of) {
  const std::string_view text = cut.text.text;
  for (const Piece& piece : cut.pieces) {
    if (piece.id >= 0) {
      cut.pieces_scratch.push_back(piece);
      continue;
    }
    std::size_t word = piece.begin;  // first byte of the word under way
    for (std::size_t at = piece.begin; at < piece.end;) {
      const std::size_t first = at;
      const Class kind = class_of(decode(text, at));
      if (kind == Class::kWord) continue;
      if (word < first) cut.pieces_scratch.push_back({word, first});
      if (kind == Class::kAlone) cut.pieces_scratch.push_back({first, at});
      word = at;
    }
    if (word < piece.end) cut.pieces_scratch.push_back({word, piece.end});
  }
  std::swap(cut.pieces, cut.pieces_scratch);
}

// Cuts one piece at delimiters: [begin, end) in order, not overlapping, relative to the piece.
// Follows the tokenizers library in its details; "inverted" turns delimiters and the text between
// them round.
void cut_at(const Piece& piece, const std::vector<Regex::Match>& matches, Delimiter delimiter,
            bool inverted, std::vector<Piece>& pieces) {
  struct Part {
    std::size_t begin;
    std::size_t end;
    bool is_delimiter;
  };
  std::vector<Part> parts;
  parts.reserve(2 * matches.size() + 1);
  std::size_t done = piece.begin;
  for (const Regex::Match& match : matches) {
    const std::size_t begin = piece.begin + match.begin;
    if (done < begin) parts.push_back({done, begin, inverted});
    done = piece.begin + match.end;
    parts.push_back({begin, done, !inverted});
  }
  if (done < piece.end) parts.push_back({done, piece.end, inverted});

  const std::size_t first = pieces.size();
  bool previous = false;  // whether the part before was a delimiter
  switch (delimiter) {
    case Delimiter::kRemoved:
    case Delimiter::kIsolated:
      for (const Part& part : parts) {
        if (delimiter == Delimiter::kIsolated || !part.is_delimiter)
          pieces.push_back({part.begin, part.end});
      }
      break;
    case Delimiter::kContiguous:
    case Delimiter::kMergedWithPrevious:
      for (const Part& part : parts) {
        const bool joins = delimiter == Delimiter::kContiguous ? part.is_delimiter == previous
                                                               : part.is_delimiter && !previous;
        if (joins && pieces.size() > first) {
          pieces.back().end = part.end;
        } else {
          pieces.push_back({part.begin, part.end});
        }
        previous = part.is_delimiter;
      }
      break;
    case Delimiter::kMergedWithNext:
      for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
        if (part->is_delimiter && !previous && pieces.size() > first) {
          pieces.back().begin = part->begin;
        } else {
          pieces.push_back({part->begin, part->end});
        }
        previous = part->is_delimiter;
      }
      std::reverse(pieces.begin() + static_cast<std::ptrdiff_t>(first), pieces.end());
      break;
  }
  pieces.erase(std::remove_if(pieces.begin() + static_cast<std::ptrdiff_t>(first), pieces.end(),
                              [](const Piece& each) { return each.begin == each.end; }),
               pieces.end());
}

// Cuts every word at what find(word, matches) finds in it.
template <class Find>
void cut_at_matches(CutText& cut, Delimiter delimiter, bool inverted, const Find& find) {
  const std::string_view text = cut.text.text;
  for (const Piece& piece : cut.pieces) {
    if (piece.id >= 0) {
      cut.pieces_scratch.push_back(piece);
      continue;
    }
    cut.matches.clear();
    find(text.substr(piece.begin, piece.end - piece.begin), cut.matches);
    cut_at(piece, cut.matches, delimiter, inverted, cut.pieces_scratch);
  }
  std::swap(cut.pieces, cut.pieces_scratch);
}

template <class Is>
void cut_at_characters(CutText& cut, Delimiter delimiter, const Is& is_delimiter) {
  cut_at_matches(cut, delimiter, false,
                 [&](std::string_view word, std::vector<Regex::Match>& matches) {
                   for (std::size_t at = 0; at < word.size();) {
                     const std::size_t first = at;
                     if (is_delimiter(decode(word, at))) matches.push_back({first, at});
                   }
                 });
}

void apply(const BertPreTokenizer&, CutText& cut) {
  cut_by_class(cut, [](char32_t c) {
    if (unicode::is_white_space(c)) return Class::kSeparator;
    return is_punctuation(c) ? Class::kAlone : Class::kWord;
  });
}

void apply(const WhitespaceSplit&, CutText& cut) {
  cut_by_class(cut, [](char32_t c) {
    return unicode::is_white_space(c) ? Class::kSeparator : Class::kWord;
  });
}

void apply(const Whitespace&, CutText& cut) {
  const std::string_view text = cut.text.text;
  enum class Kind : std::uint8_t { kSpace, kWord, kOther };
  const auto kind_of = [](char32_t c) {
    if (unicode::is_word(c)) return Kind::kWord;
    return unicode::is_white_space(c) ? Kind::kSpace : Kind::kOther;
  };
  for (const Piece& piece : cut.pieces) {
    if (piece.id >= 0) {
      cut.pieces_scratch.push_back(piece);
      continue;
    }
    for (std::size_t at = piece.begin; at < piece.end;) {
      const std::size_t first = at;
      const Kind kind = kind_of(decode(text, at));
      for (std::size_t next = at; next < piece.end && kind_of(decode(text, next)) == kind;)
        at = next;
      if (kind != Kind::kSpace) cut.pieces_scratch.push_back({first, at});
    }
  }
  std::swap(cut.pieces, cut.pieces_scratch);
}

void apply(const Punctuation& rule, CutText& cut) {
  if (rule.delimiter == Delimiter::kIsolated)
    return cut_by_class(
        cut, [](char32_t c) { return is_punctuation(c) ? Class::kAlone : Class::kWord; });
  cut_at_characters(cut, rule.delimiter, is_punctuation);
}

void apply(const Digits& rule, CutText& cut) {
  cut_at_characters(cut, rule.individual ? Delimiter::kIsolated : Delimiter::kContiguous,
                    [](char32_t c) { return unicode::properties(c).numeric(); });
}

void apply(const CharDelimiterSplit& rule, CutText& cut) {
  cut_at_characters(cut, Delimiter::kRemoved, [&](char32_t c) { return c == rule.delimiter; });
}

void apply(const FixedLength& rule, CutText& cut) {
  const std::string_view text = cut.text.text;
  for (const Piece& piece : cut.pieces) {
    if (piece.id >= 0) {
      cut.pieces_scratch.push_back(piece);
      continue;
    }
    for (std::size_t at = piece.begin; at < piece.end;) {
      const std::size_t first = at;
      for (std::size_t i = 0; i < rule.characters && at < piece.end; ++i) decode(text, at);
      cut.pieces_scratch.push_back({first, at});
    }
  }
  std::swap(cut.pieces, cut.pieces_scratch);
}

void apply(const Split& rule, CutText& cut) {
  cut_at_matches(cut, rule.delimiter, rule.inverted,
                 [&](std::string_view word, std::vector<Regex::Match>& matches) {
                   if (rule.regex != nullptr) return rule.regex->find_all(word, matches);
                   if (rule.text.empty()) return;
                   for (std::size_t at = word.find(rule.text); at != std::string_view::npos;
                        at = word.find(rule.text, at + rule.text.size()))
                     matches.push_back({at, at + rule.text.size()});
                 });
}

// Writes a new text piece by piece: begin() before each, end() behind it.
class Rebuild {
 public:
  explicit Rebuild(CutText& cut) : cut_(cut) {
    cut.text_scratch.clear();
    cut.text_scratch.origin = cut.text.origin;
    cut.text_scratch.text.reserve(cut.text.text.size() * 2);
    cut.text_scratch.spans.reserve(cut.text.text.size() * 2);
  }
  void copy(const Piece& piece) {
    const std::size_t begin = to().text.size();
    to().append(cut_.text, piece.begin, piece.end);
    end_piece(begin, piece.id);
  }
  void end_piece(std::size_t begin, std::int32_t id = -1) {
    if (begin < to().text.size()) cut_.pieces_scratch.push_back({begin, to().text.size(), id});
  }
  [[nodiscard]] NormalizedText& to() { return cut_.text_scratch; }
  void finish() {
    std::swap(cut_.pieces, cut_.pieces_scratch);
    std::swap(cut_.text, cut_.text_scratch);
  }

 private:
  CutText& cut_;
};

void apply(const Metaspace& rule, CutText& cut) {
  const NormalizedText& from = cut.text;
  Rebuild rebuild(cut);
  NormalizedText& to = rebuild.to();
  for (const Piece& piece : cut.pieces) {
    if (piece.id >= 0) {
      rebuild.copy(piece);
      continue;
    }
    std::size_t word = to.text.size();
    const auto put_replacement = [&](Span span) {
      if (rule.split) rebuild.end_piece(word);
      if (rule.split) word = to.text.size();
      to.append(rule.replacement, span);
    };
    std::size_t at = piece.begin;
    const char32_t first = decode(from.text, at);
    const bool is_prefixed = first == ' ' || first == rule.replacement;
    const Span first_span = from.spans[piece.begin];
    if (!is_prefixed && (rule.prepend == Metaspace::Prepend::kAlways ||
                         (rule.prepend == Metaspace::Prepend::kFirst && first_span.begin == 0)))
      put_replacement(first_span);
    for (at = piece.begin; at < piece.end;) {
      const Span span = from.spans[at];
      const char32_t c = decode(from.text, at);
      if (c == ' ' || c == rule.replacement) {
        put_replacement(span);
      } else {
        to.append(c, span);
      }
    }
    rebuild.end_piece(word);
  }
  rebuild.finish();
}

bool is_letter(char32_t c) {
  if (c < 0x80) return (c | 32) >= 'a' && (c | 32) <= 'z';
  const Category category = unicode::properties(c).category();
  return category >= Category::kLu && category <= Category::kLo;
}
bool is_number(char32_t c) {
  if (c < 0x80) return c >= '0' && c <= '9';
  const Category category = unicode::properties(c).category();
  return category >= Category::kNd && category <= Category::kNo;
}

// GPT-2's expression, by hand because most byte-level models use it:
//   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
// Gives the end of the word that begins at `at`. Its words cover the text.
std::size_t gpt2_word_end(std::string_view text, std::size_t at) {
  enum class Kind : std::uint8_t { kSpace, kLetter, kNumber, kOther };
  const auto kind_of = [](char32_t c) {
    if (is_letter(c)) return Kind::kLetter;
    if (is_number(c)) return Kind::kNumber;
    return unicode::is_white_space(c) ? Kind::kSpace : Kind::kOther;
  };
  if (text[at] == '\'') {
    const std::string_view rest = text.substr(at + 1, 2);
    if (!rest.empty() && std::string_view("stmd").find(rest[0]) != std::string_view::npos)
      return at + 2;
    if (rest == "re" || rest == "ve" || rest == "ll") return at + 3;
  }
  std::size_t end = at;
  Kind kind = kind_of(decode(text, end));
  if (kind == Kind::kSpace && text[at] == ' ' && end < text.size()) {
    // One blank belongs to the word behind it.
    std::size_t next = end;
    const Kind behind = kind_of(decode(text, next));
    if (behind != Kind::kSpace) {
      kind = behind;
      end = next;
    }
  }
  std::size_t last = at;  // where the last character begins
  while (end < text.size()) {
    std::size_t next = end;
    if (kind_of(decode(text, next)) != kind) break;
    last = end;
    end = next;
  }
  // White space before a word leaves its last character to what follows.
  return kind == Kind::kSpace && end < text.size() && last > at ? last : end;
}

void apply(const ByteLevel& rule, CutText& cut) {
  const NormalizedText& from = cut.text;
  Rebuild rebuild(cut);
  NormalizedText& to = rebuild.to();
  const auto put_byte = [&](char byte, Span span) {
    const auto index = static_cast<unsigned char>(byte);
    if (index > ' ' && index < 0x7f) {
      to.text.push_back(byte);
      to.spans.push_back(span);
    } else {
      to.append(kByteCharacters[index], span);
    }
  };
  for (const Piece& piece : cut.pieces) {
    if (piece.id >= 0) {
      rebuild.copy(piece);
      continue;
    }
    const std::string_view word =
        std::string_view(from.text).substr(piece.begin, piece.end - piece.begin);
    const bool prefixed = rule.add_prefix_space && word.front() != ' ';
    std::string with_blank;  // what the expression sees of a prefixed piece
    if (prefixed && rule.use_regex) with_blank.assign(1, ' ').append(word);
    const std::string_view seen = with_blank.empty() ? word : std::string_view(with_blank);
    const std::size_t blank = with_blank.empty() ? 0 : 1;
    for (std::size_t at = 0; at < seen.size();) {
      const std::size_t begin = to.text.size();
      const std::size_t end = rule.use_regex ? gpt2_word_end(seen, at) : seen.size();
      if (prefixed && at == 0) put_byte(' ', from.spans[piece.begin]);
      for (at = std::max(at, blank); at < end; ++at)
        put_byte(seen[at], from.spans[piece.begin + at - blank]);
      rebuild.end_piece(begin);
    }
  }
  rebuild.finish();
}

}  // namespace

void pre_tokenize(const PreTokenizer& rule, CutText& cut) {
  cut.pieces_scratch.clear();
  std::visit([&](const auto& each) { apply(each, cut); }, rule);
}

}  // namespace assay::tokenizer
