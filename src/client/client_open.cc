// SPDX-License-Identifier: Apache-2.0
// Client's constructor by location. Alone in this file: it names the engine, which clients over
// other embedders do not link.
#include <fmt/format.h>

#include "assay/error.h"
#include "client/client_impl.h"

namespace assay {

Client::Client(std::string_view location, ClientOptions options) {
  if (location != ":memory:") {
    throw Error(ErrorCode::kUnsupported,
                fmt::format("client: location \"{}\": only \":memory:\" is supported so far; "
                            "directories and URLs are not",
                            location));
  }
  impl_ = std::make_unique<Impl>(client::text_embedding_provider(options.models));
}

}  // namespace assay
