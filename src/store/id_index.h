// SPDX-License-Identifier: Apache-2.0
// From a point's id to its slot, and all slots in the order of their ids, in 4 to 8 bytes a point.
//
// Used by collection.h, with the interface of a std::map that it replaces (some 80 bytes a point).
// Slots stand sorted by id in chunks; the ids themselves stay where the points are, which `IdOf`
// knows. Externally synchronised.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "assay/point.h"
#include "base/assert.h"
#include "store/dense_column.h"

namespace assay::store {

/// `IdOf`: const PointId& operator()(Slot) const, for every slot that was inserted.
template <class IdOf>
class IdIndex {
 public:
  /// Valid until the next insertion.
  class Iterator {
   public:
    using Pair = std::pair<const PointId&, Slot>;
    struct Arrow {
      Pair pair;
      const Pair* operator->() const { return &pair; }
    };
    [[nodiscard]] Pair operator*() const {
      const Slot slot = index_->chunks_[chunk_][at_];
      return {index_->id_of_(slot), slot};
    }
    [[nodiscard]] Arrow operator->() const { return {**this}; }
    Iterator& operator++() {
      if (++at_ == index_->chunks_[chunk_].size()) {
        ++chunk_;
        at_ = 0;
      }
      return *this;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    friend class IdIndex;
    Iterator(const IdIndex& index, std::size_t chunk, std::size_t at)
        : index_(&index), chunk_(chunk), at_(at) {}
    const IdIndex* index_;
    std::size_t chunk_, at_;
  };

  explicit IdIndex(IdOf id_of) : id_of_(id_of) {}

  [[nodiscard]] Iterator begin() const { return {*this, 0, 0}; }
  [[nodiscard]] Iterator end() const { return {*this, chunks_.size(), 0}; }
  /// The first id that is not less.
  [[nodiscard]] Iterator lower_bound(const PointId& id) const {
    const std::size_t chunk = chunk_for(id);
    if (chunk == chunks_.size()) return end();
    const std::size_t at = place_in(chunks_[chunk], id);
    if (at < chunks_[chunk].size()) return {*this, chunk, at};
    return {*this, chunk + 1, 0};
  }
  [[nodiscard]] Iterator find(const PointId& id) const {
    const Iterator found = lower_bound(id);
    return found != end() && (*found).first == id ? found : end();
  }
  /// `id` is not there yet, and id_of(slot) is `id`.
  void emplace(const PointId& id, Slot slot) {
    ASSAY_ASSERT(slot <= UINT32_MAX);
    const auto number = static_cast<std::uint32_t>(slot);
    // Ids mostly come ascending; then chunks are full.
    if (chunks_.empty() || id_of_(chunks_.back().back()) < id) {
      if (chunks_.empty() || chunks_.back().size() == kChunk) chunks_.emplace_back();
      chunks_.back().push_back(number);
      return;
    }
    const std::size_t chunk = chunk_for(id);
    Chunk& slots = chunks_[chunk];
    slots.insert(slots.begin() + static_cast<std::ptrdiff_t>(place_in(slots, id)), number);
    if (slots.size() <= kChunk) return;
    const auto middle = slots.begin() + kChunk / 2;
    Chunk upper(middle, slots.end());
    slots.erase(middle, slots.end());
    chunks_.insert(chunks_.begin() + static_cast<std::ptrdiff_t>(chunk) + 1, std::move(upper));
  }

 private:
  using Chunk = std::vector<std::uint32_t>;
  // An insertion moves half a chunk, a split the list of chunks: 1 KiB and, for a million points,
  // 50 KiB once in 256 insertions.
  static constexpr std::ptrdiff_t kChunk = 512;

  // The last chunk that begins with `id` or less; the first one if none does.
  [[nodiscard]] std::size_t chunk_for(const PointId& id) const {
    const auto after = std::upper_bound(
        chunks_.begin(), chunks_.end(), id,
        [&](const PointId& a, const Chunk& chunk) { return a < id_of_(chunk.front()); });
    return after == chunks_.begin() ? 0 : static_cast<std::size_t>(after - chunks_.begin()) - 1;
  }
  [[nodiscard]] std::size_t place_in(const Chunk& chunk, const PointId& id) const {
    const auto place =
        std::lower_bound(chunk.begin(), chunk.end(), id,
                         [&](std::uint32_t slot, const PointId& a) { return id_of_(slot) < a; });
    return static_cast<std::size_t>(place - chunk.begin());
  }

  IdOf id_of_;
  std::vector<Chunk> chunks_;  // none is empty
};

}  // namespace assay::store
