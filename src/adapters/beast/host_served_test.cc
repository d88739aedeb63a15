// Under which names a server on the loopback answers, over real sockets.
#include <gtest/gtest.h>

#include "adapters/beast/test_raw_socket.h"
#include "adapters/beast/test_served_api.h"

namespace potik::beast {
namespace {

ServedApi::Setup on_loopback() {
  ServedApi::Setup setup;
  setup.options.router.local_hosts_only = true;
  setup.options.router.allowed_hosts = {"potik.lan"};
  return setup;
}

std::string answer_to(const ServedApi& served, std::string_view request_line,
                      std::string_view headers) {
  RawSocket socket(served.address());
  std::string request(request_line);
  request.append("\r\n").append(headers).append("Connection: close\r\n\r\n");
  EXPECT_TRUE(socket.send(request));
  return socket.read_to_end();
}

TEST(HostApi, AnswersUnderTheNamesOfTheLoopbackAndThoseAllowed) {
  const ServedApi served(on_loopback());
  const std::string port = std::to_string(served.server->port());
  const std::vector<std::string> hosts{"localhost:" + port, "127.0.0.1:" + port, "127.1.2.3",
                                       "[::1]:" + port, "potik.lan"};
  for (const std::string& host : hosts) {
    EXPECT_TRUE(answer_to(served, "GET /healthz HTTP/1.1", "Host: " + host + "\r\n")
                    .starts_with("HTTP/1.1 200"))
        << host;
  }
  EXPECT_TRUE(answer_to(served, "GET /healthz HTTP/1.0", "").starts_with("HTTP/1.1 200"));
}

TEST(HostApi, Answers421UnderAnyOtherNameWhateverIsAskedFor) {
  const ServedApi served(on_loopback());
  const std::string foreign = "Host: rebound.example\r\n";
  for (const char* line :
       {"GET /v1/stats HTTP/1.1", "GET / HTTP/1.1", "DELETE /v1/users/u HTTP/1.1",
        "OPTIONS /v1/users/u HTTP/1.1", "GET /v1/stats/stream HTTP/1.1", "GET /nothing HTTP/1.1",
        "GET http://localhost/v1/stats HTTP/1.1"}) {
    const std::string answer = answer_to(served, line, foreign);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 421 Misdirected Request\r\n")) << line << answer;
    EXPECT_NE(answer.find("application/problem+json"), std::string::npos) << line;
    EXPECT_NE(answer.find("http.allowed_hosts"), std::string::npos) << line;
  }
  // A page of that name is of the same origin as what it asks: only the name tells.
  EXPECT_TRUE(answer_to(served, "POST /v1/query HTTP/1.1",
                        foreign + "Origin: http://rebound.example\r\nContent-Length: 0\r\n")
                  .starts_with("HTTP/1.1 421"));
  EXPECT_TRUE(answer_to(served, "GET /healthz HTTP/1.1", "Host: localhost\r\n" + foreign)
                  .starts_with("HTTP/1.1 421"));
}

TEST(HostApi, AnswersUnderEveryNameWhereItIsOpenToANetwork) {
  const ServedApi served;
  EXPECT_TRUE(answer_to(served, "GET /healthz HTTP/1.1", "Host: potik.example\r\n")
                  .starts_with("HTTP/1.1 200"));
}

}  // namespace
}  // namespace potik::beast
