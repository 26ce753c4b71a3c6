// SPDX-License-Identifier: Apache-2.0
// The operations of Client: look up the collection, validate, embed what is text, hand over to the
// store. Nothing is embedded for a request that is going to be refused.
#include "assay/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <variant>

#include "assay/error.h"
#include "client/client_impl.h"
#include "client/document_vectors.h"
#include "client/query_vectors.h"
#include "client/rerank.h"
#include "store/groups.h"
#include "store/key_path.h"

namespace assay {
namespace {

// Points of an upload that are embedded and written at once: enough to fill batches of the engine
// (8192 tokens) many times over, few enough that their vectors (1.5 MiB at 384) do not count.
constexpr std::size_t kUploadPart = 1024;

// What can be known before anything is embedded.
void check_points(const store::Collection& collection, std::span<const PointStruct> points) {
  for (const PointStruct& point : points) {
    for (const auto& [name, vector] : point.vector.by_name) {
      if (const auto ready = client::ready_vector(vector)) {
        collection.check_vector({name, *ready});
      } else {
        collection.check_vector_name(name);
      }
    }
  }
}

// What one text of each model tells of the others: that the model is there, and its vectors fit.
void check_models(client::Inference& inference, const store::Collection& collection,
                  std::span<const PointStruct> points) {
  std::set<std::tuple<std::string_view, std::string_view, std::string>> seen;
  for (const PointStruct& point : points) {
    for (const auto& [name, vector] : point.vector.by_name) {
      const auto* document = std::get_if<Document>(&vector);
      if (document == nullptr) continue;
      if (!seen.emplace(name, document->model, Value(document->options).to_json()).second) continue;
      const auto vectors = inference.embedder(document->model, document->options)
                               .embed_passages(std::span(&document->text, 1));
      collection.check_vector({name, store::view_of(vectors.front())});
    }
  }
}

std::vector<PointStruct> points_of(std::span<const PointVectors> vectors) {
  std::vector<PointStruct> points;
  for (const PointVectors& point : vectors)
    points.push_back({.id = point.id, .vector = point.vector});
  return points;
}

// What is known of an operation before those ahead of it are done. Filters and empty selections are
// refused when their turn comes, as Qdrant does.
void check_operation(const store::Collection& collection, const UpdateOperation& operation) {
  const auto refuse = [](const std::string& message) {
    throw Error(ErrorCode::kInvalidArgument, message);
  };
  const auto check_path = [&](const std::string& key) {
    if (const auto path = store::parse_key_path(key); !path.ok()) refuse(path.failure().message);
  };
  if (const auto* upsert = std::get_if<UpsertOperation>(&operation)) {
    check_points(collection, upsert->points);
  } else if (const auto* update = std::get_if<UpdateVectorsOperation>(&operation)) {
    if (update->points.empty()) refuse("must specify points to update");
    check_points(collection, points_of(update->points));
  } else if (const auto* remove = std::get_if<DeleteVectorsOperation>(&operation)) {
    if (remove->vectors.empty()) refuse("must specify vector names to delete");
  } else if (const auto* set = std::get_if<SetPayloadOperation>(&operation)) {
    if (set->key) check_path(*set->key);
  } else if (const auto* erase = std::get_if<DeletePayloadOperation>(&operation)) {
    for (const std::string& key : erase->keys) check_path(key);
  }
}

// An operation of a batch as the call that it is.
UpdateResult run(Client& client, std::string_view name, const UpsertOperation& operation) {
  return client.upsert(name, operation.points, operation.options);
}
UpdateResult run(Client& client, std::string_view name, const DeleteOperation& operation) {
  return client.delete_points(name, operation.points);
}
UpdateResult run(Client& client, std::string_view name, const UpdateVectorsOperation& operation) {
  return client.update_vectors(name, operation.points, operation.filter);
}
UpdateResult run(Client& client, std::string_view name, const DeleteVectorsOperation& operation) {
  return client.delete_vectors(name, operation.vectors, operation.points);
}
UpdateResult run(Client& client, std::string_view name, const SetPayloadOperation& operation) {
  return client.set_payload(name, operation.payload, operation.points, operation.key);
}
UpdateResult run(Client& client, std::string_view name,
                 const OverwritePayloadOperation& operation) {
  return client.overwrite_payload(name, operation.payload, operation.points);
}
UpdateResult run(Client& client, std::string_view name, const DeletePayloadOperation& operation) {
  return client.delete_payload(name, operation.keys, operation.points);
}
UpdateResult run(Client& client, std::string_view name, const ClearPayloadOperation& operation) {
  return client.clear_payload(name, operation.points);
}

void check_query(const store::Collection& collection, const QueryRequest& request) {
  collection.check_query(request.rerank ? client::first_stage(request) : request);
}

}  // namespace

Client::Client(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Client::~Client() {
  if (impl_ && !impl_->is_of_this_process()) (void)impl_.release();
}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

void Client::flush() { impl_->collections.flush(); }

void Client::close() {
  if (impl_->is_of_this_process()) impl_->collections.close();
}

bool Client::create_collection(std::string_view name, const CollectionConfig& config) {
  impl_->collections.create(name, config);
  return true;
}

bool Client::delete_collection(std::string_view name) { return impl_->collections.erase(name); }

bool Client::collection_exists(std::string_view name) const {
  if (name.empty()) throw Error(ErrorCode::kInvalidArgument, "Collection name must not be empty");
  return impl_->collections.contains(name);
}

std::vector<std::string> Client::get_collections() const { return impl_->collections.names(); }

CollectionInfo Client::get_collection(std::string_view name) const {
  const auto collection = impl_->collections.get(name);
  const auto progress = collection->index_progress();
  return {.config = collection->config(),
          .points_count = collection->count(),
          .indexed_vectors_count = progress.indexed_vectors,
          .index_complete = progress.complete};
}

bool Client::update_collection(std::string_view name, const CollectionUpdate& update) {
  return impl_->collections.get(name)->update_config(update);
}

UpdateResult Client::create_vector_name(std::string_view name, std::string_view vector,
                                        const VectorNameConfig& config) {
  impl_->collections.get(name)->create_vector(vector, config);
  return {};
}

UpdateResult Client::delete_vector_name(std::string_view name, std::string_view vector) {
  impl_->collections.get(name)->delete_vector(vector);
  return {};
}

UpdateResult Client::create_payload_index(std::string_view name, std::string_view field,
                                          const PayloadIndexParams& index) {
  impl_->collections.get(name)->create_index(field, index);
  return {};
}

UpdateResult Client::delete_payload_index(std::string_view name, std::string_view field) {
  impl_->collections.get(name)->delete_index(field);
  return {};
}

bool Client::update_collection_aliases(std::span<const AliasOperation> operations) {
  impl_->collections.change_aliases(operations);
  return true;
}

std::vector<AliasDescription> Client::get_collection_aliases(std::string_view name) const {
  std::vector<AliasDescription> result = get_aliases();
  std::erase_if(result, [&](const AliasDescription& alias) { return alias.collection != name; });
  return result;
}

std::vector<AliasDescription> Client::get_aliases() const {
  std::vector<AliasDescription> result;
  for (const auto& [alias, collection] : impl_->collections.aliases())
    result.push_back({alias, collection});
  return result;
}

UpdateResult Client::upsert(std::string_view name, std::span<const PointStruct> points,
                            const UpsertOptions& options) {
  const auto collection = impl_->collections.get(name);
  check_points(*collection, points);
  client::DocumentVectors documents(impl_->inference, points);
  collection->upsert(documents.resolve(points), options);
  return {};
}

void Client::upload_points(std::string_view name, std::span<const PointStruct> points,
                           const UpsertOptions& options) {
  const auto collection = impl_->collections.get(name);
  check_points(*collection, points);
  if (points.size() > kUploadPart) check_models(impl_->inference, *collection, points);
  client::DocumentVectors documents(impl_->inference, points);
  for (std::size_t begin = 0; begin < points.size(); begin += kUploadPart) {
    const auto part = points.subspan(begin, std::min(kUploadPart, points.size() - begin));
    collection->upsert(documents.resolve(part), options);
  }
}

void Client::upload_collection(std::string_view name, std::span<const Vectors> vectors,
                               std::span<const Payload> payloads, std::span<const PointId> ids) {
  const auto check_length = [&](std::string_view what, std::size_t length) {
    if (length != 0 && length != vectors.size()) {
      throw Error(
          ErrorCode::kInvalidArgument,
          fmt::format("upload_collection: number of vectors and {} must be equal ({} != {})", what,
                      vectors.size(), length));
    }
  };
  check_length("payloads", payloads.size());
  check_length("ids", ids.size());
  std::vector<PointStruct> points;
  points.reserve(vectors.size());
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    points.push_back({.id = ids.empty() ? PointId::random() : ids[i],
                      .vector = vectors[i],
                      .payload = payloads.empty() ? Payload() : payloads[i]});
  }
  upload_points(name, points);
}

std::vector<UpdateResult> Client::batch_update_points(std::string_view name,
                                                      std::span<const UpdateOperation> operations) {
  const auto collection = impl_->collections.get(name);
  for (const UpdateOperation& operation : operations) {
    check_operation(*collection, operation);
    if (operations.size() == 1) break;  // is embedded whole before it is written
    if (const auto* upsert = std::get_if<UpsertOperation>(&operation)) {
      check_models(impl_->inference, *collection, upsert->points);
    } else if (const auto* update = std::get_if<UpdateVectorsOperation>(&operation)) {
      check_models(impl_->inference, *collection, points_of(update->points));
    }
  }
  std::vector<UpdateResult> results;
  for (const UpdateOperation& operation : operations)
    results.push_back(
        std::visit([&](const auto& kind) { return run(*this, name, kind); }, operation));
  return results;
}

std::vector<ScoredPoint> Client::Impl::reranked(const store::Collection& collection,
                                                std::string_view name,
                                                const QueryRequest& request) {
  const QueryRequest first = client::first_stage(request);
  collection.check_query(first);
  const auto ready = client::with_vectors(first, name, collections, inference);
  auto hits = collection.query(ready ? *ready : first);
  return client::reranked(std::move(hits), request, rerankers.scorer(*request.rerank));
}

QueryResponse Client::query_points(std::string_view name, const QueryRequest& request) const {
  const auto collection = impl_->collections.get(name);
  if (request.rerank)
    return {client::page_of(impl_->reranked(*collection, name, request), request)};
  collection->check_query(request);
  const auto ready = client::with_vectors(request, name, impl_->collections, impl_->inference);
  return {collection->query(ready ? *ready : request)};
}

std::vector<QueryResponse> Client::query_batch_points(
    std::string_view name, std::span<const QueryRequest> requests) const {
  const auto collection = impl_->collections.get(name);
  for (const QueryRequest& request : requests) check_query(*collection, request);
  std::vector<QueryResponse> responses(requests.size());
  std::vector<std::optional<QueryRequest>> ready;
  std::vector<const QueryRequest*> together;
  std::vector<std::size_t> places;
  ready.reserve(requests.size());  // `together` points there
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const QueryRequest& request = requests[i];
    if (request.rerank) {
      responses[i] = query_points(name, request);
      continue;
    }
    ready.push_back(client::with_vectors(request, name, impl_->collections, impl_->inference));
    together.push_back(ready.back() ? &*ready.back() : &request);
    places.push_back(i);
  }
  auto answers = collection->query_batch(together);
  for (std::size_t i = 0; i < answers.size(); ++i)
    responses[places[i]].points = std::move(answers[i]);
  return responses;
}

std::vector<PointGroup> Client::query_points_groups(std::string_view name,
                                                    const QueryGroupsRequest& request) const {
  const auto collection = impl_->collections.get(name);
  check_query(*collection, request.request);
  if (request.with_lookup) (void)store::PayloadProjection(request.with_lookup->with_payload);
  const auto lookup =
      request.with_lookup ? impl_->collections.get(request.with_lookup->collection) : nullptr;
  std::vector<PointGroup> groups;
  if (request.request.rerank) {
    store::Groups made(request);  // refuses before the models are asked
    client::add_to(made, impl_->reranked(*collection, name, request.request), request.request);
    groups = made.take();
  } else {
    QueryGroupsRequest ready = request;
    if (auto query =
            client::with_vectors(request.request, name, impl_->collections, impl_->inference))
      ready.request = std::move(*query);
    groups = collection->query_groups(ready);
  }
  if (lookup == nullptr) return groups;
  for (PointGroup& group : groups) {
    const auto id = client::id_of(group.id);
    if (!id) continue;
    auto records = lookup->retrieve(std::span(&*id, 1), request.with_lookup->with_payload,
                                    request.with_lookup->with_vectors);
    if (!records.empty()) group.lookup = std::move(records.front());
  }
  return groups;
}

SearchMatrix Client::search_matrix(std::string_view name,
                                   const SearchMatrixRequest& request) const {
  return impl_->collections.get(name)->search_matrix(request);
}

std::vector<Record> Client::retrieve(std::string_view name, std::span<const PointId> ids,
                                     const PayloadSelector& with_payload,
                                     const VectorSelector& with_vectors) const {
  return impl_->collections.get(name)->retrieve(ids, with_payload, with_vectors);
}

ScrollResponse Client::scroll(std::string_view name, const ScrollRequest& request) const {
  return impl_->collections.get(name)->scroll(request);
}

UpdateResult Client::delete_points(std::string_view name, const PointsSelector& points) {
  impl_->collections.get(name)->erase(points);
  return {};
}

UpdateResult Client::update_vectors(std::string_view name, std::span<const PointVectors> points,
                                    const std::optional<Filter>& filter) {
  const auto collection = impl_->collections.get(name);
  const std::vector<PointStruct> with_vectors = points_of(points);
  check_points(*collection, with_vectors);
  client::DocumentVectors documents(impl_->inference, with_vectors);
  collection->update_vectors(documents.resolve(with_vectors), filter);
  return {};
}

UpdateResult Client::delete_vectors(std::string_view name, std::span<const std::string> vectors,
                                    const PointsSelector& points) {
  impl_->collections.get(name)->delete_vectors(vectors, points);
  return {};
}

UpdateResult Client::set_payload(std::string_view name, const Payload& payload,
                                 const PointsSelector& points,
                                 const std::optional<std::string>& key) {
  impl_->collections.get(name)->set_payload(payload, points, key);
  return {};
}

UpdateResult Client::overwrite_payload(std::string_view name, const Payload& payload,
                                       const PointsSelector& points) {
  impl_->collections.get(name)->overwrite_payload(payload, points);
  return {};
}

UpdateResult Client::delete_payload(std::string_view name, std::span<const std::string> keys,
                                    const PointsSelector& points) {
  impl_->collections.get(name)->delete_payload(keys, points);
  return {};
}

UpdateResult Client::clear_payload(std::string_view name, const PointsSelector& points) {
  impl_->collections.get(name)->clear_payload(points);
  return {};
}

std::size_t Client::count(std::string_view name, const std::optional<Filter>& filter) const {
  return impl_->collections.get(name)->count(filter);
}

std::vector<FacetHit> Client::facet(std::string_view name, std::string_view key,
                                    const std::optional<Filter>& filter, std::size_t limit) const {
  return impl_->collections.get(name)->facet(key, filter, limit);
}

std::size_t Client::get_embedding_size(std::string_view model) const {
  return impl_->inference.embedding_size(model);
}

}  // namespace assay
