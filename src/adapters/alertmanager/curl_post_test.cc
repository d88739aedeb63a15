// Against a server of a few lines: one connection at a time, one answer a request.
#include "adapters/alertmanager/curl_post.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "base/folder_for_tests.h"

namespace potik::alertmanager {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Answers one request with `answer`, or reads it and keeps silent where that is empty.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer) : answer_(std::move(answer)) {
    listening_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* any = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(listening_, any, size), 0);
    EXPECT_EQ(listen(listening_, 4), 0);
    EXPECT_EQ(getsockname(listening_, any, &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { serve(); });
  }
  ~OneAnswer() {
    shutdown(listening_, SHUT_RDWR);  // nobody may have come
    thread_.join();
    close(listening_);
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // After the answer.
  std::string request() {
    if (thread_.joinable()) thread_.join();
    thread_ = std::jthread([] {});
    return request_;
  }

 private:
  void serve() {
    const int client = accept(listening_, nullptr, nullptr);
    char buffer[4096];
    while (!is_whole()) {
      const ssize_t got = read(client, buffer, sizeof buffer);
      if (got <= 0) break;
      request_.append(buffer, static_cast<size_t>(got));
    }
    if (answer_.empty()) {
      while (read(client, buffer, sizeof buffer) > 0) {
      }
    } else {
      EXPECT_EQ(write(client, answer_.data(), answer_.size()),
                static_cast<ssize_t>(answer_.size()));
    }
    close(client);
  }
  [[nodiscard]] bool is_whole() const {
    const size_t head = request_.find("\r\n\r\n");
    const size_t length = request_.find("Content-Length: ");
    if (head == std::string::npos || length == std::string::npos) return false;
    return request_.size() >= head + 4 + std::stoul(request_.substr(length + 16));
  }
  std::string answer_;
  std::string request_;
  int listening_ = -1;
  uint16_t port_ = 0;
  std::jthread thread_;
};

constexpr const char* kTaken = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

PostAnswer post(const Options& options, const std::string& body, int64_t timeout_ms = 20'000) {
  return make_curl_post(options)->post(body, timeout_ms, {});
}

TEST(CurlPost, SendsTheBodyToTheAlertsOfApiTwoWithoutWaitingForLeave) {
  OneAnswer server(kTaken);
  Options options;
  options.url = server.url() + "/prefix";
  const std::string large(100'000, 'x');
  EXPECT_EQ(post(options, large).status, 200);
  const std::string request = server.request();
  EXPECT_THAT(request, StartsWith("POST /prefix/api/v2/alerts HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_THAT(request, Not(HasSubstr("Expect")));
  EXPECT_THAT(request, HasSubstr("\r\n\r\n" + large));
}

TEST(CurlPost, GivesTheStatusAndTheBeginningOfARefusal) {
  const std::string text(1'000, 'n');
  OneAnswer server("HTTP/1.1 400 Bad Request\r\nContent-Length: 1000\r\n\r\n" + text);
  Options options;
  options.url = server.url();
  const PostAnswer answer = post(options, "[]");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.text, text.substr(0, 300));
}

TEST(CurlPost, SendsTheCredentialsThatTheFileHoldsNow) {
  const FolderForTests folder;
  Options options;
  options.credentials_file = folder.path() + "/credentials";
  std::ofstream(options.credentials_file) << "bearer abc.def\n";
  OneAnswer first(kTaken);
  options.url = first.url();
  EXPECT_EQ(post(options, "[]").status, 200);
  EXPECT_THAT(first.request(), HasSubstr("\r\nAuthorization: Bearer abc.def\r\n"));
  std::ofstream(options.credentials_file) << "basic me:secret\n";
  OneAnswer second(kTaken);
  options.url = second.url();
  EXPECT_EQ(post(options, "[]").status, 200);
  EXPECT_THAT(second.request(), HasSubstr("\r\nAuthorization: Basic bWU6c2VjcmV0\r\n"));
}

TEST(CurlPost, AsksNobodyWithoutTheCredentialsItWasToldOf) {
  Options options;
  options.url = "http://127.0.0.1:1";
  options.credentials_file = "/nowhere/credentials";
  const PostAnswer answer = post(options, "[]");
  EXPECT_EQ(answer.status, 0);
  EXPECT_THAT(answer.text, HasSubstr("/nowhere/credentials holds no line"));
}

TEST(CurlPost, SaysWhyNobodyAnswered) {
  Options options;
  options.url = "http://127.0.0.1:1";
  const PostAnswer answer = post(options, "[]");
  EXPECT_EQ(answer.status, 0);
  EXPECT_THAT(answer.text, HasSubstr("connect"));
  options.url = "file:///etc";
  EXPECT_EQ(post(options, "[]").status, 0);
}

TEST(CurlPost, EndsAfterItsTimeAndWhenAStopIsAskedFor) {
  Options options;
  {
    OneAnswer silent("");
    options.url = silent.url();
    EXPECT_THAT(post(options, "[]", 50).text, HasSubstr("timed out"));
  }
  OneAnswer silent("");
  options.url = silent.url();
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(make_curl_post(options)->post("[]", 600'000, stop.get_token()).status, 0);
}

}  // namespace
}  // namespace potik::alertmanager
