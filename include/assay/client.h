// SPDX-License-Identifier: Apache-2.0
// The store behind one interface, with the operations, results and errors of Qdrant's client.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "assay/collection.h"
#include "assay/export.h"
#include "assay/filter.h"
#include "assay/point.h"
#include "assay/query.h"
#include "assay/types.h"

namespace assay {

/// When a write to a folder is durable, that is, survives power loss. Whatever a process has
/// written survives its own end, however it ends.
enum class Sync {
  kEveryWrite,  ///< before it returns
  kGrouped,     ///< within ClientOptions::sync_interval after it returns: many times more single
                ///< writes a second, and power loss may take the last ones
};

/// How a client embeds the Document objects it is given, and how it stores.
struct ClientOptions {
  ModelOptions models = {};
  Sync sync = Sync::kEveryWrite;
  std::chrono::milliseconds sync_interval{100};  ///< at least 1, at most a day
};

/// What Client::import_local_mode() has copied.
struct ImportSummary {
  struct Collection {
    std::string name;
    std::size_t points = 0;
  };
  std::vector<Collection> collections = {};  ///< by name
  std::size_t aliases = 0;
};

/// Collections of points. Semantics follow qdrant-client 1.20 in local mode.
///
/// Ownership: points, vectors and texts are read during the call and copied. Copies come back.
/// Order:     hits best first; equal scores as Distance says.
/// Limits:    collection names of 1 to 255 characters, vector names of at most 200 bytes, neither
///            with any of < > : " / \ | ? * NUL 0x1F; vector sizes of 1 to 65536.
/// Errors:    kNotFound "Collection X not found", kAlreadyExists "Collection X already exists",
///            kInvalidArgument with Qdrant's words for wrong names, sizes, ids and NaN. A write is
///            validated whole before anything is stored. A model's errors are TextEmbedding's.
///            A folder also gives kIo (full disk, no permission), and then nothing of the write is
///            stored and reading goes on; kUnavailable after close().
/// Cost:      a query reads every vector of its name once, on all cores when there are many, or
///            walks a graph where a collection is large (see SearchParams). A thread of the
///            collection builds that graph in the background.
/// Threads:   may be called from many threads at once. Readers do not wait for one another, but for
///            a writer that waits for a reader before them: a long read and a write hold all up.
/// Processes: after fork() the client is the parent's; in the child only its destructor and close()
///            may be called, and do nothing.
class ASSAY_EXPORT Client {
 public:
  /// `location`: ":memory:", or a folder, which is made when it is not there and read into memory
  /// when it is. A folder belongs to one client at a time: kUnavailable "Storage folder X is in use
  /// by process N". kCorruption for damaged files, kUnsupported for a folder of a newer version. A
  /// URL is kUnsupported until the remote client comes.
  explicit Client(std::string_view location, ClientOptions options = {});
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  /// Makes all writes so far durable; with Sync::kEveryWrite they are.
  void flush();
  /// As flush(), then lets the folder go. Every later call is kUnavailable, closing again does
  /// nothing. The destructor closes too, but cannot tell errors.
  void close();

  /// Throws kAlreadyExists when the name is taken, kInvalidArgument for a bad name or vector size.
  bool create_collection(std::string_view name, const CollectionConfig& config);
  /// True when it existed.
  bool delete_collection(std::string_view name);
  [[nodiscard]] bool collection_exists(std::string_view name) const;  ///< "": kInvalidArgument
  [[nodiscard]] std::vector<std::string> get_collections() const;     ///< names, ascending
  [[nodiscard]] CollectionInfo get_collection(std::string_view name) const;
  /// True when anything was given. Unknown vectors are kInvalidArgument, before anything is done.
  bool update_collection(std::string_view name, const CollectionUpdate& update);

  /// Adds a vector, which no point has yet. The same vector again does nothing; another one of that
  /// name is kInvalidArgument.
  UpdateResult create_vector_name(std::string_view name, std::string_view vector,
                                  const VectorNameConfig& config);
  /// Takes a vector from all points and from the collection; an unknown one is ignored. The unnamed
  /// vector stays as long as it is the only dense one (kInvalidArgument).
  UpdateResult delete_vector_name(std::string_view name, std::string_view vector);

  /// Indexes a payload field, its stored values included; another index of it is replaced. A
  /// malformed key path is kInvalidArgument, and so is scoring of another type than kText.
  UpdateResult create_payload_index(std::string_view name, std::string_view field,
                                    const PayloadIndexParams& index);
  /// An index that is not there is ignored.
  UpdateResult delete_payload_index(std::string_view name, std::string_view field);

  /// Every call but delete_collection() and get_collection_aliases() takes an alias for a name. A
  /// collection that goes takes its aliases along. kNotFound for a collection or an old alias that
  /// is not there, kAlreadyExists for an alias that is the name of a collection.
  bool update_collection_aliases(std::span<const AliasOperation> operations);
  bool update_collection_aliases(std::initializer_list<AliasOperation> operations) {
    return update_collection_aliases(std::span(operations.begin(), operations.size()));
  }
  [[nodiscard]] std::vector<AliasDescription> get_collection_aliases(std::string_view name) const;
  [[nodiscard]] std::vector<AliasDescription> get_aliases() const;  ///< by alias, ascending

  /// Inserts points or replaces them whole. Documents are embedded in batches, as passages. An
  /// empty list is kInvalidArgument.
  UpdateResult upsert(std::string_view name, std::span<const PointStruct> points,
                      const UpsertOptions& options = {});
  UpdateResult upsert(std::string_view name, std::initializer_list<PointStruct> points,
                      const UpsertOptions& options = {}) {
    return upsert(name, std::span(points.begin(), points.size()), options);
  }
  /// As upsert(), in parts of bounded size, so that only one part's embeddings wait in memory; an
  /// empty list does nothing. All names and ready vectors are validated before the first part is
  /// written.
  void upload_points(std::string_view name, std::span<const PointStruct> points,
                     const UpsertOptions& options = {});
  /// As upload_points(), of columns: vectors[i], payloads[i] and ids[i] are a point. No payloads
  /// are empty ones, no ids are random UUIDs; columns of different lengths are kInvalidArgument.
  void upload_collection(std::string_view name, std::span<const Vectors> vectors,
                         std::span<const Payload> payloads = {}, std::span<const PointId> ids = {});
  /// Validates all, then does one after the other; what fails then leaves the ones before done.
  std::vector<UpdateResult> batch_update_points(std::string_view name,
                                                std::span<const UpdateOperation> operations);

  /// Points by a query of any kind and depth, exactly but for the nearest ones in a large
  /// collection (see SearchParams); without a query, points by id. A Document is embedded as a
  /// query, equal ones once.
  [[nodiscard]] QueryResponse query_points(std::string_view name,
                                           const QueryRequest& request) const;
  /// One response a request, what query_points() gives for it; all are checked before the first
  /// one runs. Searches that scan the same vectors share the pass over them.
  [[nodiscard]] std::vector<QueryResponse> query_batch_points(
      std::string_view name, std::span<const QueryRequest> requests) const;
  [[nodiscard]] std::vector<PointGroup> query_points_groups(
      std::string_view name, const QueryGroupsRequest& request) const;
  [[nodiscard]] SearchMatrix search_matrix(std::string_view name,
                                           const SearchMatrixRequest& request = {}) const;
  /// Records in the order of `ids`, duplicates repeated, missing ones omitted.
  [[nodiscard]] std::vector<Record> retrieve(std::string_view name, std::span<const PointId> ids,
                                             const PayloadSelector& with_payload = true,
                                             const VectorSelector& with_vectors = false) const;
  [[nodiscard]] std::vector<Record> retrieve(std::string_view name,
                                             std::initializer_list<PointId> ids,
                                             const PayloadSelector& with_payload = true,
                                             const VectorSelector& with_vectors = false) const {
    return retrieve(name, std::span(ids.begin(), ids.size()), with_payload, with_vectors);
  }
  /// Points in the order of their ids or of a payload value, a page at a time.
  [[nodiscard]] ScrollResponse scroll(std::string_view name,
                                      const ScrollRequest& request = {}) const;
  /// Deletes points; unknown ids are ignored, an empty list is kInvalidArgument.
  UpdateResult delete_points(std::string_view name, const PointsSelector& points);
  UpdateResult delete_points(std::string_view name, std::initializer_list<PointId> ids) {
    return delete_points(name, std::vector<PointId>(ids));
  }

  /// Sets the vectors that are named and keeps the others; documents as in upsert(). An empty list
  /// is kInvalidArgument.
  /// With a filter only points that satisfy it are changed.
  UpdateResult update_vectors(std::string_view name, std::span<const PointVectors> points,
                              const std::optional<Filter>& filter = {});
  /// Takes these vectors from points. An unknown name is kInvalidArgument, before anything is done.
  UpdateResult delete_vectors(std::string_view name, std::span<const std::string> vectors,
                              const PointsSelector& points);

  /// Takes over the members of `payload`, at a key path if one is given; a null removes its key.
  /// Here, below and above all points that exist are changed, then kNotFound names the first id
  /// that does not exist.
  UpdateResult set_payload(std::string_view name, const Payload& payload,
                           const PointsSelector& points,
                           const std::optional<std::string>& key = {});
  UpdateResult overwrite_payload(std::string_view name, const Payload& payload,
                                 const PointsSelector& points);
  /// Removes what stands at the key paths; a last `[]` empties an array, a last `[n]` does nothing.
  UpdateResult delete_payload(std::string_view name, std::span<const std::string> keys,
                              const PointsSelector& points);
  UpdateResult clear_payload(std::string_view name, const PointsSelector& points);

  /// Points that satisfy the filter, or all.
  [[nodiscard]] std::size_t count(std::string_view name,
                                  const std::optional<Filter>& filter = {}) const;
  /// The booleans, integers and strings at a key path, each with the number of points that have it:
  /// most points first, then booleans, integers, strings, ascending. UUIDs are spelled one way.
  [[nodiscard]] std::vector<FacetHit> facet(std::string_view name, std::string_view key,
                                            const std::optional<Filter>& filter = {},
                                            std::size_t limit = 10) const;

  /// Copies all collections, text indexes and aliases of a folder that qdrant-client's local mode
  /// has written (`QdrantClient(path=…)`), which is only read. All or, when it throws, nothing:
  /// kAlreadyExists for a collection or alias of a name that is there, kNotFound when this is no
  /// such folder, kUnavailable while another process has it open, kUnsupported for points with
  /// values that are no JSON (dates, numpy arrays, …), kCorruption for damaged files.
  ImportSummary import_local_mode(const std::filesystem::path& folder);

  /// Vector size of a dense model.
  [[nodiscard]] std::size_t get_embedding_size(std::string_view model) const;

 private:
  friend struct ClientAccess;  // src/client/client_impl.h: a client over other embedders
  struct Impl;
  explicit Client(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace assay
