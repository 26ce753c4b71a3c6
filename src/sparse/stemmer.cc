// SPDX-License-Identifier: Apache-2.0
#include "sparse/stemmer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <libstemmer.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "assay/error.h"
#include "base/unicode.h"

namespace assay::sparse {
namespace {

constexpr std::array<std::string_view, 18> kLanguages = {
    "arabic",   "danish",  "dutch",     "english", "finnish",   "french",
    "german",   "greek",   "hungarian", "italian", "norwegian", "portuguese",
    "romanian", "russian", "spanish",   "swedish", "tamil",     "turkish"};

// Words remembered with their stems; about 10 MB when all are long.
constexpr std::size_t kRemembered = 1 << 16;

std::u32string points_of(std::string_view text) {
  std::u32string points;
  for (std::size_t at = 0; at < text.size();) points.push_back(unicode::decode(text, at));
  return points;
}

// The old algorithms took some letters for plain vowels or consonants that the present ones know.
// Such letters are replaced by ones that both treat like that, and put back afterwards: stemming
// changes the end of a word, so what stems alike from the start is the same letters.
//
// Russian: ё was no vowel (now it is read as е). Any letter outside Russian will do.
std::u32string without_yo(std::u32string word) {
  std::replace(word.begin(), word.end(), U'ё', U'ђ');
  return word;
}

// French: ï and ë were vowels without a rule (now they mark that vowels are apart), as ù is.
std::u32string without_diaeresis(std::u32string word) {
  for (char32_t& c : word) {
    if (c == U'ï' || c == U'ë') c = U'ù';
  }
  return word;
}

bool is_finnish(char32_t c) { return (c >= U'a' && c <= U'z') || c == U'ä' || c == U'ö'; }

// Finnish: whatever is no vowel was a consonant, digits too (now only ASCII consonants are).
// Different letters need different stand-ins, because a doubled consonant loses one half.
std::u32string with_ascii_consonants(std::u32string word) {
  std::u32string_view free = U"qxzwcbfgdhjklmnprstv";
  std::vector<std::pair<char32_t, char32_t>> chosen;
  const std::u32string original = word;
  for (char32_t& c : word) {
    if (is_finnish(c)) continue;
    auto known = std::find_if(chosen.begin(), chosen.end(),
                              [&](const auto& pair) { return pair.first == c; });
    if (known == chosen.end()) {
      while (!free.empty() && original.find(free.front()) != std::u32string::npos)
        free.remove_prefix(1);
      if (free.empty()) break;  // a word of twenty foreign letters keeps the rest
      known = chosen.insert(known, {c, free.front()});
      free.remove_prefix(1);
    }
    c = known->second;
  }
  return word;
}

bool is_french_vowel(char32_t c) {
  return std::u32string_view(U"aeiouyâàëéêèïîôûù").find(c) != std::u32string_view::npos;
}

// Where a French word's region RV begins (Snowball, "French stemming algorithm").
std::size_t french_rv(std::u32string_view word) {
  const auto head = word.substr(0, 3);
  if (word.size() > 1 && is_french_vowel(word[0]) && is_french_vowel(word[1])) return 3;
  if (head == U"par" || head == U"col" || head == U"tap") return 3;
  for (std::size_t i = 1; i < word.size(); ++i) {
    if (is_french_vowel(word[i])) return i + 1;
  }
  return word.size();
}

std::string utf8_of(std::u32string_view points) {
  std::string text;
  for (const char32_t c : points) unicode::append_utf8(text, c);
  return text;
}

}  // namespace

std::span<const std::string_view> languages() { return kLanguages; }

void check_language(std::string_view language) {
  if (std::find(kLanguages.begin(), kLanguages.end(), language) != kLanguages.end()) return;
  throw Error(ErrorCode::kInvalidArgument,
              fmt::format("language: \"{}\" has no stemmer; {} have one. With disable_stemmer any "
                          "language will do",
                          language, fmt::join(kLanguages, ", ")));
}

void Stemmer::Delete::operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }

Stemmer::Stemmer(std::string_view language) : language_(language) {
  check_language(language);
  stemmer_.reset(sb_stemmer_new(language_.c_str(), "UTF_8"));
  if (!stemmer_) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("language: the libstemmer of this system lacks {}", language));
  }
}

std::string_view Stemmer::stem(std::string_view word) {
  key_.assign(word);
  auto found = known_.find(key_);
  if (found == known_.end()) {
    if (known_.size() >= kRemembered) known_.clear();
    found = known_.emplace(key_, compute(word)).first;
  }
  return found->second;
}

std::string_view Stemmer::run(std::string_view word) {
  if (word.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return word;
  const sb_symbol* stem =
      sb_stemmer_stem(stemmer_.get(), reinterpret_cast<const sb_symbol*>(word.data()),
                      static_cast<int>(word.size()));
  if (stem == nullptr) throw Error(ErrorCode::kInternal, "out of memory while stemming");
  return {reinterpret_cast<const char*>(stem),
          static_cast<std::size_t>(sb_stemmer_length(stemmer_.get()))};
}

std::string Stemmer::compute(std::string_view word) {
  if (language_ != "finnish" && language_ != "french" && language_ != "russian") {
    return std::string(run(word));
  }
  const std::u32string original = points_of(word);
  const std::u32string replaced = language_ == "russian"  ? without_yo(original)
                                  : language_ == "french" ? without_diaeresis(original)
                                                          : with_ascii_consonants(original);
  if (replaced == original) return std::string(run(word));
  std::u32string stem = points_of(run(utf8_of(replaced)));
  for (std::size_t i = 0; i < stem.size() && i < replaced.size() && stem[i] == replaced[i]; ++i) {
    stem[i] = original[i];
  }
  // The old French rule for a final ë: it falls after gu inside RV.
  if (language_ == "french" && stem.ends_with(U"guë") && stem.size() - 3 >= french_rv(original)) {
    stem.pop_back();
  }
  return utf8_of(stem);
}

StemmerPool::StemmerPool(std::string_view language) : language_(language) {
  idle_.push_back(std::make_unique<Stemmer>(language));
}

StemmerPool::Handle::Handle(const StemmerPool& pool) : pool_(pool) {
  const std::scoped_lock lock(pool.mutex_);
  if (!pool.idle_.empty()) {
    stemmer_ = std::move(pool.idle_.back());
    pool.idle_.pop_back();
    return;
  }
  stemmer_ = std::make_unique<Stemmer>(pool.language_);
}

StemmerPool::Handle::~Handle() {
  const std::scoped_lock lock(pool_.mutex_);
  pool_.idle_.push_back(std::move(stemmer_));
}

}  // namespace assay::sparse
