#pragma once
// The HTTP/1.1 server: sockets on one side, the API's router on the other. Keep-alive, pipelining,
// HEAD, chunked requests, 100-continue, files, server-sent events, TLS 1.2 and 1.3; every size and
// wait has a limit.
// The only folder that names Boost.Asio and Boost.Beast; this header does not.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "api/router.h"
#include "base/result.h"

namespace potik::beast {

// PEM files; both or none.
struct TlsFiles {
  std::string certificate;  // with those between it and the authority behind it
  std::string key;
  [[nodiscard]] bool used() const { return !certificate.empty(); }
};

struct ServerOptions {
  std::string address = "127.0.0.1";      // numeric; "0.0.0.0" or "::" for every interface
  uint16_t port = 8080;                   // 0: any free one, see port()
  size_t threads = 2;                     // each serves its share of the connections
  size_t connections_max = 4'096;         // beyond it new ones get 503 and are closed
  size_t header_bytes_max = 16U << 10U;   // request line and headers: 431
  size_t body_bytes_max = 16U << 20U;     // of one request: 413
  size_t bodies_bytes_max = 256U << 20U;  // of all requests being read or answered: 503
  int64_t idle_timeout_ms = 60'000;       // without progress: reading, writing or between requests
  int64_t answer_timeout_ms = 30'000;     // from a request read to its answer: 504
  int64_t heartbeat_ms = 15'000;          // comment on a quiet stream, so that proxies keep it
  size_t stream_events_max = 256;         // waiting for one slow viewer
  size_t stream_bytes_max = 1U << 20U;
  int64_t drain_timeout_ms = 2'000;  // for what a refused client still sends, before closing
  int64_t stop_grace_ms = 3'000;     // for answers under way when stopping
  TlsFiles tls;                      // without them: plain HTTP
  int64_t tls_handshake_timeout_ms = 10'000;
};

struct ServerCounts {
  uint64_t requests = 0;
  uint64_t connections = 0;  // accepted since the start
  uint64_t connections_refused = 0;
  uint64_t connections_open = 0;
  uint64_t streams_open = 0;
  uint64_t answers_late = 0;  // came after their 504
  size_t body_bytes = 0;      // held for requests being read or answered
};

// Handlers run on the server's threads. start() and stop() from one thread, the rest from any.
class HttpServer {
 public:
  // Listens at once; the error says what to change. `router` outlives the server.
  // `on_error` is called with every answer of 400 and above before it is sent, on the connection's
  // thread, and may add to it.
  using OnError = std::function<void(const api::Request&, api::Response&)>;
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>, std::string> start(
      const api::Router& router, ServerOptions options, OnError on_error = {});
  ~HttpServer();  // stop()
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] uint16_t port() const;
  [[nodiscard]] ServerCounts counts() const;

  // Stops accepting, ends streams, lets answers under way finish for up to stop_grace_ms, then
  // closes what is left. On return no handler runs. Whoever still holds a Reply may use it; it goes
  // nowhere. May be called again.
  void stop();

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace potik::beast
