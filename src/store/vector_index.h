// SPDX-License-Identifier: Apache-2.0
// What makes nearest-neighbour search in a large dense column sublinear: a graph over most rows, a
// list of those that still wait for it, and the choice between walking and scanning.
//
// Used by column.cc (which notes changed rows), vector_search.cc and collection_index.cc (which
// also has finished graphs written to graph_file.h). Below kIndexedBytes of vectors nothing is
// built and every search is exact. A search takes the graph's answer and scores the waiting rows
// too, so a row is found from the moment it is written. A graph most of whose nodes have lost their
// vectors is made anew, from nothing: searches scan what is left until half of it is linked again.
// A filter decides: when few points match, or fewer than a walk would meet, exactly these are
// scored; else the graph is walked and only matches are kept.
//
// How many candidates give recall@10 >= 0.98 depends on the data (tens on clustered data, thousands
// on random ones), so the default is measured: rows about to be linked are queries that the graph
// has not seen. Whenever a quarter of the graph was linked since, the next steps compare some. Two
// things are beyond what is measured, and are scanned: a graph of which many nodes wait to be
// linked again, because their rows are elsewhere now, and, under a filter, dot products of rows of
// various lengths, where the walk goes to the long ones and the matches may be others.
// Externally synchronised: const members may run at once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "store/dense_column.h"
#include "store/exact_search.h"
#include "store/graph_file.h"
#include "store/hnsw.h"
#include "store/row_codes.h"
#include "store/top_k.h"

namespace assay::store {

/// Of SearchParams, what concerns a graph.
struct GraphParams {
  bool exact = false;
  std::optional<std::size_t> ef = {};
  bool indexed_only = false;
};

class VectorIndex {
 public:
  /// 20,000 KiB, Qdrant's default `indexing_threshold`.
  static constexpr std::size_t kIndexedBytes = std::size_t{20'000} << 10;
  /// Numbers of candidates that are measured.
  static constexpr std::array<std::size_t, 13> kLadder = {64,  96,   128,  192,  256,  384, 512,
                                                          768, 1024, 1536, 2048, 3072, 4096};
  /// How many of the exact neighbours of a query each number of candidates missed.
  using Measured = std::array<std::size_t, kLadder.size()>;

  /// What build() worked out, for finish().
  struct Step {
    std::vector<Slot> batch;
    Hnsw::Plan plan;
    std::vector<Measured> measured = {};
    bool anew = false;  // nothing but: the graph is to be thrown away
  };

  /// Rows that a scan scores while a walk deals with one candidate: some 20 distances to rows that
  /// lie anywhere, on one thread. Measured on two cores, 100,000 x 128: a walk of 1,024 candidates
  /// took 1.3 times the scan.
  static constexpr std::size_t kCandidateCost = 120;

  /// A graph is not made anew for fewer nodes without vectors.
  static constexpr std::size_t kFewestGone = 1000;

  explicit VectorIndex(std::size_t indexed_bytes = kIndexedBytes,
                       std::size_t candidate_cost = kCandidateCost)
      : indexed_bytes_(indexed_bytes), candidate_cost_(candidate_cost) {}

  /// The row of `slot` was written.
  void note(const DenseColumn& column, Slot slot);
  /// The row of `slot` has no vector any more.
  void note_gone(Slot slot) noexcept;
  /// Rows in the graph as they are now.
  [[nodiscard]] std::size_t indexed_count() const noexcept {
    return graph_->size() - outdated_ - gone_;
  }
  [[nodiscard]] bool has_work() const noexcept { return first_ < waiting_.size() || is_worn(); }
  /// Candidates of a search that names no number; 0 while that was not measured.
  [[nodiscard]] std::size_t default_ef() const noexcept { return default_ef_; }

  /// Works out the links of the next rows, at most `count`. Const members may run at once; note()
  /// may come between this and finish(), another build() may not.
  [[nodiscard]] Step build(const DenseColumn& column, std::size_t count);
  /// Makes the step's rows part of the graph; those that were noted since build() wait again. When
  /// it throws (no memory) the graph is to be made anew.
  void finish(const DenseColumn& column, const Step& step);

  [[nodiscard]] GraphShape shape(const DenseColumn& column) const {
    return {.dim = column.params().size,
            .distance = column.params().distance,
            .m = graph_->m(),
            .ef_construct = graph_->ef_construct()};
  }
  /// Changed by finish() alone: whoever calls that may read it beside others.
  [[nodiscard]] const Hnsw& graph() const noexcept { return *graph_; }
  /// Whether at least one node in `one_in` was linked since note_saved() or restore().
  [[nodiscard]] bool is_unsaved(std::size_t one_in) const noexcept {
    return unsaved_ > 0 && graph_->size() > 0 && unsaved_ * one_in >= graph_->size();
  }
  void note_saved() noexcept { unsaved_ = 0; }
  /// What a file keeps beside graph() of the slots [begin, end) of it.
  void note_rows(const DenseColumn& column, Slot begin, Slot end, GraphNotes& notes) const;
  /// Takes over a graph from a file, in place of none: nodes whose rows are others now are linked
  /// again, those that have none lead on from where a neighbour is. False when the rows of less
  /// than half the nodes are the ones that were linked; nothing has changed then.
  [[nodiscard]] bool restore(DenseColumn& column, SavedGraph saved);

  /// The `k` best slots that have a vector and are `allowed`, as exact_search() gives them.
  [[nodiscard]] std::vector<Hit> search(const DenseColumn& column, std::span<const float> query,
                                        std::size_t k, std::span<const std::uint8_t> allowed,
                                        const GraphParams& params) const;
  /// What each search finds alone, `params` its own; those that scan share their pass.
  [[nodiscard]] std::vector<std::vector<Hit>> search(const DenseColumn& column,
                                                     std::span<const Scan> searches,
                                                     std::span<const GraphParams> params) const;

 private:
  enum class State : std::uint8_t {
    kNone,
    kWaiting,
    kChanged,  // waiting in a step that is under way, and its row changed since
    kLinked,
    kGone  // linked, and its vector is gone
  };

  // Of the numbers of candidates, the first that may still turn out to be enough.
  [[nodiscard]] std::size_t first_rung() const;
  // Whether so many nodes wait to be linked again that walks are no use.
  [[nodiscard]] bool is_outdated() const noexcept;
  [[nodiscard]] bool is_worn() const noexcept {
    return gone_ >= kFewestGone && gone_ > graph_->size() / 2;
  }
  void start_anew();
  void link(const DenseColumn& column, const Step& step);
  // Whether the codes are those of all rows, after coding some more; true where none are wanted.
  bool code(const DenseColumn& column);
  void place_gone(DenseColumn& column) const;
  [[nodiscard]] std::span<const Slot> waiting() const {
    return std::span(waiting_).subspan(first_);
  }
  // What a walk finds; nullopt where a scan is the better way.
  [[nodiscard]] std::optional<std::vector<Hit>> walk(const DenseColumn& column, const Scan& search,
                                                     const GraphParams& params) const;
  [[nodiscard]] Measured measure(const DenseColumn& column, Slot slot) const;
  void take(const Measured& measured);

  std::size_t indexed_bytes_;
  std::size_t candidate_cost_;
  bool active_ = false;
  std::unique_ptr<Hnsw> graph_ = std::make_unique<Hnsw>();
  std::unique_ptr<RowCodes> codes_;  // while many rows wait; used by build() alone
  std::vector<State> states_;        // by slot
  std::vector<Slot> waiting_;        // from first_ on, in the order of their linking
  std::size_t first_ = 0;
  std::size_t under_way_ = 0;  // of waiting(), those of the step between build() and finish()
  std::size_t outdated_ = 0;   // nodes that wait to be linked again
  std::size_t gone_ = 0;       // nodes in state kGone
  std::size_t unsaved_ = 0;    // rows linked since the graph was saved
  std::size_t default_ef_ = 0;
  std::size_t measured_at_ = 0;  // nodes
  std::size_t unmeasured_ = 0;   // rows linked since
  std::size_t measured_count_ = 0;
  Measured missed_ = {};
  float least_square_ = std::numeric_limits<float>::infinity();  // of the lengths of kDot's rows
  float most_square_ = 0;
};

}  // namespace assay::store
