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
#include "assay/formula.h"
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
  std::optional<std::size_t> candidates_limit = {};  ///< at most 16384; unset = the limit, capped
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

/// Points whose payload has words of a text, by BM25 (Robertson and Zaragoza 2009).
///
/// The request's `using_vector` names the payload field, which needs a text index with scoring. All
/// strings at the field are one document; words are those of MatchText. The statistics are those of
/// all points, whatever the filter: idf = ln((N - df + 0.5) / (df + 0.5) + 1), and a score is the
/// sum over the distinct words of idf tf (k + 1) / (tf + k (1 - b + b length / average length)).
struct TextQuery {
  std::string text;
  double k = 1.2;   ///< at least 0: how much a word that is repeated counts
  double b = 0.75;  ///< 0 to 1: how much the length of a document counts
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
                            RelevanceFeedbackQuery, OrderBy, SampleQuery, FusionQuery, RrfQuery,
                            FormulaQuery, TextQuery>;
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
  /// No graph that may miss a point is used. (Collections below 20,000 KiB of vectors have none.)
  bool exact = false;
  /// Candidates that a graph search keeps, at least the query's limit; more find more. Unset: what
  /// gave recall@10 >= 0.98 on vectors of this collection.
  std::optional<std::size_t> hnsw_ef = {};
  /// Points that are not in a graph yet may be left out, for speed.
  bool indexed_only = false;
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

/// Rescoring of the first hits of a query by a model that reads their texts: its last stage.
///
/// The hits are ordered by the model's scores, highest first, equal ones by the first stage. Hits
/// without a text come after them, in the order of the first stage, with the score of it. Every hit
/// carries what the first stage said of it (ScoredPoint::first_stage). The limit, the offset and
/// the threshold of the request apply to the reordered hits: a threshold keeps scores >= threshold
/// and drops hits without a text. Equal texts are scored once.
///
/// A request that reranks may have prefetches without a query: one gives the candidates as it finds
/// them, several are fused by reciprocal rank.
///
/// Errors: kInvalidArgument for an empty model, query or list of fields, a depth of 0, a malformed
///         path; the model's errors are TextCrossEncoder's and TextEmbedding's.
struct Rerank {
  /// Who scores: a cross-encoder, or MaxSim over the token vectors of an embedder.
  enum class Method { kCrossEncoder, kMaxSim };
  enum class Scores {
    kRaw,      ///< as the model gives them: logits of a cross-encoder
    kSigmoid,  ///< logistic function of them, 0 to 1
  };
  std::string model = {};  ///< catalogue id, hub repository id or folder
  std::string query = {};  ///< what is asked, in words
  /// Key paths of the texts; the strings at all of them, in this order, are one text.
  std::vector<std::string> fields = {};
  std::string separator = "\n";  ///< between the strings
  std::size_t depth = 100;       ///< hits of the query that are read, at least 1
  Method method = Method::kCrossEncoder;
  Scores scores = Scores::kRaw;
  /// Limits of a batch, as ModelOptions has them; unset = those of the client. A model is loaded
  /// once for each pair of limits.
  std::optional<std::size_t> max_length = {};
  std::optional<std::size_t> batch_tokens = {};
};

/// A query with all its levels.
///
/// With prefetches, a fusion joins their results and a formula rescores them; any other query is
/// asked among the points that they gave.
/// Errors: kUnsupported for an IDF corpus of a text query; kInvalidArgument for a limit of 0,
/// prefetches or a threshold without a query, a fusion or formula without prefetches, a fusion with
/// a vector name, an unknown vector name, a vector of another size or with NaN, a malformed payload
/// path, a filter that is none; kNotFound for a point that is named as an example and is not there
/// or lacks the vector.
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
  /// a query's scores descend on every distance. Fusions and formulas keep scores >= threshold.
  std::optional<float> score_threshold = {};
  std::optional<LookupLocation> lookup_from = {};
  SearchParams params = {};
  PayloadSelector with_payload = {};
  VectorSelector with_vectors = {};
  std::optional<Rerank> rerank = {};
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

/// A query whose hits are put together by a payload value. Every prefetch is asked for all points;
/// with a rerank, the groups are made of the reranked hits alone.
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
