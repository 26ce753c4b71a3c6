// SPDX-License-Identifier: Apache-2.0
// A graph of near neighbours over the rows of a dense column, for approximate search.
//
// Used by vector_index.cc. Malkov and Yashunin, "Efficient and robust approximate nearest neighbor
// search using Hierarchical Navigable Small World graphs" (2016): layers of links, `m` a node on
// the upper ones and 2m on the lowest, chosen by the paper's heuristic (algorithm 4). Two things
// differ:
// - A node's level is a hash of its slot, and nodes are linked in batches: plan() looks for the
//   neighbours of a batch in the graph as it is and among the batch, on several threads, and
//   changes nothing; apply() stores the finished lists. The graph depends on the batches alone, not
//   on threads, and readers are kept out for the copying of lists only.
// - Nodes stay when their vectors go; they lead on, but are not found. A slot that gets another
//   vector is linked again where it now belongs.
// Lists are 32-bit slots in blocks that never move: 4 (2m + 1) bytes a node, the upper layers add
// about 4 m / (m - 1). Externally synchronised: const members may run at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "store/dense_column.h"
#include "store/row_blocks.h"
#include "store/row_codes.h"

namespace assay::store {

class Hnsw {
 public:
  /// Smaller is nearer; an order only: the negated dot product, |a - b|², the L1 distance.
  struct Near {
    float distance;
    std::uint32_t slot;
  };
  /// Lists that are to replace those of some nodes.
  class Plan;

  explicit Hnsw(std::size_t m = 16, std::size_t ef_construct = 100);
  ~Hnsw();

  [[nodiscard]] std::size_t m() const noexcept { return m_; }
  [[nodiscard]] std::size_t ef_construct() const noexcept { return ef_construct_; }
  /// Nodes, those without a vector included.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool contains(Slot slot) const noexcept {
    return slot < linked_.size() && linked_[slot] != 0;
  }

  /// Slots up to the last node's.
  [[nodiscard]] std::size_t slot_count() const noexcept { return linked_.size(); }
  /// Where searches begin; only when size() > 0.
  [[nodiscard]] Slot entry() const noexcept { return entry_; }
  /// The highest layer of a node; by its slot and m() alone.
  [[nodiscard]] std::size_t level_of(Slot slot) const;
  /// Links of a node on a layer up to its highest.
  [[nodiscard]] std::span<const std::uint32_t> neighbors(Slot slot, std::size_t level) const;
  /// Links that a node may have on a layer.
  [[nodiscard]] std::size_t capacity(std::size_t level) const { return level == 0 ? 2 * m_ : m_; }

  /// Makes `slot` a node, of no links when it was none; the first of the highest ones is the entry.
  void add(Slot slot);
  /// Replaces links of a node; they lead to nodes of that layer before the next search or plan.
  void set_neighbors(Slot slot, std::size_t level, std::span<const std::uint32_t> to);

  /// How the slots of `batch`, distinct and with vectors, are to be linked. Where there are codes,
  /// of all rows, candidates are looked for by these. threads = 0: all.
  [[nodiscard]] Plan plan(const DenseColumn& column, const RowCodes* codes,
                          std::span<const Slot> batch, std::size_t threads = 0) const;
  /// Carries out a plan that was made since the last apply().
  void apply(const Plan& plan);

  /// The nearest of the `ef` best nodes that the search met and that have a vector and are
  /// `allowed` (by slot, 0 = not; empty = all), nearest first. `query` went through
  /// prepare_vector(). nullopt when more than `budget` distances would have to be computed.
  [[nodiscard]] std::optional<std::vector<Near>> search(const DenseColumn& column,
                                                        std::span<const float> query,
                                                        std::size_t ef,
                                                        std::span<const std::uint8_t> allowed,
                                                        std::size_t budget) const;

 private:
  class Distances;
  struct Scratch;
  struct Leave;
  using Lent = std::unique_ptr<Scratch, Leave>;

  // capacity(level) slots, the links first.
  [[nodiscard]] const std::uint32_t* list(Slot slot, std::size_t level) const;
  // Calls a node's list into the cache.
  void fetch(Slot slot, std::size_t level) const;
  // Room for the nodes [0, count).
  void reserve(std::size_t count);
  [[nodiscard]] Lent scratch() const;
  // Moves `at` to a node that no neighbour on the layer is nearer than.
  void descend(Distances& distances, std::size_t level, Near& at) const;
  template <class Wanted>
  [[nodiscard]] bool search_layer(Distances& distances, std::size_t level, std::size_t ef,
                                  Near from, const Wanted& wanted, std::size_t budget,
                                  Scratch& scratch) const;
  // Algorithm 4: at most `count` of the candidates for links of `slot`, each at least as near to it
  // as to any kept before; nearest first.
  static void choose(const DenseColumn& column, Slot slot, std::vector<Near>& candidates,
                     std::size_t count);

  std::size_t m_;
  std::size_t ef_construct_;
  RowBlocks<std::uint32_t> lowest_;      // by slot: the list of the lowest layer
  std::vector<std::uint32_t> upper_at_;  // by slot: where in upper_
  std::vector<std::uint32_t> upper_;     // level_of(slot) lists
  std::vector<std::uint8_t> linked_;     // by slot
  std::size_t size_ = 0;
  std::size_t top_ = 0;  // the highest layer
  Slot entry_ = 0;       // a node there, when there is a node
  mutable std::mutex pool_mutex_;
  mutable std::vector<std::unique_ptr<Scratch>> pool_;  // of scratch memory, guarded by pool_mutex_
};

class Hnsw::Plan {
 private:
  friend class Hnsw;
  struct Links {
    std::uint32_t slot;
    std::uint32_t level;
    std::vector<std::uint32_t> to;
  };
  std::vector<Slot> batch_;
  std::vector<Links> links_;
};

}  // namespace assay::store
