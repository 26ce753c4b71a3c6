// SPDX-License-Identifier: Apache-2.0
// Configuration of a collection and the requests that read it.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "assay/export.h"
#include "assay/filter.h"
#include "assay/point.h"
#include "assay/types.h"

namespace assay {

/// How two vectors are compared, and what a score then is (float32).
///
/// Equal scores come newest slot first on kCosine and kDot, oldest slot first on kEuclid and
/// kManhattan. A point's slot is its place in the order of first insertion; a deleted point keeps
/// it and an upsert of the same id revives the point there.
enum class Distance {
  kCosine,     ///< dot of the normalised vectors, descending; vectors are stored normalised
  kDot,        ///< inner product, descending
  kEuclid,     ///< L2 distance, ascending
  kManhattan,  ///< L1 distance, ascending
};

/// Several vectors a point: a score is the sum over the query's rows of the largest similarity to a
/// row of the point (Khattab and Zaharia 2020). Similarities are those of RecommendQuery; the sum
/// is reported as it is on kCosine and kDot, its root on kEuclid, its magnitude on kManhattan.
struct MultiVectorConfig {
  enum class Comparator { kMaxSim } comparator = Comparator::kMaxSim;
  friend bool operator==(const MultiVectorConfig&, const MultiVectorConfig&) = default;
};

/// How a server may store a vector. Accepted and shown; everything is kept, and scored, in float32.
enum class Datatype { kFloat32, kFloat16, kUint8 };

/// A dense vector of a collection.
struct VectorParams {
  std::size_t size = 0;  ///< 1..65536
  Distance distance = Distance::kCosine;
  /// Set: each point has any number of rows of this size, on kCosine normalised one by one.
  std::optional<MultiVectorConfig> multivector = {};
  std::optional<Datatype> datatype = {};
  friend bool operator==(const VectorParams&, const VectorParams&) = default;
};

/// The dense vectors of a collection by name; a bare VectorParams is the unnamed one ("").
struct ASSAY_EXPORT VectorsConfig {
  std::map<std::string, VectorParams, std::less<>> by_name;

  VectorsConfig() = default;
  VectorsConfig(std::initializer_list<std::pair<const std::string, VectorParams>> named)
      : by_name(named) {}
  VectorsConfig(VectorParams unnamed) { by_name.emplace("", unnamed); }
  friend bool operator==(const VectorsConfig&, const VectorsConfig&) = default;
};

/// A sparse vector of a collection, compared by the dot product, descending.
struct SparseVectorParams {
  enum class Modifier {
    kNone,
    /// Each value of a query is multiplied by ln((n - df + 0.5) / (df + 0.5) + 1): of n points that
    /// have the vector df hold its index.
    kIdf,
  } modifier = Modifier::kNone;
  std::optional<Datatype> datatype = {};
  friend bool operator==(const SparseVectorParams&, const SparseVectorParams&) = default;
};

/// What the values of an indexed payload field are. The index speeds up: strings (kKeyword, kUuid)
/// MatchValue and MatchAny; numbers and booleans MatchValue (MatchAny of one) and Range; kDatetime
/// DatetimeRange; kGeo the three shapes; kText MatchText, MatchTextAny and MatchPhrase. No result
/// depends on it.
enum class PayloadIndexType { kKeyword, kInteger, kFloat, kBool, kDatetime, kGeo, kText, kUuid };

/// An index over a payload field.
struct PayloadIndexParams {
  PayloadIndexType type = PayloadIndexType::kText;
  /// Of kText: statistics of BM25 are kept, so that TextQuery can search the field.
  bool scoring = false;
  friend bool operator==(const PayloadIndexParams&, const PayloadIndexParams&) = default;
};

/// What create_collection() takes.
struct CollectionConfig {
  VectorsConfig vectors = {};
  std::map<std::string, SparseVectorParams, std::less<>> sparse_vectors = {};   ///< no name is ""
  std::optional<Payload> metadata = {};                                         ///< any JSON object
  std::map<std::string, PayloadIndexParams, std::less<>> payload_indexes = {};  ///< by key path
};

/// What update_collection() changes.
struct CollectionUpdate {
  struct SparseVector {
    std::optional<SparseVectorParams::Modifier> modifier = {};  ///< unset: as before
  };
  std::optional<std::map<std::string, SparseVector, std::less<>>> sparse_vectors = {};
  /// Dense vectors whose tuning changes: there is nothing to tune here, but they must exist.
  std::vector<std::string> vectors = {};
  std::optional<Payload> metadata = {};  ///< merged member by member; a null removes one
};

/// A vector that is added to a collection.
using VectorNameConfig = std::variant<VectorParams, SparseVectorParams>;

/// An alias is another name of a collection. A list of these is done as a whole or not at all.
struct CreateAlias {
  std::string collection;
  std::string alias;  ///< if it exists, it points to this collection from then on
};
struct DeleteAlias {
  std::string alias;  ///< need not exist
};
struct RenameAlias {
  std::string old_alias;
  std::string new_alias;
};
using AliasOperation = std::variant<CreateAlias, DeleteAlias, RenameAlias>;

struct AliasDescription {
  std::string alias;
  std::string collection;
  friend bool operator==(const AliasDescription&, const AliasDescription&) = default;
};

/// What a collection is and holds.
struct CollectionInfo {
  CollectionConfig config;
  std::size_t points_count = 0;
  /// Dense vectors in the graphs of large collections (from 20,000 KiB of vectors of one name).
  std::size_t indexed_vectors_count = 0;
  /// False while vectors are still being linked; searches score those one by one.
  bool index_complete = true;
};

/// Which payload comes back: everything or nothing (bool), or what stands under some key paths.
///
/// A path is `segment(.segment | [n] | [])*`; a segment is letters, digits, `_` and `-`, or
/// anything in double quotes (`"a.b"`). Including keeps the tree under each path; `[]` is needed to
/// reach into arrays (without it an included array comes back empty), `[n]` selects nothing; an
/// empty list gives an empty payload. Excluding drops the trees; `a[]` empties the array. A
/// malformed path is kInvalidArgument "Invalid path".
struct ASSAY_EXPORT PayloadSelector {
  bool enabled = false;
  std::optional<std::vector<std::string>> include = {};
  std::optional<std::vector<std::string>> exclude = {};

  PayloadSelector() = default;
  PayloadSelector(std::same_as<bool> auto all) : enabled(all) {}
  PayloadSelector(std::vector<std::string> paths) : enabled(true), include(std::move(paths)) {}
  PayloadSelector(std::initializer_list<const char*> paths)
      : enabled(true), include(std::in_place, paths.begin(), paths.end()) {}
  PayloadSelector(const char*) = delete;  // one bare string: neither a bool nor a list
  static PayloadSelector excluding(std::vector<std::string> paths);
};

/// Which vectors come back: all, none, or those named (unknown names are ignored).
struct ASSAY_EXPORT VectorSelector {
  bool enabled = false;
  std::optional<std::vector<std::string>> names = {};

  VectorSelector() = default;
  VectorSelector(std::same_as<bool> auto all) : enabled(all) {}
  VectorSelector(std::vector<std::string> wanted) : enabled(true), names(std::move(wanted)) {}
  VectorSelector(std::initializer_list<const char*> wanted)
      : enabled(true), names(std::in_place, wanted.begin(), wanted.end()) {}
  VectorSelector(const char*) = delete;  // one bare string: neither a bool nor a list
};

/// Points by the numbers and date-times at a key path, date-times as microseconds since 1970 UTC. A
/// point stands once for each distinct value; points without one are left out; equal values come in
/// the order of slots, see Distance.
struct OrderBy {
  std::string key;
  bool descending = false;
  /// Begin with this number or date-time, included; anything else is kInvalidArgument.
  std::optional<Value> start_from = {};
};

/// A walk over points in the order of their ids: integers ascending, then UUIDs by text.
struct ScrollRequest {
  std::optional<Filter> filter = {};
  std::size_t limit = 10;              ///< at least 1
  std::optional<PointId> offset = {};  ///< begin here; the point need not exist
  /// Another order; not together with an offset, and there is no next page but by start_from.
  std::optional<OrderBy> order_by = {};
  PayloadSelector with_payload = true;
  VectorSelector with_vectors = {};
};

struct ScrollResponse {
  std::vector<Record> points;
  std::optional<PointId> next_page_offset = {};  ///< where to go on; none at the end
};

/// A payload value and the number of points that have it.
struct FacetHit {
  Value value;  ///< a boolean, an integer or a string
  std::size_t count = 0;
  friend bool operator==(const FacetHit&, const FacetHit&) = default;
};

/// The points that a change is made to: these ids, or all that satisfy a filter.
using PointsSelector = std::variant<std::vector<PointId>, Filter>;

/// Which points of an upsert are written.
struct UpsertOptions {
  enum class Mode {
    kUpsert,      ///< all
    kInsertOnly,  ///< those that are not there
    kUpdateOnly,  ///< those that are there
  } mode = Mode::kUpsert;
  /// Of those that are there only the ones that satisfy this filter.
  std::optional<Filter> filter = {};
};

/// One of the writes of a batch, each as the call of Client that has its name.
struct UpsertOperation {
  std::vector<PointStruct> points;
  UpsertOptions options = {};
};
struct DeleteOperation {
  PointsSelector points;
};
struct UpdateVectorsOperation {
  std::vector<PointVectors> points;
  std::optional<Filter> filter = {};
};
struct DeleteVectorsOperation {
  std::vector<std::string> vectors;
  PointsSelector points;
};
struct SetPayloadOperation {
  Payload payload;
  PointsSelector points;
  std::optional<std::string> key = {};
};
struct OverwritePayloadOperation {
  Payload payload;
  PointsSelector points;
};
struct DeletePayloadOperation {
  std::vector<std::string> keys;
  PointsSelector points;
};
struct ClearPayloadOperation {
  PointsSelector points;
};
using UpdateOperation =
    std::variant<UpsertOperation, DeleteOperation, UpdateVectorsOperation, DeleteVectorsOperation,
                 SetPayloadOperation, OverwritePayloadOperation, DeletePayloadOperation,
                 ClearPayloadOperation>;

/// Outcome of a write.
struct UpdateResult {
  std::uint64_t operation_id = 0;
  enum class Status { kAcknowledged, kCompleted } status = Status::kCompleted;
};

}  // namespace assay
