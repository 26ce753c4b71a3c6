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

/// A dense vector of a collection.
struct VectorParams {
  std::size_t size = 0;  ///< 1..65536
  Distance distance = Distance::kCosine;
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

/// What create_collection() takes.
struct CollectionConfig {
  VectorsConfig vectors = {};
};

/// What a collection is and holds.
struct CollectionInfo {
  CollectionConfig config;
  std::size_t points_count = 0;
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
  /// Begin with this number or date-time, included.
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

/// Outcome of a write.
struct UpdateResult {
  std::uint64_t operation_id = 0;
  enum class Status { kAcknowledged, kCompleted } status = Status::kCompleted;
};

}  // namespace assay
