// SPDX-License-Identifier: Apache-2.0
// Configuration of a collection and the requests that read it.
#pragma once

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
#include "assay/point.h"
#include "assay/types.h"

namespace assay {

/// How two vectors are compared, and what a score then is.
enum class Distance {
  kCosine,     ///< dot of the normalised vectors, best first = descending; vectors are stored
               ///< normalised
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

/// Which payload comes back: everything or nothing (bool), or the trees under some top-level keys.
struct ASSAY_EXPORT PayloadSelector {
  bool enabled = false;
  std::optional<std::vector<std::string>> include = {};
  std::optional<std::vector<std::string>> exclude = {};

  PayloadSelector() = default;
  PayloadSelector(bool all) : enabled(all) {}
  PayloadSelector(std::vector<std::string> keys) : enabled(true), include(std::move(keys)) {}
  static PayloadSelector excluding(std::vector<std::string> keys);
};

/// Which vectors come back: all, none, or those named (unknown names are ignored).
struct ASSAY_EXPORT VectorSelector {
  bool enabled = false;
  std::optional<std::vector<std::string>> names = {};

  VectorSelector() = default;
  VectorSelector(bool all) : enabled(all) {}
  VectorSelector(std::vector<std::string> wanted) : enabled(true), names(std::move(wanted)) {}
};

/// A nearest-neighbour query.
struct QueryRequest {
  /// A vector, or a text that is embedded as a query. None: points in the order of their ids,
  /// score 1.
  std::optional<Vector> query = {};
  /// Name of the vector to search; "" is the unnamed one.
  std::string using_vector = {};
  std::size_t limit = 10;  ///< at least 1
  std::size_t offset = 0;
  /// Strict: keeps scores > threshold (Cosine, Dot) or < threshold (Euclid, Manhattan).
  std::optional<float> score_threshold = {};
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

/// Outcome of a write.
struct UpdateResult {
  std::uint64_t operation_id = 0;
  enum class Status { kAcknowledged, kCompleted } status = Status::kCompleted;
};

}  // namespace assay
