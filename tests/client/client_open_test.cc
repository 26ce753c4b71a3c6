// SPDX-License-Identifier: Apache-2.0
// Promise: ":memory:" opens, other locations are refused by name, and the tutorial's calls compile
// as written.
#include "assay/client.h"
#include "support.h"

namespace assay {
namespace {

TEST(ClientOpenTest, OpensMemory) {
  assay::Client client(":memory:");
  client.create_collection(
      "movies", {.vectors = {{"embedding", {.size = 384, .distance = assay::Distance::kCosine}}}});
  EXPECT_EQ(client.count("movies"), 0u);
}

TEST(ClientOpenTest, RefusesOtherLocations) {
  for (const char* location : {"some/folder", "http://localhost:6333", ""}) {
    EXPECT_EQ(test::message_of(ErrorCode::kUnsupported, [&] { Client client(location); }),
              std::string("client: location \"") + location +
                  "\": only \":memory:\" is supported so far; directories and URLs are not");
  }
}

}  // namespace
}  // namespace assay
