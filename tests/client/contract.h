// SPDX-License-Identifier: Apache-2.0
// The contract of Client as tables: what each operation answers, in memory and on disk alike.
//
// A case is a prepared collection, requests (requests.h) and the answer to the last one. Each case
// is two tests, Contract/Suite.Name/memory and Contract/Suite.Name/folder; over a folder the store
// is closed and opened again before the last request, so that what is read comes from the disk.
// Expectations are those of Qdrant's documents and of its client's local mode, or computed by hand;
// none is what the store happened to answer.
//
//   constexpr Prepared kPrepared[] = {{"points", R"({"op":"create",…}
//   {"op":"upsert",…})"}};
//   constexpr Case kCases[] = {finds("MatchesIntegers", "points", R"({"key":"n",…})", "[1,2]")};
//   const bool kRegistered = register_contract("Filters", kPrepared, kCases);
#pragma once

#include <span>

#include "assay/error.h"

namespace assay::test {

/// How a collection is made. Each request begins a line, {"op":…; one without "collection" means
/// collection "c".
struct Prepared {
  const char* name;
  const char* requests;
};

struct Case {
  /// What of the last answer is compared.
  enum class View {
    kWhole,  ///< all of it
    kHits,   ///< of query: [[id, score], …], with the order value as a third where there is one
    kIds,    ///< of scroll: [id, …]
    kPayloads,  ///< of scroll: {"id": payload, …}
    kConfig,    ///< of info: {"points_count", "params", "metadata"?}
    kRefused,   ///< an error, and nothing is changed
    kFailed,    ///< an error, after a part has been done
  };
  const char* name;
  const char* setup;     ///< name of a Prepared, "" for none
  const char* requests;  ///< as above; a `!` before one says that it is refused
  const char* expected;  ///< JSON (floats to 1e-5, all else exactly), or a part of the error's text
  View view = View::kWhole;
  ErrorCode code = ErrorCode::kInvalidArgument;  ///< of the error
};

/// The last of the requests has this answer.
constexpr Case answers(const char* name, const char* setup, const char* requests,
                       const char* expected) {
  return {name, setup, requests, expected};
}
/// A condition holds for the points with these ids, with a payload index of any type as without.
constexpr Case finds(const char* name, const char* setup, const char* condition, const char* ids) {
  return {name, setup, condition, ids, Case::View::kIds};
}
/// A query has these hits.
constexpr Case ranks(const char* name, const char* setup, const char* query, const char* hits) {
  return {name, setup, query, hits, Case::View::kHits};
}
/// The requests leave points with these payloads.
constexpr Case leaves(const char* name, const char* setup, const char* requests,
                      const char* payloads) {
  return {name, setup, requests, payloads, Case::View::kPayloads};
}
/// The requests leave a collection of this configuration.
constexpr Case describes(const char* name, const char* setup, const char* requests,
                         const char* config) {
  return {name, setup, requests, config, Case::View::kConfig};
}
/// The last of the requests is refused, and nothing has changed.
constexpr Case refuses(const char* name, const char* setup, const char* requests, ErrorCode code,
                       const char* text) {
  return {name, setup, requests, text, Case::View::kRefused, code};
}
/// The last of the requests fails after it has changed something.
constexpr Case fails(const char* name, const char* setup, const char* requests, ErrorCode code,
                     const char* text) {
  return {name, setup, requests, text, Case::View::kFailed, code};
}

/// Makes the tests. Called while the program starts; the arrays stay.
bool register_contract(const char* suite, std::span<const Prepared> prepared,
                       std::span<const Case> cases);

}  // namespace assay::test
