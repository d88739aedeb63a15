#pragma once
// A blocking HTTP/1.1 client with keep-alive, for the command line, the simulator and tests; and a
// reader of server-sent events. Names no library.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace potik::beast {

struct ServerAddress {
  std::string host = "127.0.0.1";  // name or number
  uint16_t port = 8080;
  bool tls = false;
};
// "http://host:port" or "https://host:port", port 80 or 443 if absent, a path is ignored. The error
// says what is wrong with it.
[[nodiscard]] Result<ServerAddress, std::string> parse_url(std::string_view url);

// Whom to believe over TLS. PEM files; with none of them the system's authorities.
struct ClientTrust {
  std::string authorities_file;  // whoever these vouch for, under the name that was asked
  std::string certificate_file;  // the holder of this certificate's key, under any name
};

struct ClientOptions {
  int64_t timeout_ms = 60'000;          // for connecting, and for each request as a whole
  uint64_t body_bytes_max = 1U << 30U;  // of an answer
  std::string key{};                    // sent as "Authorization: Bearer ..."; empty: none
  ClientTrust trust{};
};

struct ClientRequest {
  std::string_view method = "GET";
  std::string_view target = "/";
  std::string_view body{};
  std::string_view content_type{};
  std::vector<std::pair<std::string, std::string>> headers{};
};

struct ClientResponse {
  int status = 0;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  // The first of this name, any case; empty if absent.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

// One connection, opened at the first request and again when the server has closed it. Not
// thread-safe.
class HttpClient {
 public:
  explicit HttpClient(ServerAddress address, ClientOptions options = {});
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;

  // Any answer with a status is a value, 4xx and 5xx too. The error is a sentence for a person; the
  // request may or may not have been processed then.
  [[nodiscard]] Result<ClientResponse, std::string> send(const ClientRequest& request);

  [[nodiscard]] Result<ClientResponse, std::string> get(std::string_view target) {
    return send({.target = target});
  }
  [[nodiscard]] Result<ClientResponse, std::string> post(std::string_view target,
                                                         std::string_view body,
                                                         std::string_view content_type) {
    return send({.method = "POST", .target = target, .body = body, .content_type = content_type});
  }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct ServerEvent {
  std::string name;  // "message" if the event has none
  std::string id;
  std::string data;  // lines joined by '\n'
  friend bool operator==(const ServerEvent&, const ServerEvent&) = default;
};

// An open stream of server-sent events. Not thread-safe.
class EventReader {
 public:
  // Connects and reads the head; any status but 200 is an error that quotes the answer. Plain HTTP
  // only.
  [[nodiscard]] static Result<EventReader, std::string> open(const ServerAddress& address,
                                                             std::string_view target,
                                                             ClientOptions options = {});
  ~EventReader();
  EventReader(EventReader&&) noexcept;
  EventReader& operator=(EventReader&&) noexcept;

  // Waits for the next event. Nothing if none came in time, or if the stream has ended.
  [[nodiscard]] std::optional<ServerEvent> next(std::chrono::milliseconds patience);
  [[nodiscard]] bool ended() const;
  [[nodiscard]] uint64_t comments() const;  // heartbeats seen

 private:
  struct Impl;
  explicit EventReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace potik::beast
