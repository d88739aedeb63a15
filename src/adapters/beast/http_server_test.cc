// The server's own behaviour, with a router of the test and sockets that misbehave.
#include "adapters/beast/http_server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "adapters/beast/test_raw_socket.h"
#include "event/decode.h"

namespace potik::beast {
namespace {

using api::Method;
using api::Reply;
using api::Request;
using api::Response;

class HttpServerTest : public testing::Test {
 protected:
  HttpServerTest() {
    router_.add(Method::get, "/echo/{id}", "*", [](Request& request, Reply reply) {
      reply.send(Response{.content_type = api::kPlainText, .body = request.ids[0]});
    });
    router_.add(Method::post, "/echo", "*", [](Request& request, Reply reply) {
      reply.send(Response{.content_type = api::kPlainText, .body = std::move(request.body)});
    });
    router_.add(Method::get, "/hold", "*", [this](Request&, Reply reply) {
      const std::lock_guard lock(held_mutex_);
      held_.push_back(api::share(std::move(reply)));
    });
    router_.add(Method::get, "/padding", "*", [](Request& request, Reply reply) {
      const bool padded = request.body.capacity() >= request.body.size() + event::kDecodePadding;
      reply.send(Response{.body = padded ? "yes" : "no"});
    });
  }
  ~HttpServerTest() override {
    // Replies not sent go before the server, whose stop waits for them.
    held_.clear();
  }

  void start(ServerOptions options = {}) {
    options.port = 0;
    auto started = HttpServer::start(router_, options);
    ASSERT_TRUE(started.ok()) << started.error();
    server_ = std::move(started.value());
  }
  [[nodiscard]] ServerAddress address() const { return {"127.0.0.1", server_->port()}; }

  api::SharedReply take_held() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < deadline) {
      {
        const std::lock_guard lock(held_mutex_);
        if (!held_.empty()) {
          auto reply = held_.front();
          held_.erase(held_.begin());
          return reply;
        }
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return nullptr;
  }

  api::Router router_{api::RouterOptions{}};
  std::mutex held_mutex_;
  std::vector<api::SharedReply> held_;
  std::unique_ptr<HttpServer> server_;
};

constexpr std::string_view kGet = "GET /echo/one HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view kLastGet =
    "GET /echo/last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

size_t count_of(std::string_view text, std::string_view what) {
  size_t count = 0;
  for (size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1))
    ++count;
  return count;
}

TEST_F(HttpServerTest, KeepsAConnectionForSeveralRequests) {
  start();
  RawSocket socket(address());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(socket.send(kGet));
    EXPECT_TRUE(socket.read_until("\r\n\r\none").starts_with("HTTP/1.1 200 OK\r\nDate: "));
  }
  EXPECT_EQ(server_->counts().connections, 1U);
  EXPECT_EQ(server_->counts().requests, 3U);
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInTheirOrder) {
  start();
  RawSocket socket(address());
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests += "GET /echo/n" + std::to_string(i) + "; HTTP/1.1\r\nHost: h\r\n\r\n";
  }
  ASSERT_TRUE(socket.send(requests + std::string(kLastGet)));
  const std::string answers = socket.read_to_end();
  size_t at = 0;
  for (int i = 0; i < 50; ++i) {
    at = answers.find("\r\n\r\nn" + std::to_string(i) + ";", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
  EXPECT_NE(answers.find("\r\n\r\nlast", at), std::string::npos);
}

TEST_F(HttpServerTest, HoldsPipelinedRequestsBackUntilTheOneBeforeIsAnswered) {
  start();
  RawSocket socket(address());
  ASSERT_TRUE(socket.send("GET /hold HTTP/1.1\r\nHost: h\r\n\r\n" + std::string(kLastGet)));
  const auto held = take_held();
  ASSERT_NE(held, nullptr);
  std::thread([&] { held->send(Response{.body = "held"}); }).join();
  const std::string answers = socket.read_to_end();
  EXPECT_LT(answers.find("held"), answers.find("last"));
  EXPECT_EQ(count_of(answers, "HTTP/1.1 200"), 2U);
}

TEST_F(HttpServerTest, ReadsRequestsThatComeByteByByte) {
  start();
  RawSocket socket(address());
  const std::string request =
      "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
  for (const char c : request) ASSERT_TRUE(socket.send(std::string_view(&c, 1)));
  EXPECT_TRUE(socket.read_to_end().ends_with("\r\n\r\nhello"));
}

TEST_F(HttpServerTest, ReadsChunkedBodies) {
  start();
  RawSocket socket(address());
  ASSERT_TRUE(socket.send(
      "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
      "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n"));
  EXPECT_TRUE(socket.read_to_end().ends_with("\r\n\r\nhello world"));
}

TEST_F(HttpServerTest, AsksForABodyThatWaitsForContinue) {
  start();
  RawSocket socket(address());
  ASSERT_TRUE(
      socket.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n"
                  "Connection: close\r\n\r\n"));
  EXPECT_EQ(socket.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(socket.send("ok"));
  EXPECT_TRUE(socket.read_to_end().ends_with("\r\n\r\nok"));
}

TEST_F(HttpServerTest, ReadsALargeBodyWholeAndThenTheNextRequest) {
  start();
  RawSocket socket(address());
  std::string body(5'000'000, 'x');
  for (size_t i = 0; i < body.size(); i += 1000) body[i] = static_cast<char>('a' + i / 1000 % 26);
  std::thread sender([&] {
    EXPECT_TRUE(socket.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000\r\n\r\n" +
                            body + std::string(kLastGet)));
  });
  const std::string answers = socket.read_to_end();
  sender.join();
  EXPECT_NE(answers.find("\r\n\r\n" + body + "HTTP/1.1 200 OK"), std::string::npos);
  EXPECT_TRUE(answers.ends_with("last"));
}

TEST_F(HttpServerTest, LeavesTheBodyOutOfAnswersToHead) {
  start();
  RawSocket socket(address());
  ASSERT_TRUE(socket.send("HEAD /echo/12345 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  const std::string answer = socket.read_to_end();
  EXPECT_NE(answer.find("Content-Length: 5\r\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(HttpServerTest, AlwaysLeavesRoomForTheDecoderBehindTheBody) {
  start();
  RawSocket socket(address());
  ASSERT_TRUE(socket.send("GET /padding HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  EXPECT_TRUE(socket.read_to_end().ends_with("yes"));
}

TEST_F(HttpServerTest, SpeaksHttp10) {
  start();
  RawSocket closing(address());
  ASSERT_TRUE(closing.send("GET /echo/one HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(closing.read_to_end().ends_with("one"));
  RawSocket keeping(address());
  ASSERT_TRUE(keeping.send("GET /echo/one HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  EXPECT_NE(keeping.read_until("one").find("Connection: keep-alive\r\n"), std::string::npos);
  EXPECT_FALSE(keeping.closed());
}

TEST_F(HttpServerTest, RefusesWhatIsNotHttpWithAProblemAndCloses) {
  start();
  const auto status_of = [this](std::string_view bytes) {
    RawSocket socket(address());
    EXPECT_TRUE(socket.send(bytes));
    const std::string answer = socket.read_to_end();
    EXPECT_NE(answer.find("application/problem+json"), std::string::npos) << answer;
    EXPECT_TRUE(socket.closed());
    return answer.substr(0, 12);
  };
  EXPECT_EQ(status_of("nonsense\r\n\r\n"), "HTTP/1.1 400");
  EXPECT_EQ(status_of("GET /echo/one HTTP/1.1\r\n\r\n"), "HTTP/1.1 400");  // no Host
  EXPECT_EQ(status_of("GET echo HTTP/1.1\r\nHost: h\r\n\r\n"), "HTTP/1.1 400");
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"),
            "HTTP/1.1 431");
  EXPECT_EQ(status_of("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 999999999999\r\n\r\n"),
            "HTTP/1.1 413");
  EXPECT_EQ(status_of("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n"),
            "HTTP/1.1 400");
}

TEST_F(HttpServerTest, RefusesAChunkedBodyThatGrowsOverTheLimit) {
  ServerOptions options;
  options.body_bytes_max = 1000;
  start(options);
  RawSocket socket(address());
  ASSERT_TRUE(
      socket.send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" +
                  std::string(2000, 'x')));
  EXPECT_TRUE(socket.read_to_end().starts_with("HTTP/1.1 413"));
}

TEST_F(HttpServerTest, TurnsBodiesAwayWhenTheirMemoryIsTaken) {
  ServerOptions options;
  options.bodies_bytes_max = 1'000'000;
  start(options);
  RawSocket socket(address());
  std::thread sender([&] {
    socket.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 4000000\r\n\r\n" +
                std::string(4'000'000, 'x'));
  });
  const std::string answer = socket.read_to_end();
  sender.join();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 503"));
  EXPECT_NE(answer.find("Retry-After: 1\r\n"), std::string::npos);
  RawSocket small(address());
  ASSERT_TRUE(small.send(kLastGet));
  EXPECT_TRUE(small.read_to_end().starts_with("HTTP/1.1 200"));
}

TEST_F(HttpServerTest, CountsWhatIdleConnectionsKeepAndKeepsLessWhenCrowded) {
  ServerOptions options;
  options.bodies_bytes_max = 1'000'000;
  start(options);
  const std::string request = "GET /padding HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n" +
                              std::string(200'000, 'x');
  std::vector<std::unique_ptr<RawSocket>> idle;
  for (int i = 0; i < 10; ++i) {
    idle.push_back(std::make_unique<RawSocket>(address()));
    ASSERT_TRUE(idle.back()->send(request));
    EXPECT_TRUE(idle.back()->read_until("yes").starts_with("HTTP/1.1 200")) << i;
  }
  EXPECT_GE(server_->counts().body_bytes, 400'000U);
  EXPECT_LE(server_->counts().body_bytes, 1'000'000U);
}

TEST_F(HttpServerTest, ClosesConnectionsThatStaySilentOrTrickle) {
  ServerOptions options;
  options.idle_timeout_ms = 40;
  start(options);
  RawSocket silent(address());
  EXPECT_EQ(silent.read_to_end(), "");
  EXPECT_TRUE(silent.closed());
  RawSocket trickling(address());
  std::thread sender([&] {
    for (int i = 0; i < 1000 && trickling.send("G"); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  EXPECT_EQ(trickling.read_to_end(), "");
  sender.join();
  EXPECT_TRUE(trickling.closed());
}

TEST_F(HttpServerTest, Answers504WhenTheHandlerTakesTooLongAndIgnoresItsLateAnswer) {
  ServerOptions options;
  options.answer_timeout_ms = 30;
  start(options);
  RawSocket socket(address());
  ASSERT_TRUE(socket.send("GET /hold HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_TRUE(socket.read_until("}").starts_with("HTTP/1.1 504"));
  const auto held = take_held();
  ASSERT_NE(held, nullptr);
  held->send(Response{.body = "late"});
  ASSERT_TRUE(socket.send(kLastGet));
  const std::string next = socket.read_to_end();
  EXPECT_EQ(next.find("late"), std::string::npos);
  EXPECT_TRUE(next.ends_with("last"));
  EXPECT_EQ(server_->counts().answers_late, 1U);
}

TEST_F(HttpServerTest, RefusesConnectionsBeyondItsLimit) {
  ServerOptions options;
  options.connections_max = 2;
  start(options);
  RawSocket one(address());
  RawSocket two(address());
  ASSERT_TRUE(one.send(kGet) && two.send(kGet));
  (void)one.read_until("one");
  (void)two.read_until("one");
  RawSocket three(address());
  const std::string refused = three.read_to_end();
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 503"));
  EXPECT_NE(refused.find("Content-Type: application/problem+json\r\n"), std::string::npos);
  const size_t body = refused.find("\r\n\r\n") + 4;
  EXPECT_NE(refused.find("http.connections_max", body), std::string::npos);
  EXPECT_NE(refused.find("Content-Length: " + std::to_string(refused.size() - body) + "\r\n"),
            std::string::npos);
  EXPECT_EQ(server_->counts().connections_refused, 1U);
}

TEST_F(HttpServerTest, FinishesAnswersUnderWayWhenItStops) {
  start();
  RawSocket idle(address());
  RawSocket busy(address());
  ASSERT_TRUE(busy.send("GET /hold HTTP/1.1\r\nHost: h\r\n\r\n"));
  const auto held = take_held();
  ASSERT_NE(held, nullptr);
  std::thread stopping([this] { server_->stop(); });
  EXPECT_EQ(idle.read_to_end(), "");
  held->send(Response{.body = "done"});
  EXPECT_TRUE(busy.read_to_end().ends_with("done"));
  stopping.join();
  EXPECT_EQ(server_->counts().connections_open, 0U);
}

TEST_F(HttpServerTest, StopsEvenIfAnAnswerNeverComes) {
  ServerOptions options;
  options.stop_grace_ms = 20;
  start(options);
  RawSocket socket(address());
  ASSERT_TRUE(socket.send("GET /hold HTTP/1.1\r\nHost: h\r\n\r\n"));
  const auto held = take_held();
  ASSERT_NE(held, nullptr);
  server_->stop();
  EXPECT_EQ(socket.read_to_end(), "");
  held->send(Response{.body = "to nobody"});
}

TEST_F(HttpServerTest, AnswersFromManyThreadsOverManyConnections) {
  ServerOptions options;
  options.threads = 2;
  start(options);
  std::atomic<bool> stop{false};
  std::thread answering([&] {
    while (!stop) {
      std::vector<api::SharedReply> held;
      {
        const std::lock_guard lock(held_mutex_);
        held.swap(held_);
      }
      for (const auto& reply : held)
        reply->send_later([] { return Response{.body = "from afar"}; });
    }
  });
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  for (int c = 0; c < 8; ++c) {
    clients.emplace_back([&] {
      HttpClient client(address());
      for (int i = 0; i < 200; ++i) {
        const auto response = client.get(i % 2 == 0 ? "/hold" : "/echo/x");
        if (response.ok() && response->body == (i % 2 == 0 ? "from afar" : "x")) ++answered;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  stop = true;
  answering.join();
  EXPECT_EQ(answered.load(), 1600);
}

TEST_F(HttpServerTest, SaysWhyItCannotListen) {
  start();
  ServerOptions taken;
  taken.port = server_->port();
  const auto second = HttpServer::start(router_, taken);
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().find("cannot listen on 127.0.0.1:" + std::to_string(taken.port)),
            std::string::npos);
  ServerOptions nonsense;
  nonsense.address = "not an address";
  EXPECT_FALSE(HttpServer::start(router_, nonsense).ok());
}

TEST(ParseUrl, TakesHostAndPort) {
  EXPECT_EQ(parse_url("http://localhost:8080/x")->host, "localhost");
  EXPECT_EQ(parse_url("http://localhost:8080/x")->port, 8080);
  EXPECT_EQ(parse_url("http://example.org")->port, 80);
  EXPECT_EQ(parse_url("http://[::1]:90")->host, "::1");
  EXPECT_EQ(parse_url("http://[::1]:90")->port, 90);
  EXPECT_FALSE(parse_url("http://example.org")->tls);
  EXPECT_TRUE(parse_url("https://example.org")->tls);
  EXPECT_EQ(parse_url("https://example.org")->port, 443);
  EXPECT_EQ(parse_url("https://example.org:8443/")->port, 8443);
  for (const std::string url : {"", "localhost:1", "ftp://x", "https://", "http://",
                                "http://x:", "http://x:99999", "http://x:1a"}) {
    EXPECT_FALSE(parse_url(url).ok()) << url;
  }
}

}  // namespace
}  // namespace potik::beast
