// SPDX-License-Identifier: Apache-2.0
// The words of a payload field, point by point, and BM25 over them (qdrant.md section 7.8).
//
// Used by collection.cc, which tells it every payload that is written. All strings at the field are
// one document; the corpus are the points whose document has a word. Readers and the writer are
// kept apart by the collection's lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "assay/query.h"
#include "store/key_path.h"
#include "store/top_k.h"

namespace assay::store {

class TextIndex {
 public:
  /// Throws kInvalidArgument for a path that is none.
  explicit TextIndex(std::string_view field);

  /// A document, cut into words.
  struct Words {
    std::map<std::string, std::uint32_t> counts;
    std::uint64_t length = 0;
  };
  /// That of a payload. Needs no lock.
  [[nodiscard]] Words words(const Payload& payload) const;

  /// The point's document is this one from now on; none if it has no word.
  void set(Slot slot, Words words);
  /// The point has none any more.
  void clear(Slot slot);

  /// Points with a word of the text and a score above 0, best first, equal ones by slot; at most
  /// `limit`. `allowed`: by slot, 1 for points that may be found; empty for all. It does not change
  /// the statistics.
  [[nodiscard]] std::vector<Hit> search(const TextQuery& query, std::size_t limit,
                                        std::span<const std::uint8_t> allowed) const;

 private:
  struct Posting {
    Slot slot;
    std::uint32_t count;  // of the word in the document
  };
  struct Entry {  // of a document: a word, and where its posting stands
    std::uint32_t word;
    std::uint32_t place;
  };
  struct Document {
    std::vector<Entry> entries;  // by word, ascending
    std::uint64_t length = 0;    // in words, rounded
  };
  struct WordHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view word) const noexcept {
      return std::hash<std::string_view>()(word);
    }
  };

  KeyPath path_;
  std::unordered_map<std::string, std::uint32_t, WordHash, std::equal_to<>> words_;
  std::vector<std::vector<Posting>> postings_;  // by word, in no order
  std::vector<Document> documents_;             // by slot
  std::size_t document_count_ = 0;              // with at least one word
  std::uint64_t total_length_ = 0;
};

}  // namespace assay::store
