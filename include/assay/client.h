// SPDX-License-Identifier: Apache-2.0
// The store behind one interface, with the operations, results and errors of Qdrant's client.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assay/collection.h"
#include "assay/export.h"
#include "assay/point.h"
#include "assay/types.h"

namespace assay {

/// How a client embeds the Document objects it is given.
struct ClientOptions {
  ModelOptions models = {};
};

/// Collections of points. Semantics follow qdrant-client 1.20 in local mode.
///
/// Order:   hits best first; equal scores by insertion order (slots, see query_points()).
/// Errors:  kNotFound "Collection X not found", kAlreadyExists, kInvalidArgument with Qdrant's
/// words for
///          wrong names, sizes, ids and NaN. A write is validated whole before anything is stored.
/// Threads: may be called from many threads at once; readers do not block one another.
class ASSAY_EXPORT Client {
 public:
  /// `location`: ":memory:". (A directory and a URL come with the disk store and the remote
  /// client.)
  explicit Client(std::string_view location, ClientOptions options = {});
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  /// Throws kAlreadyExists when the name is taken, kInvalidArgument for a bad name or vector size.
  bool create_collection(std::string_view name, const CollectionConfig& config);
  /// True when it existed.
  bool delete_collection(std::string_view name);
  [[nodiscard]] bool collection_exists(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> get_collections() const;  ///< names, ascending
  [[nodiscard]] CollectionInfo get_collection(std::string_view name) const;

  /// Inserts points or replaces them whole. Documents are embedded in batches, as passages. An
  /// empty list is kInvalidArgument.
  UpdateResult upsert(std::string_view name, std::span<const PointStruct> points);
  /// As upsert(), in parts of bounded size; an empty list does nothing.
  void upload_points(std::string_view name, std::span<const PointStruct> points);

  /// Nearest points by exact search.
  [[nodiscard]] QueryResponse query_points(std::string_view name,
                                           const QueryRequest& request) const;
  /// Records in the order of `ids`, duplicates repeated, missing ones omitted.
  [[nodiscard]] std::vector<Record> retrieve(std::string_view name, std::span<const PointId> ids,
                                             const PayloadSelector& with_payload = true,
                                             const VectorSelector& with_vectors = false) const;
  /// Deletes points; unknown ids are ignored, an empty list is kInvalidArgument.
  UpdateResult delete_points(std::string_view name, std::span<const PointId> ids);
  [[nodiscard]] std::size_t count(std::string_view name) const;

  /// Vector size of a dense model.
  [[nodiscard]] std::size_t get_embedding_size(std::string_view model) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace assay
