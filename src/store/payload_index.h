// SPDX-License-Identifier: Apache-2.0
// An index over a payload field: which points may satisfy a condition, without reading payloads.
//
// Used by collection.cc, collection_write.cc and collection_index.cc. Conditions are answered by
// slots among which all that satisfy it are; the caller asks the condition of each. So an index
// decides about speed only, and entries of values that a point had before may stay till there are
// more of them than of the others. Texts (keywords, UUIDs, words) have lists of slots; numbers,
// times (microseconds) and latitudes lie sorted, with a tail of recent ones that is scanned.
// Readers and the writer are kept apart by the collection's lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "assay/collection.h"
#include "assay/filter.h"
#include "store/dense_column.h"
#include "store/key_path.h"

namespace assay::store {

class PayloadIndex {
 public:
  /// What a payload is found by: sorted, each once.
  struct Keys {
    std::vector<std::string> texts;
    std::vector<double> numbers;
    [[nodiscard]] std::size_t size() const { return texts.size() + numbers.size(); }
    friend bool operator==(const Keys&, const Keys&) = default;
  };

  /// Throws kInvalidArgument for a path that is none.
  PayloadIndex(std::string_view field, PayloadIndexType type);

  [[nodiscard]] PayloadIndexType type() const noexcept { return type_; }
  /// Needs no lock.
  [[nodiscard]] Keys keys(const Payload& payload) const;
  /// The point's keys are `now` and were `before`.
  void set(Slot slot, const Keys& before, const Keys& now);
  /// Whether it would be half as large if it were made again.
  [[nodiscard]] bool is_outworn() const;

  /// How many slots find() gives, at most; nullopt when the index does not help with the test.
  [[nodiscard]] std::optional<std::size_t> count(const FieldTest& test) const;
  /// Whether the test holds of all that find() gives.
  [[nodiscard]] bool is_exact(const FieldTest& test) const;
  /// Slots, ascending, each once; only where count() has a value.
  [[nodiscard]] std::vector<Slot> find(const FieldTest& test) const;

 private:
  struct Entry {
    double key;
    std::uint32_t slot;
    friend auto operator<=>(const Entry&, const Entry&) = default;
  };
  /// Of an answer: lists, or an interval of numbers.
  struct Answer;
  struct AnswerOf;

  [[nodiscard]] std::optional<Answer> answer(const FieldTest& test) const;

  KeyPath path_;
  PayloadIndexType type_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> texts_;  // slots ascend
  std::vector<Entry> sorted_;
  std::vector<Entry> recent_;
  std::size_t entries_ = 0;  // outdated ones included
  std::size_t live_ = 0;
};

}  // namespace assay::store
