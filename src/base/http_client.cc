// SPDX-License-Identifier: Apache-2.0
#include "base/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <exception>
#include <memory>
#include <mutex>
#include <string_view>

#include "assay/version.h"

namespace assay {
namespace {

constexpr int kMostRedirects = 10;
constexpr std::size_t kErrorBodyBytes = 4096;

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

// scheme://host:port of a URL, the port written out.
std::string origin_of(const std::string& text) {
  const std::unique_ptr<CURLU, FreeUrl> url(curl_url());
  if (url == nullptr || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
    return "";
  std::string origin;
  for (const CURLUPart part : {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT}) {
    char* value = nullptr;
    if (curl_url_get(url.get(), part, &value, CURLU_DEFAULT_PORT) != CURLUE_OK) return "";
    origin += std::string(origin.empty() ? "" : ":") + value;
    curl_free(value);
  }
  return origin;
}

// `location` as seen from `base`.
std::string resolve(const std::string& base, const std::string& location) {
  const std::unique_ptr<CURLU, FreeUrl> url(curl_url());
  char* value = nullptr;
  if (url == nullptr || curl_url_set(url.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK ||
      curl_url_set(url.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK ||
      curl_url_get(url.get(), CURLUPART_URL, &value, 0) != CURLUE_OK) {
    return "";
  }
  std::string result = value;
  curl_free(value);
  return result;
}

struct Transfer {
  HttpResponse response;
  const BodySink& sink;
  std::exception_ptr failure = nullptr;
};

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  std::string_view line(data, size * count);
  if (line.starts_with("HTTP/")) {  // a new answer, after an interim one
    transfer.response.headers.clear();
    const auto space = line.find(' ');
    transfer.response.status = space == std::string_view::npos
                                   ? 0
                                   : std::atol(std::string(line.substr(space + 1)).c_str());
    return size * count;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return size * count;
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && std::isspace(static_cast<unsigned char>(value.front())) != 0)
    value.remove_prefix(1);
  while (!value.empty() && std::isspace(static_cast<unsigned char>(value.back())) != 0)
    value.remove_suffix(1);
  transfer.response.headers[name] = value;
  return size * count;
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::size_t bytes = size * count;
  HttpResponse& response = transfer.response;
  if (response.status != 200 && response.status != 206) {
    response.error_body.append(
        data,
        std::min(bytes, kErrorBodyBytes - std::min(kErrorBodyBytes, response.error_body.size())));
    return bytes;
  }
  try {
    transfer.sink(response, {data, bytes});
  } catch (...) {
    transfer.failure = std::current_exception();
    return bytes == 0 ? 1 : 0;  // anything but `bytes` ends the transfer
  }
  return bytes;
}

Result<HttpResponse> get_once(const HttpRequest& request, const std::string& url, bool with_token,
                              const BodySink& sink) {
  static std::once_flag initialised;
  std::call_once(initialised, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const std::unique_ptr<CURL, FreeHandle> handle(curl_easy_init());
  if (handle == nullptr) return Failure{ErrorCode::kInternal, "the HTTP library gave no handle"};
  CURL* curl = handle.get();
  Transfer transfer{.response = {}, .sink = sink};
  transfer.response.url = url;
  std::unique_ptr<curl_slist, FreeList> headers;
  if (with_token) {
    headers.reset(
        curl_slist_append(nullptr, ("Authorization: Bearer " + request.bearer_token).c_str()));
  }
  const std::string range = fmt::format("{}-", request.range_begin);
  const std::string agent = fmt::format("assay/{}", version());
  char reason[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, agent.c_str());
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, request.connect_timeout_ms);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, request.stall_timeout_s);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  if (headers != nullptr) curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  if (request.range_begin > 0) curl_easy_setopt(curl, CURLOPT_RANGE, range.c_str());
  const CURLcode code = curl_easy_perform(curl);
  if (transfer.failure) std::rethrow_exception(transfer.failure);
  if (code != CURLE_OK) {
    return Failure{ErrorCode::kNetwork, *reason != '\0' ? reason : curl_easy_strerror(code)};
  }
  return std::move(transfer.response);
}

}  // namespace

Result<HttpResponse> http_get(const HttpRequest& request, const BodySink& sink) {
  std::string url = request.url;
  const std::string home = origin_of(url);
  for (int i = 0; i <= kMostRedirects; ++i) {
    const bool with_token =
        !request.bearer_token.empty() && !home.empty() && origin_of(url) == home;
    auto response = get_once(request, url, with_token, sink);
    if (!response.ok()) return response;
    const long status = response.value().status;
    const auto location = response.value().headers.find("location");
    const bool redirects =
        status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    if (!redirects || location == response.value().headers.end()) return response;
    const std::string next = resolve(url, location->second);
    if (next.empty())
      return Failure{ErrorCode::kNetwork,
                     fmt::format("a redirect leads to \"{}\", which is no URL", location->second)};
    url = next;
  }
  return Failure{ErrorCode::kNetwork, fmt::format("more than {} redirects", kMostRedirects)};
}

}  // namespace assay
