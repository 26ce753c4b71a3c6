// SPDX-License-Identifier: Apache-2.0
// Regular expressions of tokenizer.json ("Split", "Replace"), in the dialect that the tokenizers
// library reads (Oniguruma's) as far as tokenizers use it.
//
// Alternation, groups, classes with ranges, nesting and &&, \p{category}, \s \d \w \h and their
// opposites, greedy, lazy and possessive repetition, look-ahead, look-behind of fixed length,
// atomic groups, (?i), anchors. Backreferences, scripts and the rest are refused by name.
// Properties are those of base/unicode.h. Immutable after construction, thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace assay::tokenizer {

/// What is wrong with a pattern; the reader of the file makes an Error of it.
struct RegexFault : std::runtime_error {
  RegexFault(const std::string& what, bool is_unsupported)
      : std::runtime_error(what), unsupported(is_unsupported) {}
  bool unsupported;  ///< well-formed, as far as we know, but not done here
};

/// A set of characters.
class CharacterSet {
 public:
  /// One term: a range, categories or properties, or another set.
  struct Term {
    enum class Kind : std::uint8_t { kRange, kCategories, kSpace, kWord, kSet } kind;
    bool negated = false;
    char32_t first = 0;
    char32_t last = 0;
    std::uint32_t categories = 0;  ///< bit c stands for Category c
    std::vector<CharacterSet> set = {};
  };
  void add(Term term) { terms_.push_back(std::move(term)); }
  /// From here on, a character must also be in what is added next ("&&").
  void intersect();
  void negate() { negated_ = !negated_; }
  void fold_case() { fold_case_ = true; }
  /// To be called once, when all is added: fills the table for ASCII.
  void finish();

  [[nodiscard]] bool has(char32_t c) const {
    if (c < 0x80) return ((ascii_[c >> 6] >> (c & 63)) & 1u) != 0;
    return search(c);
  }

 private:
  [[nodiscard]] bool search(char32_t c) const;
  [[nodiscard]] bool has_exactly(char32_t c) const;

  std::vector<Term> terms_;
  std::vector<CharacterSet> left_;  // the other side of "&&", if there is one
  bool negated_ = false;
  bool fold_case_ = false;
  std::array<std::uint64_t, 2> ascii_{};
};

class Regex {
 public:
  /// Throws RegexFault.
  explicit Regex(std::string_view pattern);

  /// Half-open byte range.
  struct Match {
    std::size_t begin;
    std::size_t end;
  };
  /// All matches in well-formed UTF-8, left to right, not overlapping; an empty one never touches
  /// the end of the one before. Appends to `matches`. Gives up with an Error (kUnsupported) when a
  /// pattern backtracks more than a fixed number of steps a byte, so the time is linear.
  void find_all(std::string_view text, std::vector<Match>& matches) const;

 private:
  enum class Op : std::uint8_t {
    kMatch,   // end of this program
    kSet,     // one character of sets_[x]
    kRepeat,  // x = set, y = index of bounds
    kSplit,   // try x, then y
    kJump,    // to x
    kLook,    // sub-program at pc + 1 up to its kMatch, then to x; y: flags
    kAtomic,  // the same, and what it matched is consumed
    kLineBegin,
    kLineEnd,
    kTextBegin,
    kTextEnd,
    kTextEndOrNewline,
    kWordBoundary,
    kNoWordBoundary,
  };
  struct Instruction {
    Op op;
    std::uint32_t x = 0;
    std::uint32_t y = 0;
  };
  struct Bounds {
    std::uint32_t least;
    std::uint32_t most;
    enum class Mode : std::uint8_t { kGreedy, kLazy, kPossessive } mode;
  };
  class Parser;
  class Machine;

  std::vector<Instruction> program_;
  std::vector<CharacterSet> sets_;
  std::vector<Bounds> bounds_;
};

}  // namespace assay::tokenizer
