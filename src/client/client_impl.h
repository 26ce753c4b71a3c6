// SPDX-License-Identifier: Apache-2.0
// What a Client holds, and the way to build one over other embedders (tests).
#pragma once

#include <memory>
#include <utility>

#include "assay/client.h"
#include "client/inference.h"
#include "store/collections.h"

namespace assay {

/// Thread-safe, as its parts are.
struct Client::Impl {
  explicit Impl(std::unique_ptr<const client::EmbedderProvider> provider)
      : inference(std::move(provider)) {}
  Impl(std::unique_ptr<const client::EmbedderProvider> provider,
       std::unique_ptr<store::Storage> storage)
      : inference(std::move(provider)), collections(std::move(storage)) {}

  client::Inference inference;
  store::Collections collections;
};

struct ClientAccess {
  /// A client in memory whose models come from `provider`.
  static Client in_memory(std::unique_ptr<const client::EmbedderProvider> provider) {
    return Client(std::make_unique<Client::Impl>(std::move(provider)));
  }
  /// One over a storage.
  static Client on(std::unique_ptr<store::Storage> storage,
                   std::unique_ptr<const client::EmbedderProvider> provider) {
    return Client(std::make_unique<Client::Impl>(std::move(provider), std::move(storage)));
  }
};

}  // namespace assay
