#pragma once
// What client and event reader share: a socket whose operations block for a bounded time.

#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/optional.hpp>
#include <chrono>
#include <string>

#include "adapters/beast/http_client.h"

namespace potik::beast {

using ClientHttpRequest = boost::beast::http::request<boost::beast::http::span_body<const char>>;

// Blocking is done by running the loop until the one operation is over: the only way to a time
// limit.
class ClientConnection {
 public:
  explicit ClientConnection(ServerAddress address) : address_(std::move(address)), stream_(loop_) {}

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

  [[nodiscard]] boost::beast::tcp_stream& stream() { return stream_; }
  [[nodiscard]] boost::beast::flat_buffer& buffer() { return buffer_; }
  [[nodiscard]] const ServerAddress& address() const { return address_; }
  // "cannot reach host:port: reason"
  [[nodiscard]] std::string failure(std::string_view doing, boost::beast::error_code error) const;

 private:
  ServerAddress address_;
  boost::asio::io_context loop_{1};
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  bool open_ = false;
};

// The request as the library wants it; `request`'s texts must outlive it.
[[nodiscard]] ClientHttpRequest to_message(const ClientRequest& request,
                                           const ServerAddress& address);

}  // namespace potik::beast
