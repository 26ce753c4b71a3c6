// SPDX-License-Identifier: Apache-2.0
// One collection in memory: points in slots, payloads, dense vectors by name, exact search. Reads
// and writes are in collection.cc, queries in collection_query.cc, the
// thread that indexes vectors in collection_index.cc.
//
// Used by collections.h and by client/. Semantics and error texts: qdrant.md sections 2, 4, 7, 10,
// 11 and 14. A point's slot is its place in the order of first insertion; a deleted point keeps it
// and is revived there. Every request is validated whole before anything is written. Thread-safe:
// writes prepare their data outside the lock and apply it under a short exclusive one, so a reader
// sees all or nothing of a write.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "assay/collection.h"
#include "assay/query.h"
#include "store/column.h"
#include "store/fair_shared_mutex.h"
#include "store/filter.h"
#include "store/id_index.h"
#include "store/journal.h"
#include "store/payload_index.h"
#include "store/payload_selector.h"
#include "store/text_index.h"
#include "store/vector_search.h"

namespace assay::store {

/// A vector to be stored under a name.
struct NamedVector {
  std::string_view name;
  VectorView vector;
};

/// A point to be stored; everything it refers to lives as long as the call. Names are distinct.
struct PointView {
  PointId id;
  std::vector<NamedVector> vectors = {};
  const Payload* payload = nullptr;  ///< null: an empty payload
};

class Collection {
 public:
  /// Throws kInvalidArgument for bad vector names and sizes. With a journal: holds what it has
  /// stored, and throws what Journal::load() does.
  explicit Collection(const CollectionConfig& config, std::unique_ptr<Journal> journal = {});

  [[nodiscard]] CollectionConfig config() const;
  /// Vectors in graphs, and whether others are on their way there.
  struct IndexProgress {
    std::size_t indexed_vectors = 0;
    bool complete = true;
  };
  [[nodiscard]] IndexProgress index_progress() const;
  /// Ends the indexing of vectors, for good, after saving what graphs have become. What is not
  /// linked yet is found by scans. Waits for what is under way.
  void end_indexing();
  /// True when anything was given; see Client.
  bool update_config(const CollectionUpdate& update);
  void create_vector(std::string_view name, const VectorNameConfig& params);
  void delete_vector(std::string_view name);
  void create_index(std::string_view field, const PayloadIndexParams& params);
  void delete_index(std::string_view field);

  /// Throws kInvalidArgument where upsert() would throw for this name.
  void check_vector_name(std::string_view name) const;
  /// As check_vector_name(), and for the vector's size and values.
  void check_vector(const NamedVector& vector) const;
  /// Throws kInvalidArgument where query() would, as far as it can be told without reading points;
  /// a Document in the query is taken on trust.
  void check_query(const QueryRequest& request) const;

  /// Inserts points or replaces them whole. No points is kInvalidArgument.
  void upsert(std::span<const PointView> points, const UpsertOptions& options = {});
  /// Deletes points; unknown ids are ignored. No ids is kInvalidArgument.
  void erase(const PointsSelector& points);

  /// Sets vectors of points that are there, as Client says.
  void update_vectors(std::span<const PointView> points, const std::optional<Filter>& filter = {});
  void delete_vectors(std::span<const std::string> names, const PointsSelector& points);

  /// Payload writes. All points that exist are changed; then kNotFound names the first id that does
  /// not. Paths and filters are validated first.
  void set_payload(const Payload& payload, const PointsSelector& points,
                   const std::optional<std::string>& key);
  void overwrite_payload(const Payload& payload, const PointsSelector& points);
  void delete_payload(std::span<const std::string> keys, const PointsSelector& points);
  void clear_payload(const PointsSelector& points);

  /// Answers a request whose inputs are vectors and ids of points of this collection.
  [[nodiscard]] std::vector<ScoredPoint> query(const QueryRequest& request) const;
  /// What query() answers to each, of one state of the collection; searches for what is near to one
  /// dense vector share their scan.
  [[nodiscard]] std::vector<std::vector<ScoredPoint>> query_batch(
      std::span<const QueryRequest* const> requests) const;
  /// Without the lookup.
  [[nodiscard]] std::vector<PointGroup> query_groups(const QueryGroupsRequest& request) const;
  [[nodiscard]] SearchMatrix search_matrix(const SearchMatrixRequest& request) const;
  /// The stored vector of a point; kNotFound when there is none.
  [[nodiscard]] StoredVector vector_of(const PointId& id, std::string_view name) const;
  [[nodiscard]] std::vector<Record> retrieve(std::span<const PointId> ids,
                                             const PayloadSelector& with_payload,
                                             const VectorSelector& with_vectors) const;
  [[nodiscard]] std::size_t count(const std::optional<Filter>& filter = {}) const;
  [[nodiscard]] ScrollResponse scroll(const ScrollRequest& request) const;
  [[nodiscard]] std::vector<FacetHit> facet(std::string_view key,
                                            const std::optional<Filter>& filter,
                                            std::size_t limit) const;

 private:
  struct StoredPoint {
    PointId id;
    bool alive = false;
    Payload payload = {};
  };
  struct IdOf {
    const std::deque<StoredPoint>* points;
    const PointId& operator()(Slot slot) const { return (*points)[slot].id; }
  };
  struct Projection;  // what a read brings back
  struct Level;       // of a query: the request or a prefetch
  struct Found {      // by a query
    Slot slot;
    float score = 1.0f;
    std::optional<Value> order_value = {};
  };
  class WriteBatch;  // collection_write.cc

  // The column of a query; `example`, if there is one, tells the kind that is missed.
  [[nodiscard]] const Column& searched_column(std::string_view name,
                                              const VectorInput* example) const;
  // What check_vector_name(), check_vector() and check_query() do; mutex_ or writer_ is held.
  [[nodiscard]] const Column& column_of(std::string_view name) const;
  void check_points(std::span<const PointView> points) const;
  void check_request(const QueryRequest& request) const;
  // Has the configuration stored, then calls `change` with mutex_ held. The writer mutex is held.
  void reconfigure(CollectionConfig config, const std::function<void()>& change);
  [[nodiscard]] std::optional<Slot> find_alive(PointId id) const;
  // What `use` says of the point as filters and formulas see it.
  template <class Use>
  auto with_candidate(Slot slot, const Use& use) const {
    const std::function<bool(std::string_view)> has_vector = [&](std::string_view name) {
      const auto column = columns_.find(name);
      return column != columns_.end() && column->second.has(slot);
    };
    const StoredPoint& point = points_[slot];
    return use(Candidate{.payload = point.payload, .id = &point.id, .has_vector = &has_vector});
  }
  [[nodiscard]] bool matches(Slot slot, const Predicate& holds) const;
  // By slot: 1 for points that are there and satisfy the filter, which was compiled.
  [[nodiscard]] std::vector<std::uint8_t> matching(const Filter& filter,
                                                   const Predicate& holds) const;
  // The fewest points, by ids and indexes, among which all that satisfy it are; nullopt: all.
  struct Candidates {
    std::size_t count;  // at most
    std::function<std::vector<Slot>()> slots;
    bool exact = false;  // they all satisfy it
  };
  [[nodiscard]] std::optional<Candidates> candidates(const Filter& filter) const;
  [[nodiscard]] std::optional<Candidates> candidates(const Condition& condition) const;
  // Makes the batch durable and visible. The writer mutex is held.
  void write(WriteBatch& batch);
  void apply(PointChange& change);
  void load();
  // Has index_rows() look for work. The writer mutex is held, or nobody else knows the collection.
  void wake_indexer();
  // The thread that links rows of large columns into their graphs, step by step.
  void index_rows(const std::stop_token& stop);
  // Returns when nobody writes, or has done so for a while.
  void wait_for_writers(const std::stop_token& stop);
  // False when there was nothing to do.
  bool index_some();
  // Saves the graphs of which one node in `one_in` is new; what fails is a warning. On the indexing
  // thread.
  void save_graphs(std::size_t one_in);
  // Before anybody else knows the collection.
  void restore_graphs();
  // The index over all points. The writer mutex is held.
  [[nodiscard]] TextIndex indexed(TextIndex index) const;
  [[nodiscard]] PayloadIndex indexed(PayloadIndex index) const;
  // Hands each selected slot to `change` and writes the batch; then throws kNotFound for the first
  // id that is not there.
  void change_slots(const PointsSelector& points,
                    const std::function<void(WriteBatch&, Slot)>& change);
  void change_payloads(const PointsSelector& points, const std::function<void(Payload&)>& change);
  [[nodiscard]] Record record_of(Slot slot, const Projection& projection) const;
  [[nodiscard]] ScoredPoint scored(const Found& found, const Projection& projection) const;

  // Of queries; the lock is held.
  [[nodiscard]] StoredVector stored_vector(const PointId& id, std::string_view name) const;
  void check_level(const Level& level, std::size_t depth) const;
  void check_kind(const Level& level) const;
  [[nodiscard]] std::optional<QueryRequest> without_ids(const QueryRequest& request) const;
  [[nodiscard]] std::vector<Found> run(const Level& level) const;
  // run() of each.
  [[nodiscard]] std::vector<std::vector<Found>> run_together(std::span<const Level> levels) const;
  [[nodiscard]] std::vector<Found> fused(const Level& level,
                                         std::span<const std::vector<Found>> sources) const;
  [[nodiscard]] std::vector<Found> rescored(const Level& level,
                                            std::span<const std::vector<Found>> sources) const;
  [[nodiscard]] std::vector<Found> base_query(const Level& level,
                                              const std::vector<std::uint8_t>* among) const;
  [[nodiscard]] std::vector<Found> by_id(const Level& level,
                                         const std::vector<std::uint8_t>* among) const;
  [[nodiscard]] std::vector<Found> by_score(const Level& level,
                                            const std::vector<std::uint8_t>& allowed,
                                            std::size_t begin, std::size_t end) const;
  // The steps of by_score(): what to look for in a column, and the places from `begin` on of what
  // was found there.
  [[nodiscard]] VectorQuery vector_query(const Level& level, const Column& column) const;
  [[nodiscard]] std::vector<Found> places(const Level& level, const Column& column,
                                          std::span<const Hit> hits, std::size_t begin) const;
  [[nodiscard]] std::vector<Found> by_words(const Level& level,
                                            std::span<const std::uint8_t> allowed) const;
  [[nodiscard]] std::vector<Found> sampled(std::span<const std::uint8_t> selected,
                                           std::size_t limit) const;
  [[nodiscard]] std::vector<Found> by_value(const OrderBy& order,
                                            std::span<const std::uint8_t> selected,
                                            std::size_t limit) const;
  [[nodiscard]] std::vector<Found> diverse(const Level& level, const NearestQuery& query,
                                           const std::vector<std::uint8_t>& allowed) const;
  [[nodiscard]] std::optional<StoredVectors> vectors_of(Slot slot,
                                                        const VectorSelector& selector) const;

  // Held by the one writer from the first look at the points to the end of its write: what mutex_
  // guards changes only under both, so that a writer may read under this one alone.
  std::mutex writer_;
  const std::unique_ptr<Journal> journal_;  // guarded by writer_; null in memory
  mutable FairSharedMutex mutex_;
  // Guarded by mutex_.
  CollectionConfig config_;
  std::map<std::string, Column, std::less<>> columns_;
  std::map<std::string, TextIndex, std::less<>> text_indexes_;  // those with scoring, by field
  std::map<std::string, PayloadIndex, std::less<>> payload_indexes_;
  std::deque<StoredPoint> points_;  // by slot; a deque grows without moving what is there
  // Deleted points included; its order is that of reads by id.
  IdIndex<IdOf> slots_{IdOf{&points_}};
  std::size_t alive_count_ = 0;

  std::mutex indexer_mutex_;
  std::condition_variable_any indexer_wake_;
  bool indexer_work_ = false;          // guarded by indexer_mutex_
  std::atomic<bool> written_ = false;  // since the last step
  using Clock = std::chrono::steady_clock;
  std::atomic<Clock::time_point> last_write_ = Clock::time_point();
  bool indexing_ended_ = false;  // guarded by writer_
  std::jthread indexer_;         // guarded by writer_; last, so that it ends first
};

}  // namespace assay::store
