// SPDX-License-Identifier: Apache-2.0
// A client, in memory or over the folder given, behind lines of JSON, for differential.py: one
// request of requests.h a line in, one answer {"result":…} or {"error":"…"} a line out. "reopen"
// closes the client and opens it again.
#include <iostream>
#include <optional>
#include <string>
#include <utility>

#include "assay/client.h"
#include "assay/error.h"
#include "client/requests.h"

int main(int argc, char** argv) {
  using assay::Value;
  const std::string location = argc > 1 ? argv[1] : ":memory:";
  // Power loss is tested elsewhere, and the peer does not sync either.
  const assay::ClientOptions options{.sync = assay::Sync::kGrouped};
  std::optional<assay::Client> client(std::in_place, location, options);
  for (std::string line; std::getline(std::cin, line);) {
    Value::Object reply;
    try {
      const Value request = Value::from_json(line);
      if (*request.find("op") == Value("reopen")) {
        client->close();
        client.emplace(location, options);
        reply["result"] = true;
      } else {
        reply["result"] = assay::test::answer(*client, request);
      }
    } catch (const assay::Error& error) {
      reply["error"] = std::string(error.what());
    }
    std::cout << Value(std::move(reply)).to_json() << std::endl;
  }
}
