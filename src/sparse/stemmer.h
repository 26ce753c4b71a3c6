// SPDX-License-Identifier: Apache-2.0
// Words to their stems by the Snowball algorithms, through libstemmer; the only user of it.
//
// FastEmbed stems with an older build of the same algorithms. Finnish, French and Russian have
// changed since for words with foreign letters, ï, ë and ё; here they are stemmed the old way, so
// that indices agree with collections that FastEmbed filled (stemmer_test.cc).
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct sb_stemmer;

namespace assay::sparse {

/// The 18 languages that FastEmbed's BM25 knows, in alphabetical order.
std::span<const std::string_view> languages();
/// kInvalidArgument naming the known ones when `language` is none of them.
void check_language(std::string_view language);

/// Not synchronised; see StemmerPool.
class Stemmer {
 public:
  explicit Stemmer(std::string_view language);
  Stemmer(const Stemmer&) = delete;
  Stemmer& operator=(const Stemmer&) = delete;

  /// The stem of a lower-case word, possibly empty; valid until the next call.
  std::string_view stem(std::string_view word);

 private:
  struct Delete {
    void operator()(sb_stemmer* stemmer) const;
  };
  std::string compute(std::string_view word);
  std::string_view run(std::string_view word);

  std::string language_;
  std::unique_ptr<sb_stemmer, Delete> stemmer_;
  std::unordered_map<std::string, std::string> known_;  // words come again; bounded
  std::string key_;
};

/// Stemmers of one language, lent to one user each. Thread-safe.
class StemmerPool {
 public:
  explicit StemmerPool(std::string_view language);

  /// A stemmer for the life of the handle.
  class Handle {
   public:
    explicit Handle(const StemmerPool& pool);
    ~Handle();
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    Stemmer* operator->() const { return stemmer_.get(); }

   private:
    const StemmerPool& pool_;
    std::unique_ptr<Stemmer> stemmer_;
  };

 private:
  std::string language_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Stemmer>> idle_;
};

}  // namespace assay::sparse
