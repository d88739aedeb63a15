#pragma once
// Connection: one client's socket, from accept to close. One coroutine on one thread reads a
// request, lets the router handle it, sends the answer, and again. Answers from other threads
// arrive by posting to that thread.

#include <array>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <memory>
#include <optional>
#include <string>

#include "adapters/beast/event_stream.h"
#include "adapters/beast/http_server.h"
#include "adapters/beast/request_parser.h"
#include "adapters/beast/server_stream.h"
#include "api/router.h"

namespace potik::beast {

// What all connections share. Kept alive by each of them, because a late Reply may hold one for
// longer than the server lives.
struct ServerShared {
  ServerShared(const api::Router& the_router, ServerOptions the_options,
               HttpServer::OnError the_on_error)
      : router(the_router), options(std::move(the_options)), on_error(std::move(the_on_error)) {}
  const api::Router& router;
  const ServerOptions options;
  const HttpServer::OnError on_error;              // may be empty
  std::unique_ptr<boost::asio::ssl::context> tls;  // null: plain HTTP; set before the first client
  std::atomic<uint64_t> requests{0};
  std::atomic<uint64_t> connections{0};
  std::atomic<uint64_t> connections_refused{0};
  std::atomic<uint64_t> connections_open{0};
  std::atomic<uint64_t> streams_open{0};
  std::atomic<uint64_t> answers_late{0};
  std::atomic<size_t> body_bytes{0};
  std::atomic<bool> stopped{false};  // no thread runs the connections any more
};

// One thread's share: its event loop, its clock that ticks for the time limits, its Date line.
struct IoThread {
  boost::asio::io_context context{1};
  std::atomic<int64_t> now_ms{0};  // monotonic, as of the last tick
  std::string date;                // "Date: ...\r\n", of the last tick; this thread only
};

// Memory for a body that a connection keeps between requests while there is room, and that which is
// its own whatever the others hold.
inline constexpr size_t kKeptBodyBytes = 256U << 10U;
inline constexpr size_t kOwnBodyBytes = 4U << 10U;
// A client that sends a body more slowly, on the whole and beyond the idle timeout, is cut off.
inline constexpr int64_t kBodyBytesPerSecondMin = 1'024;

class Connection : public api::ReplySink, public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::ip::tcp::socket socket, std::shared_ptr<ServerShared> shared,
             std::shared_ptr<IoThread> io);
  ~Connection() override;

  // The connection's whole life; the frame keeps it alive.
  boost::asio::awaitable<void> run();

  // ReplySink, any thread.
  void answer(uint64_t request, api::Response response) override;
  void answer_later(uint64_t request, Render render) override;
  void start_stream(uint64_t request, std::vector<api::Header> headers, StreamStart start) override;
  void take_time(uint64_t request) override;

  // On the connection's thread. check_deadline() ends what has waited too long; finish() closes as
  // soon as the answer under way, if any, is sent; abort() at once.
  void check_deadline();
  void finish();
  void abort();

 private:
  enum class Phase : uint8_t { reading, handling, writing, streaming };
  enum class ReadResult : uint8_t { request, refuse, gone };
  struct StreamAnswer {
    std::vector<api::Header> headers;
    StreamStart start;
  };

  boost::asio::awaitable<ReadResult> read_request();
  boost::asio::awaitable<ReadResult> read_body(RequestParser& parser);
  boost::asio::awaitable<bool> read_more(RequestParser& parser);
  boost::asio::awaitable<void> wait_for_answer();
  boost::asio::awaitable<bool> write_response();
  boost::asio::awaitable<bool> write_file(const api::FileSlice& file);
  boost::asio::awaitable<bool> write_text(const std::string& text);
  boost::asio::awaitable<void> serve_stream();
  boost::asio::awaitable<void> pump_stream();
  boost::asio::awaitable<void> drain();
  boost::asio::awaitable<void> converse();
  boost::asio::awaitable<bool> shake_hands();
  boost::asio::awaitable<void> say_goodbye();

  [[nodiscard]] bool take_head(const RequestParser& parser);
  [[nodiscard]] ReadResult refuse(api::Response response);
  [[nodiscard]] ReadResult refuse_head();
  [[nodiscard]] ReadResult refuse_memory();
  [[nodiscard]] ReadResult refuse_broken(boost::beast::error_code error);
  [[nodiscard]] bool charge_body();
  void release_body();
  void handle();
  // Runs `deliver` on the connection's thread: inline if this is it.
  template <class Deliver>
  void on_thread(Deliver deliver);
  void deliver(uint64_t request, api::Response response);
  void deliver_stream(uint64_t request, StreamAnswer stream);
  [[nodiscard]] bool take_delivery(uint64_t request);
  void watch_for_close();
  void expect_progress();
  void expect_body();
  [[nodiscard]] std::string response_head(const api::Response& response);

  const std::shared_ptr<ServerShared> shared_;  // its TLS outlives the stream
  ServerStream bytes_;
  const std::shared_ptr<IoThread> io_;
  boost::asio::steady_timer wake_;  // waits end by cancelling it
  boost::beast::flat_buffer buffer_;
  api::Request request_;
  Phase phase_ = Phase::reading;
  int64_t deadline_ms_ = 0;
  int64_t body_began_ms_ = 0;
  uint64_t current_ = 0;  // the request being handled; answers to others are late
  bool answered_ = true;
  bool keep_alive_ = true;
  bool http_1_0_ = false;
  bool head_only_ = false;
  bool finishing_ = false;
  bool peer_gone_ = false;
  std::array<char, 1> watched_{};  // what a client of a stream sends, over TLS
  size_t charged_bytes_ = 0;
  api::Response response_;
  std::optional<StreamAnswer> stream_answer_;
  std::shared_ptr<EventStream> stream_;  // shared with its producers
};

}  // namespace potik::beast
