// SPDX-License-Identifier: Apache-2.0
// FakeHub over two cpp-httplib servers.
#include "hub/fake_hub.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>
#include <thread>
#include <utility>

#include "base/checksum.h"

namespace assay::test {
namespace {

// The body that `fault` makes of `right`, for a request that may ask for a range.
void serve(const httplib::Request& request, httplib::Response& response, std::string right,
           const Fault& fault) {
  if (fault.replace) right = *fault.replace;
  if (fault.damage && !right.empty()) right.back() = static_cast<char>(right.back() ^ 1);
  if (fault.overlong) right += '!';
  if (fault.ignore_range || fault.overlong) {
    // Without a length httplib cuts no ranges.
    if (fault.cut_after) right.resize(std::min(right.size(), *fault.cut_after));
    response.status = 200;
    response.set_chunked_content_provider("application/octet-stream",
                                          [right](std::size_t, httplib::DataSink& sink) {
                                            sink.write(right.data(), right.size());
                                            sink.done();
                                            return true;
                                          });
    return;
  }
  if (!fault.cut_after) {
    response.set_content(right, "application/octet-stream");
    return;
  }
  const std::size_t size = right.size();
  const std::size_t begin =
      request.ranges.empty() ? 0 : static_cast<std::size_t>(request.ranges.front().first);
  const std::size_t stop = std::min(size, begin + *fault.cut_after);
  response.set_content_provider(
      size, "application/octet-stream",
      [right, stop](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
        if (offset >= stop) return false;  // closes the connection
        sink.write(right.data() + offset, std::min(length, stop - offset));
        return true;
      });
}

}  // namespace

struct FakeHub::Servers {
  httplib::Server hub;
  httplib::Server cdn;
  int hub_port = 0;
  int cdn_port = 0;
  std::thread hub_thread;
  std::thread cdn_thread;
};

FakeHub::FakeHub() : servers_(std::make_unique<Servers>()) {
  const auto handle = [this](bool at_cdn) {
    return [this, at_cdn](const httplib::Request& request, httplib::Response& response) {
      const Arrived record{at_cdn,
                           request.method,
                           request.path,
                           request.get_header_value("Range"),
                           request.get_header_value("Authorization"),
                           request.get_header_value("User-Agent")};
      const Fault fault = arrived(record).value_or(Fault{});
      for (const auto& [name, value] : fault.headers) response.set_header(name, value);
      if (fault.status != 0) {
        response.status = fault.status;
        response.set_content(fault.body, "application/json");
        return;
      }
      if (!at_cdn && request.path.starts_with("/api/models/")) {
        if (!request.path.starts_with("/api/models/" + repo + "/revision/")) {
          response.status = 404;
          response.set_header("X-Error-Code", "RepoNotFound");
          response.set_content(R"({"error":"Repository not found"})", "application/json");
          return;
        }
        serve(request, response, listing_text(), fault);
        return;
      }
      const std::string prefix = at_cdn ? "/" : "/" + repo + "/resolve/" + kCommit + "/";
      const std::scoped_lock lock(mutex_);
      const auto file = request.path.starts_with(prefix)
                            ? files_.find(request.path.substr(prefix.size()))
                            : files_.end();
      if (file == files_.end()) {
        response.status = 404;
        response.set_header("X-Error-Code", "EntryNotFound");
        return;
      }
      const auto& [content, large] = file->second;
      Checksum checksum = large ? Checksum::sha256() : Checksum::git_blob(content.size());
      checksum.update(content);
      const std::string etag = fmt::format("\"{}\"", checksum.finish());
      if (large && !at_cdn) {
        response.set_header("X-Linked-ETag", etag);
        response.set_header("X-Linked-Size", std::to_string(content.size()));
        response.set_redirect(
            fmt::format("http://127.0.0.1:{}/{}", servers_->cdn_port, file->first));
        return;
      }
      response.set_header("ETag", etag);
      serve(request, response, content, fault);
    };
  };
  servers_->hub.Get(".*", handle(false));
  servers_->cdn.Get(".*", handle(true));
  const auto start = [](httplib::Server& server, int& port, std::thread& thread) {
    server.set_keep_alive_timeout(1);
    port = server.bind_to_any_port("127.0.0.1");
    if (port <= 0) throw std::runtime_error("no port on loopback");
    thread = std::thread([&server] { server.listen_after_bind(); });
    while (!server.is_running()) std::this_thread::yield();
  };
  start(servers_->hub, servers_->hub_port, servers_->hub_thread);
  start(servers_->cdn, servers_->cdn_port, servers_->cdn_thread);
}

FakeHub::~FakeHub() {
  servers_->hub.stop();
  servers_->cdn.stop();
  servers_->hub_thread.join();
  servers_->cdn_thread.join();
}

std::string FakeHub::endpoint() const {
  return fmt::format("http://127.0.0.1:{}", servers_->hub_port);
}

void FakeHub::add(const std::string& name, const std::string& content, bool large) {
  const std::scoped_lock lock(mutex_);
  files_[name] = {content, large};
}

void FakeHub::add_embedder(std::size_t weight_bytes) {
  add("config.json", R"({"architectures":["BertModel"],"hidden_size":4})");
  add("modules.json",
      R"([{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},
          {"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"},
          {"idx":2,"name":"2","path":"2_Normalize","type":"sentence_transformers.models.Normalize"}])");
  add("1_Pooling/config.json", R"({"pooling_mode_mean_tokens":true})");
  add("sentence_bert_config.json", R"({"max_seq_length":128})");
  add("tokenizer.json", R"({"version":"1.0"})");
  add("tokenizer_config.json", "{}");
  add("special_tokens_map.json", "{}");
  add("README.md", "not needed");
  add("onnx/model.onnx", "not needed", true);
  add("model.safetensors", noise(weight_bytes), true);
}

void FakeHub::add_reranker(std::size_t weight_bytes) {
  add("config.json", R"({"architectures":["BertForSequenceClassification"]})");
  add("tokenizer.json", R"({"version":"1.0"})");
  add("model.safetensors", noise(weight_bytes), true);
}

void FakeHub::remove(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  files_.erase(name);
}

std::string FakeHub::content(const std::string& name) const {
  const std::scoped_lock lock(mutex_);
  return files_.at(name).content;
}

std::string FakeHub::digest(const std::string& name) const {
  const std::scoped_lock lock(mutex_);
  const File& file = files_.at(name);
  Checksum checksum = file.large ? Checksum::sha256() : Checksum::git_blob(file.content.size());
  checksum.update(file.content);
  return checksum.finish();
}

void FakeHub::on_request(std::function<std::optional<Fault>(const Arrived&)> hook) {
  const std::scoped_lock lock(mutex_);
  hook_ = std::move(hook);
}

void FakeHub::fail(const std::string& ending, const Fault& fault, int count) {
  on_request([=](const Arrived& request) mutable -> std::optional<Fault> {
    if (count == 0 || !request.path.ends_with(ending)) return std::nullopt;
    --count;
    return fault;
  });
}

void FakeHub::thin_listing() {
  const std::scoped_lock lock(mutex_);
  thin_ = true;
}

void FakeHub::listing(std::string text) {
  const std::scoped_lock lock(mutex_);
  listing_ = std::move(text);
}

std::vector<Arrived> FakeHub::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

std::vector<Arrived> FakeHub::requests(const std::string& ending) const {
  std::vector<Arrived> found = requests();
  std::erase_if(found, [&](const Arrived& request) { return !request.path.ends_with(ending); });
  return found;
}

std::optional<Fault> FakeHub::arrived(const Arrived& request) {
  const std::scoped_lock lock(mutex_);
  requests_.push_back(request);
  return hook_ ? hook_(request) : std::nullopt;
}

std::string FakeHub::listing_text() const {
  const std::scoped_lock lock(mutex_);
  if (listing_) return *listing_;
  nlohmann::json siblings = nlohmann::json::array();
  for (const auto& [name, file] : files_) {
    nlohmann::json sibling = {{"rfilename", name}};
    if (!thin_) {
      sibling["size"] = file.content.size();
      Checksum git = Checksum::git_blob(file.content.size());
      git.update(file.content);
      sibling["blobId"] = git.finish();
      if (file.large) {
        Checksum sha = Checksum::sha256();
        sha.update(file.content);
        sibling["lfs"] = {
            {"sha256", sha.finish()}, {"size", file.content.size()}, {"pointerSize", 134}};
      }
    }
    siblings.push_back(sibling);
  }
  return nlohmann::json{{"id", repo}, {"sha", kCommit}, {"siblings", siblings}}.dump();
}

hub::Settings settings_for(const FakeHub& hub, const std::filesystem::path& folder,
                           std::vector<std::chrono::milliseconds>* pauses) {
  hub::Settings settings;
  settings.endpoint = hub.endpoint();
  settings.cache_dir = folder / "cache";
  settings.sleep = [pauses](std::chrono::milliseconds pause) {
    if (pauses != nullptr) pauses->push_back(pause);
  };
  return settings;
}

int closed_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  // Bound and closed: nobody listens there, and the system does not hand it out again at once.
  if (::bind(socket, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    ::close(socket);
    throw std::runtime_error("no port on loopback");
  }
  ::close(socket);
  return ntohs(address.sin_port);
}

std::string noise(std::size_t size) {
  std::minstd_rand random(static_cast<unsigned>(size) + 1);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random() >> 8 & 0xff);
  return bytes;
}

}  // namespace assay::test
