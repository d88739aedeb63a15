#pragma once
// What client and event reader share: a socket whose operations block for a bounded time.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/optional.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "adapters/beast/http_client.h"

namespace potik::beast {

using ClientHttpRequest = boost::beast::http::request<boost::beast::http::span_body<const char>>;

// Blocking is done by running the loop until the one operation is over: the only way to a time
// limit.
class ClientConnection {
 public:
  explicit ClientConnection(ServerAddress address, ClientTrust trust = {})
      : address_(std::move(address)), trust_(std::move(trust)), stream_(loop_) {}

  // Empty text, or what went wrong.
  [[nodiscard]] std::string connect(std::chrono::milliseconds patience);
  // Open, and not closed by the server while nothing was asked.
  [[nodiscard]] bool is_usable();
  void close();

  // Runs `start(handler)`, an asynchronous operation ending in handler(error, ...), to its end.
  template <class Start>
  boost::beast::error_code wait(std::chrono::milliseconds patience, Start start) {
    boost::beast::error_code result = boost::asio::error::would_block;
    stream_.expires_after(patience);
    start([&result](boost::beast::error_code error, auto&&...) { result = error; });
    loop_.restart();
    loop_.run();
    return result;
  }

  // The socket, whatever is spoken over it.
  [[nodiscard]] boost::beast::tcp_stream& stream() { return stream_; }
  // Runs `action` on what requests are written to: TLS over the socket, or the socket.
  template <class Action>
  void on_stream(Action action) {
    if (tls_) {
      action(*tls_);
    } else {
      action(stream_);
    }
  }
  [[nodiscard]] boost::beast::flat_buffer& buffer() { return buffer_; }
  [[nodiscard]] const ServerAddress& address() const { return address_; }
  // "cannot reach host:port: reason"
  [[nodiscard]] std::string failure(std::string_view doing, boost::beast::error_code error) const;

 private:
  using Tls = boost::asio::ssl::stream<boost::beast::tcp_stream&>;
  [[nodiscard]] std::string begin_tls(std::chrono::milliseconds patience);

  ServerAddress address_;
  ClientTrust trust_;
  boost::asio::io_context loop_{1};
  boost::beast::tcp_stream stream_;
  std::unique_ptr<boost::asio::ssl::context> context_;  // made at the first connection
  std::unique_ptr<Tls> tls_;                            // of this connection; null: plain HTTP
  boost::beast::flat_buffer buffer_;
  bool open_ = false;
};

// The request as the library wants it; `request`'s texts must outlive it.
[[nodiscard]] ClientHttpRequest to_message(const ClientRequest& request,
                                           const ServerAddress& address);

}  // namespace potik::beast
