// SPDX-License-Identifier: Apache-2.0
// Outgoing HTTP GET: streamed bodies, ranges, redirects followed here so that a token never leaves
// its host.
//
// Used by hub/ (and client/remote.cc to come). Thread-safe: every call has a connection of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>

#include "base/result.h"

namespace assay {

struct HttpRequest {
  std::string url;                ///< http or https
  std::string bearer_token = {};  ///< sent to the host of `url` only, never along a redirect to
                                  ///< another scheme, host or port
  std::uint64_t range_begin = 0;  ///< > 0 asks for the bytes from there on
  long connect_timeout_ms = 5000;
  long stall_timeout_s = 10;  ///< gives up when fewer than one byte a second came for so long
};

struct HttpResponse {
  long status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string error_body;  ///< first kilobytes of a body whose status is not 200 or 206
  std::string url;         ///< after redirects
};

/// Takes the body of a 200 or 206 part by part; `response` has its status and headers already.
using BodySink = std::function<void(const HttpResponse& response, std::span<const char> bytes)>;

/// GET. Any complete answer is a response, whatever its status. Failure{kNetwork} when there was
/// none: unreachable host, broken connection, too many redirects. What the sink throws passes
/// through.
Result<HttpResponse> http_get(const HttpRequest& request, const BodySink& sink);

}  // namespace assay
