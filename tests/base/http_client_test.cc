// SPDX-License-Identifier: Apache-2.0
// Promise: what a peer does is told apart (answered, unreachable, interrupted, invalid), the token
// never leaves its origin, and nobody is waited for beyond the limits.
#include "base/http_client.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "assay/version.h"
#include "support.h"

namespace assay {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// A server on loopback; answers come from `handler`.
class Server {
 public:
  using Handler = std::function<void(const httplib::Request&, httplib::Response&)>;
  explicit Server(Handler handler) {
    const auto record = [this, handler = std::move(handler)](const httplib::Request& request,
                                                             httplib::Response& response) {
      {
        const std::scoped_lock lock(mutex_);
        requests_.push_back(request);
      }
      handler(request, response);
    };
    server_.Get(".*", record);
    server_.Post(".*", record);
    server_.Put(".*", record);
    server_.set_keep_alive_timeout(1);
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~Server() {
    server_.stop();
    thread_.join();
  }
  std::string url(const std::string& path = "/") const {
    return fmt::format("http://127.0.0.1:{}{}", port_, path);
  }
  std::vector<httplib::Request> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

 private:
  httplib::Server server_;
  std::thread thread_;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<httplib::Request> requests_;
};

void say_hello(const httplib::Request&, httplib::Response& response) {
  response.set_content("hello", "text/plain");
}

class Collector final : public HttpSink {
 public:
  void begin(const HttpResponse& response) override {
    ++begun;
    status = response.status;
  }
  void write(std::string_view part) override { bytes += part; }
  int begun = 0;
  int status = 0;
  std::string bytes;
};

// A socket that listens but accepts nobody.
class SilentServer {
 public:
  explicit SilentServer(int backlog) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address_);
    if (::bind(socket_, generic(), size) != 0 || ::listen(socket_, backlog) != 0 ||
        ::getsockname(socket_, generic(), &size) != 0) {
      throw std::runtime_error("no port on loopback");
    }
  }
  ~SilentServer() {
    for (const int client : clients_) ::close(client);
    ::close(socket_);
  }
  // Fills the queue, so that the system answers no further caller. False when it does anyway.
  bool fill() {
    for (int i = 0; i < 64; ++i) {
      const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      clients_.push_back(client);
      ::connect(client, generic(), sizeof(address_));
      pollfd state{client, POLLOUT, 0};
      if (::poll(&state, 1, 300) == 0) return true;  // left in the dark
    }
    return false;
  }
  std::string url() const { return fmt::format("http://127.0.0.1:{}/", ntohs(address_.sin_port)); }

 private:
  sockaddr* generic() { return reinterpret_cast<sockaddr*>(&address_); }
  int socket_;
  sockaddr_in address_{};
  std::vector<int> clients_;
};

HttpResponse get(const std::string& url, const std::string& token = "") {
  HttpRequest request;
  request.url = url;
  request.bearer_token = token;
  return HttpClient().send(request);
}

TEST(HttpClient, GetsABodyWithItsHeaders) {
  const Server server([](const auto&, httplib::Response& response) {
    response.set_header("X-Thing", " value ");
    response.set_content("hello", "text/plain");
  });
  const HttpResponse response = get(server.url("/a%20b?c=d"));
  EXPECT_TRUE(response.ok());
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "hello");
  EXPECT_EQ(response.header("x-thing"), "value");
  EXPECT_FALSE(response.header("absent"));
  const auto request = server.requests().at(0);
  EXPECT_EQ(request.path, "/a b");
  EXPECT_EQ(request.get_header_value("User-Agent"), fmt::format("assay/{}", version()));
  EXPECT_FALSE(request.has_header("Authorization"));
}

TEST(HttpClient, KeepsTheBodyOfAnError) {
  const Server server([](const auto&, httplib::Response& response) {
    response.status = 404;
    response.set_content("gone", "text/plain");
  });
  HttpRequest request;
  request.url = server.url();
  Collector sink;
  const HttpResponse response = HttpClient().send(request, &sink);
  EXPECT_EQ(response.end, HttpEnd::kAnswered);
  EXPECT_FALSE(response.ok());
  EXPECT_EQ(response.body, "gone");
  EXPECT_EQ(sink.begun, 0);
}

TEST(HttpClient, StreamsABodyAndARange) {
  const Server server(say_hello);
  HttpRequest request;
  request.url = server.url();
  request.range_begin = 2;
  Collector sink;
  const HttpResponse response = HttpClient().send(request, &sink);
  EXPECT_EQ(sink.begun, 1);
  EXPECT_EQ(sink.status, 206);
  EXPECT_EQ(sink.bytes, "llo");
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(response.header("Content-Range"), "bytes 2-4/5");
}

TEST(HttpClient, TellsTheSinkOfAnEmptyBody) {
  const Server server([](const auto&, httplib::Response& response) { response.status = 200; });
  HttpRequest request;
  request.url = server.url();
  Collector sink;
  EXPECT_TRUE(HttpClient().send(request, &sink).ok());
  EXPECT_EQ(sink.begun, 1);
}

TEST(HttpClient, SendsHeadAndBodies) {
  const Server server(say_hello);
  HttpClient client;
  HttpRequest request;
  request.url = server.url();
  request.method = "HEAD";
  const HttpResponse head = client.send(request);
  EXPECT_TRUE(head.ok());
  EXPECT_EQ(head.header("Content-Length"), "5");
  EXPECT_EQ(head.body, "");
  request.method = "PUT";
  request.body = R"({"a":1})";
  request.headers = {{"Content-Type", "application/json"}};
  EXPECT_EQ(client.send(request).body, "hello");
  EXPECT_EQ(server.requests().back().method, "PUT");
  EXPECT_EQ(server.requests().back().body, R"({"a":1})");
  EXPECT_EQ(server.requests().back().get_header_value("Content-Type"), "application/json");
}

TEST(HttpClient, FollowsARelativeRedirectWithTheToken) {
  const Server server([](const httplib::Request& request, httplib::Response& response) {
    if (request.path == "/old/a") return response.set_redirect("../new", 307);
    response.set_content("moved", "text/plain");
  });
  const HttpResponse response = get(server.url("/old/a"), "secret");
  EXPECT_EQ(response.body, "moved");
  EXPECT_EQ(response.url, server.url("/new"));
  for (const auto& request : server.requests()) {
    EXPECT_EQ(request.get_header_value("Authorization"), "Bearer secret");
  }
}

TEST(HttpClient, TheTokenDoesNotFollowToAnotherPortNorComeBack) {
  std::string home;
  const Server other(
      [&](const auto&, httplib::Response& response) { response.set_redirect(home); });
  const Server server([&](const httplib::Request& request, httplib::Response& response) {
    if (request.path == "/") return response.set_redirect(other.url("/elsewhere"));
    response.set_content("back", "text/plain");
  });
  home = server.url("/back");
  EXPECT_EQ(get(server.url(), "secret").body, "back");
  EXPECT_EQ(server.requests().at(0).get_header_value("Authorization"), "Bearer secret");
  EXPECT_FALSE(other.requests().at(0).has_header("Authorization"));
  EXPECT_FALSE(server.requests().at(1).has_header("Authorization"));
}

TEST(HttpClient, StaysAtTheOriginWhenAsked) {
  const Server other(say_hello);
  const Server server([&](const httplib::Request& request, httplib::Response& response) {
    response.set_redirect(request.path == "/" ? "/renamed" : other.url());
  });
  HttpRequest request;
  request.url = server.url();
  request.leave_origin = false;
  const HttpResponse response = HttpClient().send(request);
  EXPECT_EQ(response.end, HttpEnd::kAnswered);
  EXPECT_EQ(response.status, 302);
  EXPECT_EQ(response.url, server.url("/renamed"));
  EXPECT_TRUE(other.requests().empty());
}

TEST(HttpClient, RefusesBadRedirects) {
  const Server server([](const httplib::Request& request, httplib::Response& response) {
    response.set_redirect(request.path == "/loop"   ? "/loop"
                          : request.path == "/file" ? "file:///etc/passwd"
                                                    : "http://user:word@127.0.0.1/");
  });
  const HttpResponse loop = get(server.url("/loop"));
  EXPECT_EQ(loop.end, HttpEnd::kInvalid);
  EXPECT_EQ(loop.problem, "more than 10 redirects");
  EXPECT_EQ(server.requests().size(), 11u);
  for (const char* path : {"/file", "/user"}) {
    const HttpResponse response = get(server.url(path));
    EXPECT_EQ(response.end, HttpEnd::kInvalid);
    EXPECT_THAT(response.problem, HasSubstr("which is not an http or https URL"));
  }
}

TEST(HttpClient, RefusesWhatIsNoUrl) {
  for (const char* url : {"", "nonsense", "file:///etc/passwd", "ftp://127.0.0.1/", "http://"}) {
    const HttpResponse response = get(url);
    EXPECT_EQ(response.end, HttpEnd::kInvalid) << url;
    EXPECT_THAT(response.problem, HasSubstr("is not an http or https URL")) << url;
  }
}

TEST(HttpClient, RefusesAHeaderWithALineBreak) {
  EXPECT_EQ(test::message_of(ErrorCode::kInvalidArgument,
                             [] { get("http://127.0.0.1:1/", "a\r\nX-Evil: 1"); }),
            "http: header Authorization: the value has a line break");
}

TEST(HttpClient, LimitsTheBodyItKeeps) {
  const Server server(say_hello);
  HttpRequest request;
  request.url = server.url();
  request.body_limit = 4;
  const HttpResponse response = HttpClient().send(request);
  EXPECT_EQ(response.end, HttpEnd::kInvalid);
  EXPECT_EQ(response.problem, "expected at most 4 bytes, got more");
  request.body_limit = 5;
  EXPECT_TRUE(HttpClient().send(request).ok());
}

TEST(HttpClient, WhatTheSinkThrowsComesThrough) {
  struct Throwing final : HttpSink {
    void begin(const HttpResponse&) override {}
    void write(std::string_view) override { throw std::range_error("full"); }
  };
  const Server server(say_hello);
  HttpRequest request;
  request.url = server.url();
  Throwing sink;
  HttpClient client;
  EXPECT_THROW(client.send(request, &sink), std::range_error);
  EXPECT_TRUE(client.send(request).ok());  // and the client is still good
}

TEST(HttpClient, ACutBodyIsInterrupted) {
  const Server server([](const auto&, httplib::Response& response) {
    response.set_content_provider(100, "text/plain",
                                  [](std::size_t offset, std::size_t, httplib::DataSink& sink) {
                                    if (offset > 0) return false;
                                    return sink.write("hello", 5);
                                  });
  });
  HttpRequest request;
  request.url = server.url();
  Collector sink;
  const HttpResponse response = HttpClient().send(request, &sink);
  EXPECT_EQ(response.end, HttpEnd::kInterrupted);
  EXPECT_EQ(sink.bytes, "hello");
  EXPECT_FALSE(response.problem.empty());
}

TEST(HttpClient, ARefusedConnectionIsUnreachable) {
  std::string url;
  { url = SilentServer(1).url(); }
  const HttpResponse response = get(url);
  EXPECT_EQ(response.end, HttpEnd::kUnreachable);
  EXPECT_EQ(response.status, 0);
  EXPECT_FALSE(response.problem.empty());
}

TEST(HttpClient, APeerThatTakesNoConnectionIsUnreachableAfterTheTimeout) {
  SilentServer server(0);
  if (!server.fill()) GTEST_SKIP() << "this system answers callers beyond the queue";
  HttpRequest request;
  request.url = server.url();
  request.connect_timeout = 200ms;
  const auto start = std::chrono::steady_clock::now();
  const HttpResponse response = HttpClient().send(request);
  EXPECT_EQ(response.end, HttpEnd::kUnreachable) << response.problem;
  EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
}

TEST(HttpClient, APeerThatSaysNothingIsInterruptedAfterTheStallTimeout) {
  const SilentServer server(8);
  HttpRequest request;
  request.url = server.url();
  request.stall_timeout = 1s;
  const auto start = std::chrono::steady_clock::now();
  const HttpResponse response = HttpClient().send(request);
  EXPECT_EQ(response.end, HttpEnd::kInterrupted) << response.problem;
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
}

TEST(HttpResponse, ReadsRetryAfterAsSecondsOrDate) {
  HttpResponse response;
  EXPECT_FALSE(response.retry_after());
  response.headers = {{"retry-after", "12"}};
  EXPECT_EQ(response.retry_after(), 12s);
  response.headers = {{"Retry-After", "-3"}};
  EXPECT_EQ(response.retry_after(), 0s);
  response.headers = {{"Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"}};  // long past
  EXPECT_EQ(response.retry_after(), 0s);
  response.headers = {{"Retry-After", "Fri, 31 Dec 2100 23:59:59 GMT"}};
  EXPECT_GT(response.retry_after(), 24h);
  response.headers = {{"Retry-After", "soon"}};
  EXPECT_FALSE(response.retry_after());
}

TEST(UrlEncode, KeepsUnreservedCharacters) {
  EXPECT_EQ(url_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(url_encode("a b/ü?"), "a%20b%2F%C3%BC%3F");
  EXPECT_EQ(url_encode("a/b", true), "a/b");
}

}  // namespace
}  // namespace assay
