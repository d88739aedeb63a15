// The sending half of a connection: heads, bodies, files, streams.
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <charconv>

#include "adapters/beast/connection.h"

namespace potik::beast {
namespace {

namespace asio = boost::asio;
using boost::beast::error_code;

constexpr size_t kFileChunkBytes = 256U << 10U;
constexpr size_t kDrainBytesMax = 64U << 20U;

void append_number(std::string& out, uint64_t number) {
  std::array<char, 24> text{};
  out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr);
}

void append_header(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string Connection::response_head(const api::Response& response) {
  std::string head;
  head.reserve(1024);
  head += "HTTP/1.1 ";
  append_number(head, static_cast<uint64_t>(response.status));
  head.append(" ").append(api::reason_phrase(response.status)).append("\r\n").append(io_->date);
  if (!response.content_type.empty()) append_header(head, "Content-Type", response.content_type);
  if (!response.cache_control.empty()) append_header(head, "Cache-Control", response.cache_control);
  head += api::kSecurityHeaders;
  if (bytes_.is_tls()) head += api::kTransportHeader;
  append_header(head, "Content-Security-Policy", response.content_policy);
  append_header(head, "Cross-Origin-Resource-Policy", response.resource_policy);
  for (const api::Header& header : response.headers) append_header(head, header.name, header.value);
  if (response.status != 204 && response.status != 304 &&
      response.content_type != api::kEventStream) {
    head += "Content-Length: ";
    append_number(head, response.file ? response.file->size() : response.body.size());
    head += "\r\n";
  }
  if (!keep_alive_) {
    head += "Connection: close\r\n";
  } else if (http_1_0_) {
    head += "Connection: keep-alive\r\n";
  }
  head += "\r\n";
  return head;
}

asio::awaitable<bool> Connection::write_response() {
  phase_ = Phase::writing;
  expect_progress();
  api::Response response = std::exchange(response_, {});
  if (response.status >= 400 && shared_->on_error) shared_->on_error(request_, response);
  const std::string head = response_head(response);
  const bool with_body = !head_only_ && !response.file;
  const std::array<asio::const_buffer, 2> buffers{
      asio::buffer(head), asio::buffer(response.body.data(), with_body ? response.body.size() : 0)};
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  co_await asio::async_write(bytes_, buffers, token);
  bool sent = !error;
  if (sent && response.file && !head_only_) sent = co_await write_file(*response.file);
  release_body();
  co_return sent;
}

// What is kept stays charged, and is kept only while half of the bound is free: many idle
// connections must not hold more than all requests may.
void Connection::release_body() {
  const bool crowded =
      shared_->body_bytes.load(std::memory_order_relaxed) > shared_->options.bodies_bytes_max / 2;
  if (request_.body.capacity() > (crowded ? kOwnBodyBytes : kKeptBodyBytes))
    std::string().swap(request_.body);
  const size_t kept = request_.body.capacity();
  if (charged_bytes_ <= kept) return;
  shared_->body_bytes.fetch_sub(charged_bytes_ - kept, std::memory_order_relaxed);
  charged_bytes_ = kept;
}

asio::awaitable<bool> Connection::write_text(const std::string& text) {
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  const auto bytes = asio::buffer(text);
  co_await asio::async_write(bytes_, bytes, token);
  co_return !error;
}

asio::awaitable<bool> Connection::write_file(const api::FileSlice& file) {
  std::string chunk;
  for (uint64_t at = 0; at < file.size(); at += chunk.size()) {
    // A file cut short meanwhile cannot be answered rightly any more: the connection breaks.
    if (!file.read(at, kFileChunkBytes, chunk)) co_return false;
    expect_progress();
    const bool sent = co_await write_text(chunk);
    if (!sent) co_return false;
  }
  co_return true;
}

// After a refusal the client may still be sending: closing at once would reset the connection and
// take the answer with it.
asio::awaitable<void> Connection::drain() {
  error_code error;
  if (!bytes_.is_tls()) bytes_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
  deadline_ms_ = io_->now_ms.load(std::memory_order_relaxed) + shared_->options.drain_timeout_ms;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  std::string sink(kFileChunkBytes / 4, '\0');
  const auto room = asio::buffer(sink);
  size_t drained = 0;
  while (!error && drained < kDrainBytesMax) {
    const size_t bytes = co_await bytes_.async_read_some(room, token);
    drained += bytes;
  }
}

asio::awaitable<void> Connection::serve_stream() {
  keep_alive_ = false;
  const StreamAnswer answer = std::move(*stream_answer_);
  api::Response response{.content_type = api::kEventStream};
  response.headers = answer.headers;
  const std::string head = response_head(response);
  phase_ = Phase::writing;
  expect_progress();
  const bool begun = co_await write_text(head);
  if (!begun || head_only_ || finishing_) co_return;
  shared_->streams_open.fetch_add(1, std::memory_order_relaxed);
  const std::weak_ptr<Connection> weak = weak_from_this();
  stream_ = std::make_shared<EventStream>(shared_->options.stream_events_max,
                                          shared_->options.stream_bytes_max, [weak, io = io_] {
                                            asio::post(io->context, [weak] {
                                              if (const auto self = weak.lock())
                                                self->wake_.cancel();
                                            });
                                          });
  answer.start(stream_);
  watch_for_close();
  co_await pump_stream();
  stream_->end();
  shared_->streams_open.fetch_sub(1, std::memory_order_relaxed);
}

// Between two looks at the queue nothing else runs on this thread, so no wake-up is lost.
asio::awaitable<void> Connection::pump_stream() {
  const std::chrono::milliseconds heartbeat(shared_->options.heartbeat_ms);
  std::string text;
  while (!peer_gone_) {
    text.clear();
    const bool open = stream_->take(text);
    if (!open) co_return;
    if (text.empty()) {
      phase_ = Phase::streaming;
      wake_.expires_after(heartbeat);
      error_code interrupted;
      co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, interrupted));
      if (interrupted) continue;
      text = ": quiet\n\n";
    }
    phase_ = Phase::writing;
    expect_progress();
    const bool sent = co_await write_text(text);
    if (!sent) co_return;
  }
}

// A viewer who leaves is noticed by the socket turning readable without bytes; over TLS by a read
// that ends, because a client that leaves says so in bytes.
void Connection::watch_for_close() {
  const auto gone = [self = shared_from_this()] {
    self->peer_gone_ = true;
    self->wake_.cancel();
  };
  if (bytes_.is_tls()) {
    bytes_.async_read_some(asio::buffer(watched_), [gone](error_code error, size_t) {
      if (error) gone();
    });
    return;
  }
  bytes_.socket().async_wait(
      asio::ip::tcp::socket::wait_read, [self = shared_from_this(), gone](error_code error) {
        if (!error) {
          std::array<char, 1> byte{};
          if (self->bytes_.socket().receive(asio::buffer(byte), asio::socket_base::message_peek,
                                            error) > 0)
            return;
        }
        gone();
      });
}

}  // namespace potik::beast
