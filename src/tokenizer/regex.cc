// SPDX-License-Identifier: Apache-2.0
#include "tokenizer/regex.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "assay/error.h"
#include "base/unicode.h"

namespace assay::tokenizer {
namespace {

using unicode::Category;

constexpr std::uint32_t kUnbounded = UINT32_MAX;
constexpr std::size_t kMaxProgram = 20'000;  // instructions; repetition of groups copies them
constexpr int kMaxDepth = 100;               // nested groups

constexpr std::uint32_t bit(Category c) { return 1u << static_cast<unsigned>(c); }
constexpr std::uint32_t kDecimal = bit(Category::kNd);

// Categories a name of \p{} stands for, or nothing.
std::optional<std::uint32_t> categories_of(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps",
      "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co"};
  std::uint32_t found = 0;
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    if (name == kNames[i] || (name.size() == 1 && name[0] == kNames[i][0])) found |= 1u << i;
  }
  if (name == "LC" || name == "L&")
    found = bit(Category::kLu) | bit(Category::kLl) | bit(Category::kLt);
  if (name == "Letter") return categories_of("L");
  if (name == "Number") return categories_of("N");
  if (name == "Punctuation") return categories_of("P");
  if (name == "Mark") return categories_of("M");
  if (name == "Symbol") return categories_of("S");
  if (name == "Separator") return categories_of("Z");
  if (name == "Any") return 0x3fffffffu;
  if (found == 0) return std::nullopt;
  return found;
}

// \w of Oniguruma, which for Latin-1 and the joiners is not that of UTS 18.
bool is_word(char32_t c) {
  if (c == 0xb2 || c == 0xb3 || c == 0xb9 || (c >= 0xbc && c <= 0xbe)) return true;
  return c != 0x200c && c != 0x200d && unicode::is_word(c);
}

// The letter that stands for all cases of a character, for characters with one-to-one folding.
char32_t folded(char32_t c) {
  if (c == 0x17f) return 's';   // long s
  if (c == 0x212a) return 'k';  // Kelvin
  const unicode::Mapped lower = unicode::lower(c);
  return lower.count == 1 ? lower.c[0] : c;
}

char32_t before(std::string_view text, std::size_t& at) {
  do {
    --at;
  } while ((static_cast<unsigned char>(text[at]) & 0xc0u) == 0x80u);
  std::size_t from = at;
  return unicode::decode(text, from);
}

bool word_boundary(std::string_view text, std::size_t at) {
  std::size_t left = at;
  std::size_t right = at;
  const bool word_before = at > 0 && is_word(before(text, left));
  const bool word_after = at < text.size() && is_word(unicode::decode(text, right));
  return word_before != word_after;
}

}  // namespace

void CharacterSet::intersect() {
  CharacterSet left;
  left.terms_ = std::move(terms_);
  left.left_ = std::move(left_);
  terms_.clear();
  left_.clear();
  left_.push_back(std::move(left));
}

bool CharacterSet::has_exactly(char32_t c) const {
  bool found = false;
  for (const Term& term : terms_) {
    bool is_in = false;
    switch (term.kind) {
      case Term::Kind::kRange:
        is_in = c >= term.first && c <= term.last;
        break;
      case Term::Kind::kCategories:
        is_in = (term.categories & bit(unicode::properties(c).category())) != 0;
        break;
      case Term::Kind::kSpace:
        is_in = unicode::is_white_space(c);
        break;
      case Term::Kind::kWord:
        is_in = is_word(c);
        break;
      case Term::Kind::kSet:
        is_in = term.set[0].search(c);
        break;
    }
    found = found || is_in != term.negated;
  }
  return found && (left_.empty() || left_[0].has_exactly(c));
}

bool CharacterSet::search(char32_t c) const {
  bool found = has_exactly(c);
  if (fold_case_ && !found) {
    const char32_t lower = folded(c);
    found = has_exactly(lower) ||
            (lower >= 'a' && lower <= 'z' && has_exactly(lower - 'a' + 'A')) ||
            (lower == 's' && has_exactly(0x17f)) || (lower == 'k' && has_exactly(0x212a));
  }
  return found != negated_;
}

void CharacterSet::finish() {
  for (char32_t c = 0; c < 0x80; ++c) {
    if (search(c)) ascii_[c >> 6] |= std::uint64_t{1} << (c & 63);
  }
}

// Recursive descent over the pattern; writes the program.
class Regex::Parser {
 public:
  Parser(std::string_view pattern, Regex& regex) : pattern_(pattern), regex_(regex) {}

  void parse() {
    alternatives(0);
    if (at_ < pattern_.size()) throw fault("unmatched )");
    emit({Op::kMatch});
  }

 private:
  [[nodiscard]] RegexFault fault(const std::string& what) const {
    return {fmt::format("{} at byte {}", what, at_), false};
  }
  [[nodiscard]] RegexFault unsupported(std::string_view what) const {
    return {fmt::format("{} at byte {} of the expression", what, at_), true};
  }
  [[nodiscard]] bool starts(std::string_view text) const {
    return pattern_.substr(at_).starts_with(text);
  }
  bool skip(std::string_view text) {
    if (!starts(text)) return false;
    at_ += text.size();
    return true;
  }
  char32_t next() {
    if (at_ >= pattern_.size()) throw fault("unexpected end");
    return unicode::decode(pattern_, at_);
  }
  std::uint32_t emit(Instruction instruction) {
    if (regex_.program_.size() >= kMaxProgram) throw unsupported("an expression as long as this");
    regex_.program_.push_back(instruction);
    return static_cast<std::uint32_t>(regex_.program_.size() - 1);
  }
  [[nodiscard]] std::uint32_t here() const {
    return static_cast<std::uint32_t>(regex_.program_.size());
  }

  void alternatives(int depth) {
    if (depth > kMaxDepth) throw unsupported("nesting as deep as this");
    const bool outer_case = ignore_case_;  // "(?i)" holds to the end of the group
    const std::uint32_t start = here();
    std::vector<std::uint32_t> exits;
    std::uint32_t branch = start;
    for (;;) {
      while (at_ < pattern_.size() && !starts("|") && !starts(")")) repeated(depth);
      if (!skip("|")) break;
      insert(branch, {Op::kSplit, branch + 1, 0});
      exits.push_back(emit({Op::kJump}));
      regex_.program_[branch].y = here();
      branch = here();
    }
    for (const std::uint32_t exit : exits) regex_.program_[exit].x = here();
    ignore_case_ = outer_case;
  }
  // Puts an instruction before those from `at` on, and moves their targets.
  void insert(std::uint32_t at, Instruction instruction) {
    if (regex_.program_.size() >= kMaxProgram) throw unsupported("an expression as long as this");
    auto& program = regex_.program_;
    for (std::uint32_t i = at; i < program.size(); ++i) move_targets(program[i], 1);
    program.insert(program.begin() + at, instruction);
  }
  static void move_targets(Instruction& instruction, std::uint32_t by) {
    switch (instruction.op) {
      case Op::kSplit:
        instruction.x += by;
        instruction.y += by;
        break;
      case Op::kJump:
      case Op::kLook:
      case Op::kAtomic:
        instruction.x += by;
        break;
      default:
        break;
    }
  }

  // What an atom was: the program it wrote, and whether it is one set, or can match nothing.
  struct Atom {
    std::uint32_t begin;
    bool is_set = false;
    bool can_be_empty = false;
  };

  void repeated(int depth) {
    const Atom atom = parse_atom(depth);
    for (bool first = true;; first = false) {
      std::uint32_t least = 0;
      std::uint32_t most = kUnbounded;
      bool interval = false;
      if (skip("*")) {
      } else if (skip("+")) {
        least = 1;
      } else if (skip("?")) {
        most = 1;
      } else if (starts("{") && parse_interval(least, most)) {
        interval = true;
      } else {
        return;
      }
      if (!first) throw unsupported("a repetition of a repetition");
      auto mode = Bounds::Mode::kGreedy;
      if (skip("?")) {
        mode = Bounds::Mode::kLazy;
      } else if (!interval && skip("+")) {  // "{1,3}+" repeats the repetition in this dialect
        mode = Bounds::Mode::kPossessive;
      }
      if (atom.is_set) {
        const std::uint32_t set = regex_.program_[atom.begin].x;
        regex_.bounds_.push_back({least, most, mode});
        regex_.program_[atom.begin] = {Op::kRepeat, set,
                                       static_cast<std::uint32_t>(regex_.bounds_.size() - 1)};
      } else {
        repeat_group(atom, least, most, mode);
      }
    }
  }

  bool parse_interval(std::uint32_t& least, std::uint32_t& most) {
    const std::size_t start = at_;
    const auto number = [&]() -> std::optional<std::uint32_t> {
      std::uint32_t value = 0;
      const std::size_t from = at_;
      while (at_ < pattern_.size() && pattern_[at_] >= '0' && pattern_[at_] <= '9') {
        value = value * 10 + static_cast<std::uint32_t>(pattern_[at_++] - '0');
        if (value > 100'000) throw fault("too large a repetition");
      }
      return at_ == from ? std::nullopt : std::optional(value);
    };
    ++at_;
    const auto low = number();
    const bool comma = skip(",");
    const auto high = comma ? number() : low;
    if ((!low && !high) || !skip("}")) {  // a literal brace
      at_ = start;
      return false;
    }
    least = low.value_or(0);
    most = high ? *high : kUnbounded;
    if (least > most) throw fault("a repetition with its bounds the wrong way round");
    return true;
  }

  void repeat_group(const Atom& atom, std::uint32_t least, std::uint32_t most, Bounds::Mode mode) {
    if (atom.can_be_empty && most > 1) throw unsupported("a repetition of what may be empty");
    auto& program = regex_.program_;
    const std::vector<Instruction> body(program.begin() + atom.begin, program.end());
    program.resize(atom.begin);
    const auto put_body = [&] {
      const std::uint32_t by = here() - atom.begin;
      for (Instruction instruction : body) {
        move_targets(instruction, by);
        emit(instruction);
      }
    };
    const auto split = [&](std::uint32_t at, std::uint32_t into, std::uint32_t past) {
      program[at] = mode == Bounds::Mode::kLazy ? Instruction{Op::kSplit, past, into}
                                                : Instruction{Op::kSplit, into, past};
    };
    const std::uint32_t atomic =
        mode == Bounds::Mode::kPossessive ? emit({Op::kAtomic}) : kUnbounded;
    for (std::uint32_t i = 0; i < least; ++i) put_body();
    if (most == kUnbounded) {
      const std::uint32_t loop = emit({Op::kSplit});
      put_body();
      emit({Op::kJump, loop});
      split(loop, loop + 1, here());
    } else {
      std::vector<std::uint32_t> exits;
      for (std::uint32_t i = least; i < most; ++i) {
        exits.push_back(emit({Op::kSplit}));
        put_body();
      }
      for (const std::uint32_t exit : exits) split(exit, exit + 1, here());
    }
    if (atomic != kUnbounded) {
      emit({Op::kMatch});
      program[atomic].x = here();
    }
  }

  Atom parse_atom(int depth) {
    Atom atom{here()};
    if (skip("(")) {
      group(depth, atom);
      return atom;
    }
    if (skip("[")) {
      put_set(parse_class(depth), atom);
      return atom;
    }
    if (skip("\\")) return parse_escape(atom);
    if (starts("*") || starts("+") || starts("?")) throw fault("a repetition of nothing");
    const char32_t c = next();
    if (c == '^' || c == '$') {
      emit({c == '^' ? Op::kLineBegin : Op::kLineEnd});
      atom.can_be_empty = true;
      return atom;
    }
    CharacterSet set;
    set.add({CharacterSet::Term::Kind::kRange, c == '.', c == '.' ? '\n' : c, c == '.' ? '\n' : c});
    put_set(std::move(set), atom);
    return atom;
  }

  void put_set(CharacterSet set, Atom& atom) {
    if (ignore_case_) set.fold_case();
    set.finish();
    regex_.sets_.push_back(std::move(set));
    emit({Op::kSet, static_cast<std::uint32_t>(regex_.sets_.size() - 1)});
    atom.is_set = true;
  }

  static constexpr std::uint32_t kNegative = 1u;
  // The rest of y, for a look-behind: one more than the characters to go back; 0 looks ahead.

  void group(int depth, Atom& atom) {
    const bool outer_case = ignore_case_;
    if (skip("?")) {
      if (skip("=") || starts("!")) {
        const std::uint32_t negative = skip("!") ? kNegative : 0;
        sub_program(Op::kLook, negative, depth);
        atom.can_be_empty = true;
        return;
      }
      if (skip("<=") || starts("<!")) {
        const std::uint32_t negative = skip("<!") ? kNegative : 0;
        const std::uint32_t look = sub_program(Op::kLook, negative, depth);
        const auto length = fixed_length(look + 1, regex_.program_[look].x - 1);
        if (!length) throw unsupported("a look-behind of varying length");
        regex_.program_[look].y |= (*length + 1) << 1;
        atom.can_be_empty = true;
        return;
      }
      if (skip(">")) {
        sub_program(Op::kAtomic, 0, depth);
        atom.can_be_empty = true;  // to be on the safe side
        return;
      }
      if (skip("#")) {
        while (next() != ')') {
        }
        atom.can_be_empty = true;
        return;
      }
      if (starts("<") || starts("P") || starts("'")) {
        throw unsupported("a named group");
      }
      bool on = true;
      while (!starts(":") && !starts(")")) {
        const char32_t flag = next();
        if (flag == '-') {
          on = false;
        } else if (flag == 'i') {
          ignore_case_ = on;
        } else {
          throw unsupported("an option other than i");
        }
      }
      if (skip(")")) {  // for the rest of the enclosing group
        atom.can_be_empty = true;
        while (at_ < pattern_.size() && !starts("|") && !starts(")")) repeated(depth + 1);
        if (starts("|")) throw unsupported("an alternative behind an option");
        return;
      }
      skip(":");
    }
    const std::uint32_t start = here();
    alternatives(depth + 1);
    if (!skip(")")) throw fault("a group without its )");
    ignore_case_ = outer_case;
    atom.can_be_empty = can_be_empty(start, here());
  }

  std::uint32_t sub_program(Op op, std::uint32_t flags, int depth) {
    const std::uint32_t at = emit({op, 0, flags});
    alternatives(depth + 1);
    if (!skip(")")) throw fault("a group without its )");
    emit({Op::kMatch});
    regex_.program_[at].x = here();
    return at;
  }

  // Whether [begin, end) can be crossed without a character: a walk over the program, each
  // instruction once.
  [[nodiscard]] bool can_be_empty(std::uint32_t begin, std::uint32_t end) const {
    std::vector<bool> seen(end - begin + 1);
    std::vector<std::uint32_t> todo{begin};
    while (!todo.empty()) {
      const std::uint32_t pc = todo.back();
      todo.pop_back();
      if (pc >= end) return true;
      if (seen[pc - begin]) continue;
      seen[pc - begin] = true;
      const Instruction& instruction = regex_.program_[pc];
      switch (instruction.op) {
        case Op::kSet:
          break;
        case Op::kRepeat:
          if (regex_.bounds_[instruction.y].least == 0) todo.push_back(pc + 1);
          break;
        case Op::kSplit:
          todo.push_back(instruction.x);
          todo.push_back(instruction.y);
          break;
        case Op::kJump:
        case Op::kLook:
        case Op::kAtomic:
          todo.push_back(instruction.x);
          break;
        default:
          todo.push_back(pc + 1);
          break;
      }
    }
    return false;
  }

  // Characters that [begin, end) takes, when all its ways take the same number.
  [[nodiscard]] std::optional<std::uint32_t> fixed_length(std::uint32_t begin,
                                                          std::uint32_t end) const {
    constexpr std::uint32_t kNotSeen = UINT32_MAX;
    std::vector<std::uint32_t> length(end - begin + 1, kNotSeen);
    length[0] = 0;
    // Every jump of a program without unbounded loops goes forward, so one pass is enough.
    for (std::uint32_t pc = begin; pc < end; ++pc) {
      const std::uint32_t so_far = length[pc - begin];
      if (so_far == kNotSeen) continue;
      const Instruction& instruction = regex_.program_[pc];
      bool fixed = true;
      const auto reach = [&](std::uint32_t to, std::uint32_t more) {
        std::uint32_t& target = length[to - begin];
        fixed = fixed && to > pc && (target == kNotSeen || target == so_far + more);
        target = so_far + more;
      };
      switch (instruction.op) {
        case Op::kSet:
          reach(pc + 1, 1);
          break;
        case Op::kRepeat: {
          const Bounds& bounds = regex_.bounds_[instruction.y];
          if (bounds.least != bounds.most) return std::nullopt;
          reach(pc + 1, bounds.least);
          break;
        }
        case Op::kSplit:
          reach(instruction.x, 0);
          reach(instruction.y, 0);
          break;
        case Op::kJump:
        case Op::kLook:
          reach(instruction.x, 0);
          break;
        case Op::kAtomic:
          return std::nullopt;
        default:
          reach(pc + 1, 0);
          break;
      }
      if (!fixed) return std::nullopt;
    }
    return length[end - begin] == kNotSeen ? std::nullopt : std::optional(length[end - begin]);
  }

  // Behind a backslash, where it stands for a set: in a class and outside.
  std::optional<CharacterSet::Term> set_escape(char32_t c) {
    using Kind = CharacterSet::Term::Kind;
    switch (c) {
      case 's':
      case 'S':
        return CharacterSet::Term{Kind::kSpace, c == 'S'};
      case 'w':
      case 'W':
        return CharacterSet::Term{Kind::kWord, c == 'W'};
      case 'd':
      case 'D':
        return CharacterSet::Term{Kind::kCategories, c == 'D', 0, 0, kDecimal};
      case 'h':
      case 'H': {  // hexadecimal digits
        CharacterSet set;
        set.add({Kind::kRange, false, '0', '9'});
        set.add({Kind::kRange, false, 'a', 'f'});
        set.add({Kind::kRange, false, 'A', 'F'});
        CharacterSet::Term term{Kind::kSet, c == 'H'};
        term.set.push_back(std::move(set));
        return term;
      }
      case 'p':
      case 'P': {
        if (!skip("{")) throw fault("expected {");
        bool negated = c == 'P';
        if (skip("^")) negated = !negated;
        const std::size_t end = std::min(pattern_.find('}', at_), pattern_.size());
        const std::string_view name = pattern_.substr(at_, end - at_);
        if (end == pattern_.size()) throw fault("expected }");
        CharacterSet::Term term{Kind::kCategories, negated};
        if (name == "Space" || name == "White_Space" || name == "space") {
          term.kind = Kind::kSpace;
        } else if (const auto categories = categories_of(name)) {
          term.categories = *categories;
        } else {
          throw unsupported(fmt::format("the property \"{}\"", name));
        }
        at_ = end + 1;
        return term;
      }
      default:
        return std::nullopt;
    }
  }

  // Behind a backslash, where it stands for one character.
  char32_t character_escape(char32_t c) {
    switch (c) {
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'f':
        return '\f';
      case 'v':
        return '\v';
      case 'a':
        return '\a';
      case 'e':
        return 0x1b;
      case '0':
        return 0;
      case 'x':
        if (skip("{")) {
          const char32_t value = hexadecimal(1, 8);
          if (!skip("}")) throw fault("expected }");
          return value;
        }
        return hexadecimal(1, 2);
      case 'u':
        return hexadecimal(4, 4);
      default:
        if (c < 0x80 &&
            ((c >= '1' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')))
          throw unsupported(fmt::format("\\{}", static_cast<char>(c)));
        return c;
    }
  }

  char32_t hexadecimal(int least, int most) {
    char32_t value = 0;
    int digits = 0;
    for (; digits < most && at_ < pattern_.size(); ++digits) {
      const char c = pattern_[at_];
      if (c >= '0' && c <= '9') {
        value = value * 16 + static_cast<char32_t>(c - '0');
      } else if ((c | 32) >= 'a' && (c | 32) <= 'f') {
        value = value * 16 + static_cast<char32_t>((c | 32) - 'a' + 10);
      } else {
        break;
      }
      ++at_;
    }
    if (digits < least || value > 0x10ffff) throw fault("no code point");
    return value;
  }

  Atom parse_escape(Atom atom) {
    const char32_t c = next();
    std::optional<Op> anchor;
    if (c == 'b') anchor = Op::kWordBoundary;
    if (c == 'B') anchor = Op::kNoWordBoundary;
    if (c == 'A') anchor = Op::kTextBegin;
    if (c == 'z') anchor = Op::kTextEnd;
    if (c == 'Z') anchor = Op::kTextEndOrNewline;
    if (anchor) {
      emit({*anchor});
      atom.can_be_empty = true;
      return atom;
    }
    CharacterSet set;
    if (auto term = set_escape(c)) {
      set.add(std::move(*term));
    } else {
      const char32_t literal = character_escape(c);
      set.add({CharacterSet::Term::Kind::kRange, false, literal, literal});
    }
    put_set(std::move(set), atom);
    return atom;
  }

  // Behind "[".
  CharacterSet parse_class(int depth) {
    using Kind = CharacterSet::Term::Kind;
    if (depth > kMaxDepth) throw unsupported("nesting as deep as this");
    CharacterSet set;
    if (skip("^")) set.negate();
    for (bool first = true;; first = false) {
      if (!first && skip("]")) return set;
      if (starts("[:")) throw unsupported("a POSIX class");
      if (skip("[")) {
        CharacterSet::Term term{Kind::kSet};
        term.set.push_back(parse_class(depth + 1));
        set.add(std::move(term));
        continue;
      }
      if (skip("&&")) {
        set.intersect();
        continue;
      }
      char32_t low = next();
      if (low == '\\') {
        const char32_t c = next();
        if (auto term = set_escape(c)) {
          set.add(std::move(*term));
          continue;
        }
        low = c == 'b' ? 8 : character_escape(c);
      }
      char32_t high = low;
      if (starts("-") && !starts("-]") && at_ + 1 < pattern_.size()) {
        const std::size_t dash = at_;
        skip("-");
        if (starts("[") || starts("&&")) {
          at_ = dash;
        } else {
          high = next();
          if (high == '\\') {
            const char32_t c = next();
            if (set_escape(c)) throw fault("a range up to a set");
            high = c == 'b' ? 8 : character_escape(c);
          }
          if (high < low) throw fault("an empty range");
        }
      }
      set.add({Kind::kRange, false, low, high});
    }
  }

  std::string_view pattern_;
  Regex& regex_;
  std::size_t at_ = 0;
  bool ignore_case_ = false;
};

// Backtracking over the program with a stack of its own.
class Regex::Machine {
 public:
  Machine(const Regex& regex, std::string_view text)
      : regex_(regex), text_(text), steps_left_(100'000 + 1'000 * text.size()) {}

  static constexpr std::size_t kNone = SIZE_MAX;

  // End of the match of the program at `pc` that begins at `at`, or kNone.
  std::size_t run(std::uint32_t pc, std::size_t at) {
    const std::size_t floor = stack_.size();
    for (;;) {
      charge(1);
      const Instruction& now = regex_.program_[pc];
      bool matches = true;
      switch (now.op) {
        case Op::kMatch:
          stack_.resize(floor);
          return at;
        case Op::kSet:
          matches = take(regex_.sets_[now.x], at);
          ++pc;
          break;
        case Op::kRepeat:
          matches = repeat(now, pc, at);
          ++pc;
          break;
        case Op::kSplit:
          stack_.push_back({now.y, at, at});
          pc = now.x;
          break;
        case Op::kJump:
          pc = now.x;
          break;
        case Op::kLook:
          matches = look(now, pc, at);
          pc = now.x;
          break;
        case Op::kAtomic: {
          const std::size_t end = run(pc + 1, at);
          matches = end != kNone;
          at = end;
          pc = now.x;
          break;
        }
        default:
          matches = anchor(now.op, at);
          ++pc;
          break;
      }
      if (!matches && !backtrack(floor, pc, at)) return kNone;
    }
  }

 private:
  // A place to go on from: at `at`, and when that fails one character further, while they are
  // before or behind `last`: a greedy repetition gives back, a lazy one takes more.
  struct Choice {
    std::uint32_t pc;
    std::size_t at;
    std::size_t last;
    const CharacterSet* more = nullptr;  // of a lazy repetition
    std::uint32_t count = 0;             // characters it may still take
  };

  void charge(std::size_t steps) {
    if (steps > steps_left_) {
      throw Error(ErrorCode::kUnsupported,
                  "tokenizer: an expression of tokenizer.json backtracks too much on this text");
    }
    steps_left_ -= steps;
  }

  bool take(const CharacterSet& set, std::size_t& at) const {
    if (at >= text_.size()) return false;
    std::size_t next = at;
    if (!set.has(unicode::decode(text_, next))) return false;
    at = next;
    return true;
  }

  bool repeat(const Instruction& now, std::uint32_t pc, std::size_t& at) {
    const CharacterSet& set = regex_.sets_[now.x];
    const Bounds& bounds = regex_.bounds_[now.y];
    std::uint32_t count = 0;
    for (; count < bounds.least; ++count) {
      if (!take(set, at)) return false;
    }
    if (bounds.mode == Bounds::Mode::kLazy) {
      stack_.push_back({pc + 1, at, at, &set, bounds.most - bounds.least});
      return true;
    }
    const std::size_t least_end = at;
    while (count < bounds.most && take(set, at)) ++count;
    charge(count);
    if (at > least_end && bounds.mode == Bounds::Mode::kGreedy)
      stack_.push_back({pc + 1, at, least_end});
    return true;
  }

  bool look(const Instruction& now, std::uint32_t pc, std::size_t at) {
    const bool negative = (now.y & 1u) != 0;
    const std::uint32_t back = now.y >> 1;
    std::size_t from = at;
    for (std::uint32_t i = 1; i < back; ++i) {
      if (from == 0) return negative;
      before(text_, from);
    }
    return (run(pc + 1, from) != kNone) != negative;
  }

  [[nodiscard]] bool anchor(Op op, std::size_t at) const {
    const bool at_end = at == text_.size();
    switch (op) {
      case Op::kLineBegin:
        return at == 0 || (text_[at - 1] == '\n' && !at_end);
      case Op::kLineEnd:
        return at_end || text_[at] == '\n';
      case Op::kTextBegin:
        return at == 0;
      case Op::kTextEnd:
        return at_end;
      case Op::kTextEndOrNewline:
        return at_end || (at + 1 == text_.size() && text_[at] == '\n');
      default:
        return word_boundary(text_, at) == (op == Op::kWordBoundary);
    }
  }

  bool backtrack(std::size_t floor, std::uint32_t& pc, std::size_t& at) {
    while (stack_.size() > floor) {
      Choice& choice = stack_.back();
      if (choice.more != nullptr) {
        if (choice.count == 0 || !take(*choice.more, choice.at)) {
          stack_.pop_back();
          continue;
        }
        if (choice.count != kUnbounded) --choice.count;
        pc = choice.pc;
        at = choice.at;
        return true;
      }
      pc = choice.pc;
      if (choice.at == choice.last) {  // of a kSplit
        at = choice.at;
        stack_.pop_back();
        return true;
      }
      before(text_, choice.at);
      at = choice.at;
      if (at == choice.last) stack_.pop_back();
      return true;
    }
    return false;
  }

  const Regex& regex_;
  std::string_view text_;
  std::size_t steps_left_;
  std::vector<Choice> stack_;
};

Regex::Regex(std::string_view pattern) {
  if (unicode::invalid_utf8(pattern)) throw RegexFault("invalid UTF-8", false);
  Parser(pattern, *this).parse();
}

void Regex::find_all(std::string_view text, std::vector<Match>& matches) const {
  Machine machine(*this, text);
  std::size_t last_end = SIZE_MAX;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = machine.run(0, at);
    if (end != Machine::kNone && (end != at || at != last_end)) {
      matches.push_back({at, end});
      last_end = end;
    }
    if (end != Machine::kNone && end > at) {
      at = end;
    } else if (at < text.size()) {
      unicode::decode(text, at);
    } else {
      break;
    }
  }
}

}  // namespace assay::tokenizer
