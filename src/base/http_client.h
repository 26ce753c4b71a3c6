// SPDX-License-Identifier: Apache-2.0
// Outgoing HTTP and HTTPS: one request at a time, its body streamed, its redirects followed by our
// own rule.
//
// Used by hub/ and client/. The only file that knows libcurl is http_client.cc; proxies come from
// the usual variables (http_proxy, https_proxy, all_proxy, no_proxy). What a peer does is a value
// here, never an exception: callers decide what to retry.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay {

/// Name and value, as they travel.
using HttpHeader = std::pair<std::string, std::string>;

struct HttpRequest {
  std::string method = "GET";
  std::string url;  ///< http or https
  std::vector<HttpHeader> headers;
  /// Sent as "Authorization: Bearer …" to the scheme, host and port of `url` only. A redirect to
  /// any other place loses it for good, even when a later one comes back.
  std::string bearer_token;
  /// First byte wanted ("Range: bytes=N-"); 0 asks for all.
  std::uint64_t range_begin = 0;
  /// Sent when not empty; its type goes into `headers`.
  std::string body;
  /// Name resolution, connection and TLS handshake together.
  std::chrono::milliseconds connect_timeout{5000};
  /// Longest time without a byte from the peer; whole seconds, at least one.
  std::chrono::seconds stall_timeout{10};
  /// Longest time for everything; 0 = no limit.
  std::chrono::milliseconds total_timeout{0};
  int max_redirects = 10;
  /// False: a redirect to another origin is the answer, kAnswered with its 3xx status.
  bool leave_origin = true;
  /// Bytes of HttpResponse::body that are kept; a longer body is kInvalid.
  std::size_t body_limit = std::size_t{16} << 20;
};

/// How a request ended.
enum class HttpEnd {
  kAnswered,     ///< a status and a whole body; the status may well be an error
  kUnreachable,  ///< name, connection or TLS: nothing was asked
  kInterrupted,  ///< cut, stalled or out of time; asking again may help
  kInvalid,      ///< bad URL, too many redirects, a body above the limit, not HTTP
};

struct HttpResponse {
  HttpEnd end = HttpEnd::kInvalid;
  std::string problem;  ///< in words, unless kAnswered
  int status = 0;       ///< of the last answer; 0 = none
  std::string url;      ///< that gave it
  std::vector<HttpHeader> headers;
  std::string body;  ///< empty for 2xx when a sink took it

  [[nodiscard]] bool ok() const noexcept {
    return end == HttpEnd::kAnswered && status >= 200 && status < 300;
  }
  /// Value of the last header `name` (any case).
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
  /// Seconds that Retry-After asks to wait, given as a number or a date.
  [[nodiscard]] std::optional<std::chrono::seconds> retry_after() const;
};

/// Takes the body of a 2xx answer. What it throws ends the transfer and leaves send().
class HttpSink {
 public:
  virtual ~HttpSink() = default;
  /// Before the first byte; `response` has status and headers.
  virtual void begin(const HttpResponse& response) = 0;
  virtual void write(std::string_view bytes) = 0;
};

/// A client that keeps connections open between requests. Externally synchronised; several clients
/// may work in several threads.
class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;

  /// Throws only what `sink` throws, and kInvalidArgument for a header with a line break.
  HttpResponse send(const HttpRequest& request, HttpSink* sink = nullptr);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// `text` with everything but unreserved characters percent-encoded; '/' stays when `keep_slash`.
std::string url_encode(std::string_view text, bool keep_slash = false);

}  // namespace assay
