// SPDX-License-Identifier: Apache-2.0
// Queries: what is looked for, how results of several are joined, and how they are grouped. Names
// and meaning follow Qdrant's query API.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "assay/collection.h"
#include "assay/export.h"
#include "assay/filter.h"
#include "assay/point.h"
#include "assay/types.h"

namespace assay {

/// A vector of the kind that is searched, a text that is embedded as a query, or the id of a point
/// whose stored vector is meant. Points that a query names by id are left out of its results.
using VectorInput = std::variant<std::vector<float>, Document, PointId, SparseVector, MultiVector>;

/// Maximal marginal relevance (Carbonell and Goldstein 1998): results that are near and unlike each
/// other.
struct Mmr {
  double diversity = 0.5;                            ///< 0 (nearest) to 1 (most unlike)
  std::optional<std::size_t> candidates_limit = {};  ///< at most 16384; unset = the query's limit
};

/// Points by their distance to a vector. Of sparse vectors only those with a common index are
/// found.
struct NearestQuery {
  VectorInput nearest;
  std::optional<Mmr> mmr = {};  ///< picks among the nearest; scores stay those of the distance
};

/// Points like the positive examples and unlike the negative ones.
///
/// With s(x) = (1 + x / (1 + |x|)) / 2 and sim a similarity (bigger is better; the negated squared
/// distance on kEuclid, the negated distance on kManhattan; MaxSim of it for multi-vectors, where
/// the average is all positive rows beside the negated negative ones; for sparse vectors the dot
/// product, 0 without a common index):
struct RecommendQuery {
  enum class Strategy {
    kAverageVector,  ///< nearest to mean(positive), or to 2 mean(positive) - mean(negative)
    kBestScore,      ///< s(best positive sim) if that is above the best negative sim n, else -s(n)
    kSumScores,      ///< sum of the positive sims less that of the negative ones
  };
  std::vector<VectorInput> positive = {};
  std::vector<VectorInput> negative = {};
  Strategy strategy = Strategy::kAverageVector;
};

/// An example and what is not meant by it.
struct ContextPair {
  VectorInput positive;
  VectorInput negative;
};

/// Points near the target on the positive side of the pairs: for each pair 1 where the positive is
/// nearer, -1 where the negative is, plus s(sim(target)), which is below 1.
struct DiscoverQuery {
  VectorInput target;
  std::vector<ContextPair> context = {};
};

/// Points that lie on the positive side of all pairs score 0, the others below.
struct ContextQuery {
  std::vector<ContextPair> context = {};
};

/// Points near a target, corrected by how relevant some examples are: a sim(target) + the sum over
/// ordered pairs of examples whose scores differ by d > 0 of d^b c (sim(better) - sim(worse)).
/// Dense vectors only.
struct RelevanceFeedbackQuery {
  struct Item {
    VectorInput example;
    float score = 0;
  };
  VectorInput target;
  std::vector<Item> feedback = {};
  float a = 1, b = 1, c = 1;  ///< b is not negative
};

/// Points in random order, score 1; an offset is ignored.
struct SampleQuery {};

/// Joins the results of the prefetches: reciprocal rank fusion with k = 2, or distribution-based
/// score fusion (each result's scores become (x - (mean - 3 sd)) / (6 sd) and add up).
struct FusionQuery {
  enum class Method { kRrf, kDbsf } method = Method::kRrf;
};

/// Reciprocal rank fusion (Cormack et al. 2009): the sum over the prefetches of 1 / ((i + 1) / w +
/// k - 1) for a point at place i, counted from 0.
struct RrfQuery {
  std::size_t k = 2;                               ///< at least 1
  std::optional<std::vector<float>> weights = {};  ///< one a prefetch; unset = all 1
};

/// One of the above. A bare vector, text or id asks for the nearest.
struct ASSAY_EXPORT Query {
 private:
  template <class T, class... Kinds>
  static constexpr bool is_one(std::variant<Kinds...>*) {
    return (std::same_as<T, Kinds> || ...);
  }

 public:
  using Kind = std::variant<NearestQuery, RecommendQuery, DiscoverQuery, ContextQuery,
                            RelevanceFeedbackQuery, OrderBy, SampleQuery, FusionQuery, RrfQuery>;
  Kind kind;

  Query(std::vector<float> nearest) : kind(NearestQuery{std::move(nearest)}) {}
  Query(Document nearest) : kind(NearestQuery{std::move(nearest)}) {}
  Query(PointId nearest) : kind(NearestQuery{nearest}) {}
  Query(SparseVector nearest) : kind(NearestQuery{std::move(nearest)}) {}
  Query(MultiVector nearest) : kind(NearestQuery{std::move(nearest)}) {}
  Query(VectorInput nearest) : kind(NearestQuery{std::move(nearest)}) {}
  template <class T>
  requires(is_one<T>(static_cast<Kind*>(nullptr))) Query(T query) : kind(std::move(query)) {}
};

/// Where ids of a query are looked up instead of the searched collection; points looked up
/// elsewhere are not left out of the results.
struct LookupLocation {
  std::string collection;
  std::optional<std::string> vector = {};  ///< its name there; unset = the query's using_vector
};

/// How a query is answered.
struct SearchParams {
  /// Where the modifier of a sparse vector is kIdf: n and df are counted over the points that
  /// satisfy this filter; unset = all.
  std::optional<Filter> idf_corpus = {};
};

/// A query whose results another one works on. Filters of the levels above hold here too, before
/// the limit applies.
struct Prefetch {
  std::vector<Prefetch> prefetch = {};
  std::optional<Query> query = {};
  std::string using_vector = {};
  std::optional<Filter> filter = {};
  std::size_t limit = 10;  ///< at least 1
  std::optional<float> score_threshold = {};
  std::optional<LookupLocation> lookup_from = {};
  SearchParams params = {};
};

/// A query with all its levels.
///
/// With prefetches, a fusion joins their results; any other query is asked among the points that
/// they gave.
/// Errors: kInvalidArgument for a limit of 0, prefetches or a threshold without a query, a fusion
/// without prefetches or with a vector name, an unknown vector name, a vector of another size or
/// with NaN, a malformed payload path, a filter that is none; kNotFound for a point that is named
/// as an example and is not there or lacks the vector.
struct QueryRequest {
  std::vector<Prefetch> prefetch = {};
  /// None: points in the order of their ids, score 1.
  std::optional<Query> query = {};
  /// Name of the vector to search; "" is the unnamed one.
  std::string using_vector = {};
  /// Only points that satisfy it; offset and limit count these.
  std::optional<Filter> filter = {};
  std::size_t limit = 10;  ///< at least 1
  std::size_t offset = 0;
  /// Strict: keeps scores > threshold (Cosine, Dot) or < threshold (Euclid, Manhattan), also where
  /// a query's scores descend on every distance. A fusion keeps scores >= threshold.
  std::optional<float> score_threshold = {};
  std::optional<LookupLocation> lookup_from = {};
  SearchParams params = {};
  PayloadSelector with_payload = {};
  VectorSelector with_vectors = {};
};

/// Hits of a query, best first; behaves as a range of ScoredPoint.
struct QueryResponse {
  std::vector<ScoredPoint> points;

  [[nodiscard]] std::size_t size() const noexcept { return points.size(); }
  [[nodiscard]] bool empty() const noexcept { return points.empty(); }
  [[nodiscard]] const ScoredPoint& operator[](std::size_t i) const { return points[i]; }
  [[nodiscard]] auto begin() const noexcept { return points.begin(); }
  [[nodiscard]] auto end() const noexcept { return points.end(); }
};

/// A query whose hits are put together by a payload value. Every prefetch is asked for all points.
struct QueryGroupsRequest {
  QueryRequest request;  ///< limit: groups; offset must be 0
  /// Key path of integers or strings; a point joins the group of each of its values, and none when
  /// any of them is something else.
  std::string group_by;
  std::size_t group_size = 3;  ///< hits a group, at least 1
  struct Lookup {
    std::string collection;
    PayloadSelector with_payload = true;
    VectorSelector with_vectors = {};
  };
  /// Attach the point of this collection whose id is the group's value.
  std::optional<Lookup> with_lookup = {};
};

/// Groups come in the order of their first hits.
struct PointGroup {
  Value id;
  std::vector<ScoredPoint> hits;
  std::optional<Record> lookup = {};
};

/// The nearest neighbours of random points among themselves.
struct SearchMatrixRequest {
  std::optional<Filter> filter = {};
  std::size_t limit = 3;    ///< neighbours a point, at least 1
  std::size_t sample = 10;  ///< points, at least 2
  std::string using_vector = {};
};

/// Row i's neighbours are the entries with `offsets_row` i; both offsets count in `ids`, which
/// ascends.
struct SearchMatrix {
  std::vector<PointId> ids;
  std::vector<std::size_t> offsets_row;
  std::vector<std::size_t> offsets_col;
  std::vector<float> scores;
};

}  // namespace assay
