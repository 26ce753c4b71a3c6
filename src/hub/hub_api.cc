// SPDX-License-Identifier: Apache-2.0
// The models API, and the words for its refusals.
#include "hub/hub_api.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <utility>

#include "base/json_text.h"
#include "base/log.h"
#include "base/unicode.h"
#include "hub/catalogue.h"

namespace assay::hub {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;

constexpr std::size_t kListingLimit = std::size_t{16} << 20;    // some 80,000 files
constexpr std::uint64_t kMaxFileSize = std::uint64_t{1} << 42;  // 4 TiB: more is a broken listing
constexpr std::size_t kMaxQuoted = 200;

Failure nonsense(std::string message) { return {ErrorCode::kNetwork, std::move(message)}; }

const Json* member(const Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string text_of(const Json& object, const char* name) {
  const Json* value = member(object, name);
  return value != nullptr && value->is_string() ? value->get<std::string>() : "";
}

std::string shortened(std::string_view text) { return unicode::shortened(text, kMaxQuoted); }

// What the hub itself says of an error.
std::string said(const HttpResponse& response) {
  if (const auto message = response.header("X-Error-Message")) return shortened(*message);
  return shortened(text_of(parse_json(response.body), "error"));
}

std::string unquoted_etag(std::string etag) {
  if (etag.starts_with("W/")) etag.erase(0, 2);
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') {
    etag = etag.substr(1, etag.size() - 2);
  }
  return etag;
}

// Without what may be secret: a user name, and the query, which signs links to a CDN.
std::string public_url(std::string url) {
  url.erase(std::min(url.find_first_of("?#"), url.size()));
  const auto host = url.find("//");
  const auto at = url.find('@');
  if (host != std::string::npos && at != std::string::npos && at < url.find('/', host + 2)) {
    url.erase(host + 2, at - host - 1);
  }
  return url;
}

bool is_digest(std::string_view text) { return is_hex(text, 40) || is_hex(text, 64); }

}  // namespace

const RemoteFile* Listing::find(std::string_view name) const {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const RemoteFile& file) { return file.name == name; });
  return found == files.end() ? nullptr : &*found;
}

Result<Listing> parse_listing(std::string_view text) {
  const Json json = parse_json(text);
  if (json.is_discarded()) {
    return nonsense(fmt::format("expected JSON, got {} bytes that are none: \"{}\"", text.size(),
                                shortened(text)));
  }
  Listing listing;
  listing.commit = text_of(json, "sha");
  if (!is_commit(listing.commit)) {
    return nonsense(fmt::format("expected a commit of 40 hex digits in \"sha\", got \"{}\"",
                                shortened(listing.commit)));
  }
  const Json* siblings = member(json, "siblings");
  if (siblings == nullptr || !siblings->is_array())
    return nonsense("expected a list of files in \"siblings\"");
  for (const Json& sibling : *siblings) {
    RemoteFile file;
    file.name = text_of(sibling, "rfilename");
    if (!is_safe_file_name(file.name)) continue;
    const Json* lfs = member(sibling, "lfs");
    file.digest = lfs != nullptr ? text_of(*lfs, "sha256") : text_of(sibling, "blobId");
    if (!file.digest.empty() && !is_hex(file.digest, lfs != nullptr ? 64 : 40)) {
      return nonsense(
          fmt::format("expected a checksum of {}, got \"{}\"", file.name, shortened(file.digest)));
    }
    const Json* size = member(lfs != nullptr ? *lfs : sibling, "size");
    if (size != nullptr) {
      if (!size->is_number_unsigned() || size->get<std::uint64_t>() > kMaxFileSize) {
        return nonsense(
            fmt::format("expected the size of {}, got {}", file.name, shortened(size->dump())));
      }
      file.size = size->get<std::uint64_t>();
    } else {
      file.digest.clear();  // a checksum without a size: ask for both again
    }
    listing.files.push_back(std::move(file));
  }
  return listing;
}

bool is_transient(const HttpResponse& response) {
  if (response.end == HttpEnd::kInterrupted) return true;
  return response.end == HttpEnd::kAnswered &&
         (response.status == 408 || response.status == 429 || response.status >= 500);
}

std::optional<milliseconds> pause_before_retry(const Settings& settings, int failures,
                                               const HttpResponse& response) {
  if (const auto wanted = response.retry_after()) {
    if (*wanted > settings.retry_after_limit) return std::nullopt;
    return std::chrono::duration_cast<milliseconds>(*wanted);
  }
  // Half to all of a doubling pause, so that many clients do not come back at once.
  milliseconds pause = settings.back_off;
  for (int i = 1; i < failures && pause < settings.back_off_limit; ++i) pause *= 2;
  pause = std::min(pause, settings.back_off_limit);
  thread_local std::minstd_rand random{std::random_device{}()};
  return milliseconds(
      std::uniform_int_distribution<milliseconds::rep>(pause.count() / 2, pause.count())(random));
}

HttpResponse HubApi::ask(const HttpRequest& request) {
  for (int failures = 1;; ++failures) {
    HttpResponse response = client_.send(request);
    if (!is_transient(response) || failures >= settings_.attempts) return response;
    const auto pause = pause_before_retry(settings_, failures, response);
    if (!pause) return response;
    log::info(fmt::format(
        "hub: {}: {}; asking again in {} ms", request.url,
        response.end == HttpEnd::kAnswered ? std::to_string(response.status) : response.problem,
        pause->count()));
    settings_.sleep(*pause);
  }
}

Listing HubApi::list(const RepoId& id) {
  HttpRequest request;
  request.url = fmt::format("{}/api/models/{}/revision/{}?blobs=true", settings_.endpoint,
                            url_encode(id.name, true), url_encode(id.revision));
  request.bearer_token = settings_.token;
  request.connect_timeout = settings_.connect_timeout;
  request.stall_timeout = settings_.metadata_timeout;
  request.total_timeout = 6 * settings_.metadata_timeout;
  request.body_limit = kListingLimit;
  const HttpResponse response = ask(request);
  if (!response.ok()) throw error_of(response, id, "its list of files");
  return parse_listing(response.body).or_throw(fmt::format("hub: {}", public_url(request.url)));
}

RemoteFile HubApi::describe(const RepoId& id, const std::string& commit, const std::string& file) {
  HttpRequest request;
  request.method = "HEAD";
  request.url = file_url(id, commit, file);
  request.headers = {{"Accept-Encoding", "identity"}};
  request.bearer_token = settings_.token;
  request.connect_timeout = settings_.connect_timeout;
  request.stall_timeout = settings_.metadata_timeout;
  // The hub's own headers are on its redirect; the place it points to knows nothing of git.
  request.leave_origin = false;
  const HttpResponse response = ask(request);
  const bool redirected = response.status >= 300 && response.status < 400;
  if (!response.ok() && !redirected) throw error_of(response, id, file);
  RemoteFile described;
  described.name = file;
  const auto digest = response.header("X-Linked-ETag");
  described.digest = unquoted_etag(digest ? *digest : response.header("ETag").value_or(""));
  const auto size = response.header(digest ? "X-Linked-Size" : "Content-Length");
  const auto number = size ? parse_json(*size) : Json();
  if (!is_digest(described.digest) || !number.is_number_unsigned() ||
      number.get<std::uint64_t>() > kMaxFileSize) {
    throw Error(ErrorCode::kNetwork,
                fmt::format("hub: {}: expected a checksum and a size in the listing or in the "
                            "headers X-Linked-ETag and X-Linked-Size, got neither; is {} a hub?",
                            request.url, settings_.endpoint));
  }
  described.size = number.get<std::uint64_t>();
  return described;
}

std::string HubApi::file_url(const RepoId& id, const std::string& commit,
                             const std::string& file) const {
  return fmt::format("{}/{}/resolve/{}/{}", settings_.endpoint, url_encode(id.name, true), commit,
                     url_encode(file, true));
}

Error HubApi::error_of(const HttpResponse& response, const RepoId& id,
                       const std::string& subject) const {
  const std::string url_of_answer = public_url(response.url);
  const std::string what = fmt::format("hub: {} ({})", id.name, subject);
  if (response.end != HttpEnd::kAnswered) {
    if (response.end == HttpEnd::kUnreachable) {
      return {ErrorCode::kNetwork,
              fmt::format(
                  "{}: cannot reach {}: {}. Check the network and the proxy variables, or name a "
                  "mirror in HF_ENDPOINT",
                  what, url_of_answer, response.problem)};
    }
    return {ErrorCode::kNetwork, fmt::format("{}: {}: {}", what, url_of_answer, response.problem)};
  }
  const std::string words = said(response);
  const std::string answer = fmt::format("{} answered {}{}", url_of_answer, response.status,
                                         words.empty() ? "" : fmt::format(" (\"{}\")", words));
  const std::string code = response.header("X-Error-Code").value_or("");
  const std::string give_token =
      settings_.token.empty()
          ? "set HF_TOKEN to a token that may read it (or put it in the file HF_HOME/token)"
          : "the token that was sent may not read it; check HF_TOKEN";
  if (response.status == 401 || response.status == 403) {
    const std::string url = fmt::format("{}/{}", settings_.endpoint, id.name);
    if (code == "GatedRepo") {
      return {ErrorCode::kPermission,
              fmt::format("{}: the repository is gated: {}. Accept its terms at {} and {}", what,
                          answer, url, give_token)};
    }
    const auto similar = near_matches(id.name);
    return {
        ErrorCode::kPermission,
        fmt::format("{}: the repository is private, gated, or does not exist: {}. Check the "
                    "name{}; if it is right, {}",
                    what, answer,
                    similar.empty() ? "" : fmt::format(" (similar: {})", fmt::join(similar, ", ")),
                    give_token)};
  }
  if (response.status == 404) {
    if (code == "RevisionNotFound") {
      return {ErrorCode::kNotFound,
              fmt::format("{}: no branch, tag or commit \"{}\": {}", what, id.revision, answer)};
    }
    if (code == "EntryNotFound") {
      return {ErrorCode::kNotFound, fmt::format("{}: no such file: {}", what, answer)};
    }
    const auto similar = near_matches(id.name);
    return {ErrorCode::kNotFound,
            fmt::format("{}: no such repository: {}. {}; assay models lists the known ones", what,
                        answer,
                        similar.empty() ? "Check the name"
                                        : fmt::format("Similar: {}", fmt::join(similar, ", ")))};
  }
  if (response.status == 429) {
    const auto wait = response.retry_after();
    return {ErrorCode::kNetwork,
            fmt::format("{}: the hub limits requests: {}. Try again {}{}", what, answer,
                        wait ? fmt::format("in {} s", wait->count()) : std::string("later"),
                        settings_.token.empty() ? "; with HF_TOKEN set the limits are wider" : "")};
  }
  return {ErrorCode::kNetwork, fmt::format("{}: {}", what, answer)};
}

}  // namespace assay::hub
