// SPDX-License-Identifier: Apache-2.0
// What a Client holds, and the way to build one over other models (tests).
#pragma once

#include <unistd.h>

#include <memory>
#include <utility>

#include "assay/client.h"
#include "client/inference.h"
#include "client/rerankers.h"
#include "store/collections.h"

namespace assay {

/// Thread-safe, as its parts are.
struct Client::Impl {
  Impl(std::unique_ptr<const client::EmbedderProvider> embedders,
       std::unique_ptr<const client::RerankerProvider> reranker_models,
       std::unique_ptr<store::Storage> storage = {})
      : inference(std::move(embedders)),
        rerankers(std::move(reranker_models)),
        collections(std::move(storage)) {}

  // All hits of a request that reranks, in their new order, payloads whole.
  std::vector<ScoredPoint> reranked(const store::Collection& collection, std::string_view name,
                                    const QueryRequest& request);

  /// False in a child that fork() left with a copy: its destructors would join threads that it does
  /// not have, and write to a folder that the parent goes on using.
  [[nodiscard]] bool is_of_this_process() const { return process == ::getpid(); }

  const pid_t process = ::getpid();
  client::Inference inference;
  client::Rerankers rerankers;
  store::Collections collections;
};

struct ClientAccess {
  /// A client in memory over these models; without `rerankers` a rerank is kUnsupported.
  static Client in_memory(std::unique_ptr<const client::EmbedderProvider> provider,
                          std::unique_ptr<const client::RerankerProvider> rerankers = {}) {
    return Client(std::make_unique<Client::Impl>(std::move(provider), std::move(rerankers)));
  }
  /// One over a storage.
  static Client on(std::unique_ptr<store::Storage> storage,
                   std::unique_ptr<const client::EmbedderProvider> provider) {
    return Client(std::make_unique<Client::Impl>(std::move(provider), nullptr, std::move(storage)));
  }
};

}  // namespace assay
