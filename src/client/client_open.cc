// SPDX-License-Identifier: Apache-2.0
// Client's constructor by location. Alone in this file: it names the engine, which clients over
// other embedders do not link.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "assay/error.h"
#include "client/client_impl.h"
#include "store/sqlite_store.h"

namespace assay {
namespace {

constexpr std::chrono::hours kLongest{24};

}  // namespace

Client::Client(std::string_view location, ClientOptions options) {
  auto models = client::text_embedding_provider(options.models);
  auto rerankers = client::reranker_provider(options.models);
  if (location == ":memory:") {
    impl_ = std::make_unique<Impl>(std::move(models), std::move(rerankers));
    return;
  }
  if (location.empty()) {
    throw Error(ErrorCode::kInvalidArgument,
                "client: an empty location; expected \":memory:\" or a folder");
  }
  if (location.find("://") != std::string_view::npos) {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("client: location \"{}\": \":memory:\" and folders are supported so "
                            "far, URLs are not",
                            location));
  }
  store::SqliteStoreOptions stored;
  if (options.sync == Sync::kGrouped) {
    if (options.sync_interval <= std::chrono::milliseconds::zero()) {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("client: a sync_interval of {} ms; expected at least 1",
                              options.sync_interval.count()));
    }
    // The longest one there is would be before now.
    stored.sync_interval = std::min(options.sync_interval, std::chrono::milliseconds(kLongest));
  }
  impl_ = std::make_unique<Impl>(std::move(models), std::move(rerankers),
                                 store::open_sqlite_store(location, stored));
}

}  // namespace assay
