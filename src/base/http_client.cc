// SPDX-License-Identifier: Apache-2.0
// HttpClient over libcurl's easy interface. Redirects are followed here and not by libcurl, because
// the token must stay with the first origin.
#include "base/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <exception>

#include "assay/error.h"
#include "assay/version.h"
#include "base/assert.h"

namespace assay {
namespace {

using namespace std::chrono_literals;

// Error bodies and the pages of redirects are kept for messages only.
constexpr std::size_t kErrorBodyLimit = std::size_t{64} << 10;

bool same_text(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// A parsed URL; ok() is false for what libcurl cannot read.
class Url {
 public:
  explicit Url(const std::string& text) : handle_(curl_url()) {
    ok_ = handle_ != nullptr && curl_url_set(handle_, CURLUPART_URL, text.c_str(), 0) == CURLUE_OK;
  }
  ~Url() { curl_url_cleanup(handle_); }
  Url(const Url&) = delete;
  Url& operator=(const Url&) = delete;

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  // Follows a Location, absolute or relative. User names in it are refused.
  bool follow(const std::string& location) {
    return curl_url_set(handle_, CURLUPART_URL, location.c_str(), CURLU_DISALLOW_USER) == CURLUE_OK;
  }
  [[nodiscard]] std::string part(CURLUPart which) const {
    char* text = nullptr;
    if (curl_url_get(handle_, which, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return "";
    std::string copy(text);
    curl_free(text);
    return copy;
  }
  [[nodiscard]] std::string scheme() const { return part(CURLUPART_SCHEME); }
  // Scheme, host and port: who would read a token.
  [[nodiscard]] std::string origin() const {
    std::string host = part(CURLUPART_HOST);
    std::transform(host.begin(), host.end(), host.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return fmt::format("{}://{}:{}", scheme(), host, part(CURLUPART_PORT));
  }

 private:
  CURLU* handle_;
  bool ok_ = false;
};

class HeaderList {
 public:
  HeaderList() = default;
  ~HeaderList() { curl_slist_free_all(list_); }
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  void add(std::string_view name, std::string_view value) {
    const std::string line = fmt::format("{}: {}", name, value);
    // A line break would start a header of somebody else's choice.
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      throw Error(ErrorCode::kInvalidArgument,
                  fmt::format("http: header {}: the value has a line break", name));
    }
    curl_slist* longer = curl_slist_append(list_, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    list_ = longer;
  }
  [[nodiscard]] curl_slist* get() const noexcept { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

// What the callbacks of one exchange write into.
struct Exchange {
  const HttpRequest* request;
  HttpSink* sink;
  HttpResponse* response;
  bool begun = false;     // the sink has been told
  bool too_long = false;  // body above body_limit
  std::exception_ptr thrown = nullptr;
};

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* context) {
  auto& exchange = *static_cast<Exchange*>(context);
  const std::string_view line = trimmed({data, size * count});
  if (line.starts_with("HTTP/")) {  // of a 1xx answer, a proxy, or the answer itself
    exchange.response->headers.clear();
    const auto space = line.find(' ');
    exchange.response->status = 0;
    if (space != std::string_view::npos) {
      std::from_chars(line.data() + space + 1, line.data() + line.size(),
                      exchange.response->status);
    }
  } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    exchange.response->headers.emplace_back(trimmed(line.substr(0, colon)),
                                            trimmed(line.substr(colon + 1)));
  }
  return size * count;
}

// libcurl is C: nothing may be thrown through it, so an exception waits in the exchange.
std::size_t on_body(char* data, std::size_t size, std::size_t count, void* context) {
  auto& exchange = *static_cast<Exchange*>(context);
  const std::string_view bytes(data, size * count);
  HttpResponse& response = *exchange.response;
  const bool success = response.status >= 200 && response.status < 300;
  try {
    if (success && exchange.sink != nullptr) {
      if (!exchange.begun) exchange.sink->begin(response);
      exchange.begun = true;
      exchange.sink->write(bytes);
    } else if (!success) {
      response.body.append(
          bytes.substr(0, kErrorBodyLimit - std::min(kErrorBodyLimit, response.body.size())));
    } else if (bytes.size() > exchange.request->body_limit - response.body.size()) {
      exchange.too_long = true;
      return 0;
    } else {
      response.body.append(bytes);
    }
  } catch (...) {
    exchange.thrown = std::current_exception();
    return 0;
  }
  return bytes.size();
}

HttpEnd end_of(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return HttpEnd::kAnswered;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PROXY:
      return HttpEnd::kUnreachable;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      return HttpEnd::kInvalid;
    default:
      return HttpEnd::kInterrupted;
  }
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

struct HttpClient::Impl {
  CURL* handle = nullptr;

  Impl() {
    static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);  // once a process
    if (global == CURLE_OK) handle = curl_easy_init();
    if (handle == nullptr) throw Error(ErrorCode::kInternal, "http: libcurl cannot be initialised");
  }
  ~Impl() { curl_easy_cleanup(handle); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  template <class Value>
  void set(CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(handle, option, value);
    if (code != CURLE_OK) {
      throw Error(ErrorCode::kInternal,
                  fmt::format("http: libcurl refuses option {}: {}", static_cast<int>(option),
                              curl_easy_strerror(code)));
    }
  }

  // One request and its answer, redirects not followed.
  void exchange(const HttpRequest& request, const std::string& url, bool with_token, HttpSink* sink,
                HttpResponse& response) {
    Exchange state{&request, sink, &response};
    HeaderList headers;
    for (const auto& [name, value] : request.headers) headers.add(name, value);
    if (with_token) headers.add("Authorization", "Bearer " + request.bearer_token);
    if (request.range_begin > 0)
      headers.add("Range", fmt::format("bytes={}-", request.range_begin));
    headers.add("Expect", "");  // libcurl would wait a second for "100 Continue"

    curl_easy_reset(handle);  // keeps connections and resolved names
    char reason[CURL_ERROR_SIZE] = "";
    set(CURLOPT_ERRORBUFFER, static_cast<char*>(reason));
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(CURLOPT_USERAGENT, fmt::format("assay/{}", version()).c_str());
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_CONNECTTIMEOUT_MS,
        static_cast<long>(std::max(1ms, request.connect_timeout).count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.total_timeout.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(std::max(1s, request.stall_timeout).count()));
    set(CURLOPT_HEADERFUNCTION, &on_header);
    set(CURLOPT_HEADERDATA, &state);
    set(CURLOPT_WRITEFUNCTION, &on_body);
    set(CURLOPT_WRITEDATA, &state);
    set(CURLOPT_BUFFERSIZE, 256L << 10);
    // Networks that inspect TLS hand out a certificate file of their own; libcurl itself does not
    // read the variables that its command line does.
    for (const char* variable : {"SSL_CERT_FILE", "CURL_CA_BUNDLE"}) {
      const char* file = std::getenv(variable);
      if (file != nullptr && *file != '\0') set(CURLOPT_CAINFO, file);
    }
    if (request.method == "HEAD") {
      set(CURLOPT_NOBODY, 1L);
    } else if (!request.body.empty()) {
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      set(CURLOPT_POSTFIELDS, request.body.c_str());
    }
    if (request.method != "HEAD") set(CURLOPT_CUSTOMREQUEST, request.method.c_str());

    const CURLcode code = curl_easy_perform(handle);
    if (state.thrown) std::rethrow_exception(state.thrown);
    response.end = end_of(code);
    // A time-out while connecting is an unreachable peer, not a slow one.
    if (code == CURLE_OPERATION_TIMEDOUT && response.status == 0) {
      curl_off_t connected = 0;
      curl_easy_getinfo(handle, CURLINFO_PRETRANSFER_TIME_T, &connected);
      if (connected == 0) response.end = HttpEnd::kUnreachable;
    }
    if (code != CURLE_OK) response.problem = *reason != '\0' ? reason : curl_easy_strerror(code);
    if (state.too_long) {
      response.end = HttpEnd::kInvalid;
      response.problem = fmt::format("expected at most {} bytes, got more", request.body_limit);
    }
    if (response.ok() && sink != nullptr && !state.begun) sink->begin(response);  // an empty body
  }
};

HttpClient::HttpClient() : impl_(std::make_unique<Impl>()) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

HttpResponse HttpClient::send(const HttpRequest& request, HttpSink* sink) {
  HttpResponse response;
  response.url = request.url;
  Url url(request.url);
  if (!url.ok() || (url.scheme() != "http" && url.scheme() != "https")) {
    response.problem = fmt::format("\"{}\" is not an http or https URL", request.url);
    return response;
  }
  const std::string origin = url.origin();
  bool with_token = !request.bearer_token.empty();
  for (int hop = 0;; ++hop) {
    response = {};
    response.url = hop == 0 ? request.url : url.part(CURLUPART_URL);
    impl_->exchange(request, response.url, with_token, sink, response);
    const auto location = response.header("Location");
    if (response.end != HttpEnd::kAnswered || !is_redirect(response.status) || !location) {
      return response;
    }
    const auto refuse = [&](std::string problem) {
      response.end = HttpEnd::kInvalid;
      response.problem = std::move(problem);
      return response;
    };
    if (hop >= request.max_redirects)
      return refuse(fmt::format("more than {} redirects", request.max_redirects));
    const std::string scheme = url.scheme();
    if (!url.follow(*location) || (url.scheme() != "http" && url.scheme() != "https"))
      return refuse(
          fmt::format("redirected to \"{}\", which is not an http or https URL", *location));
    if (scheme == "https" && url.scheme() != "https")
      return refuse(fmt::format("redirected from https to plain http: \"{}\"", *location));
    if (url.origin() != origin) {
      if (!request.leave_origin) return response;
      with_token = false;
    }
  }
}

std::optional<std::string> HttpResponse::header(std::string_view name) const {
  for (auto entry = headers.rbegin(); entry != headers.rend(); ++entry) {
    if (same_text(entry->first, name)) return entry->second;
  }
  return std::nullopt;
}

std::optional<std::chrono::seconds> HttpResponse::retry_after() const {
  const auto value = header("Retry-After");
  if (!value) return std::nullopt;
  std::int64_t seconds = 0;
  const char* last = value->data() + value->size();
  const auto number = std::from_chars(value->data(), last, seconds);
  if (number.ec == std::errc() && number.ptr == last) {
    return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, 1'000'000'000));
  }
  const std::time_t date = curl_getdate(value->c_str(), nullptr);
  if (date < 0) return std::nullopt;
  return std::chrono::seconds(std::max<std::int64_t>(0, date - std::time(nullptr)));
}

std::string url_encode(std::string_view text, bool keep_slash) {
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte < 0x80 && std::isalnum(byte) != 0) || c == '-' || c == '.' ||
                       c == '_' || c == '~' || (keep_slash && c == '/');
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return encoded;
}

}  // namespace assay
