#include "adapters/beast/connection.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>
#include <utility>

#include "api/problem.h"

namespace potik::beast {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::beast::error_code;

constexpr size_t kReadBytes = 8U << 10U;
const std::string kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, std::shared_ptr<ServerShared> shared,
                       std::shared_ptr<IoThread> io)
    : shared_(std::move(shared)),
      bytes_(std::move(socket), shared_->tls.get()),
      io_(std::move(io)),
      wake_(io_->context),
      buffer_(shared_->options.header_bytes_max + kReadBytes) {
  shared_->connections_open.fetch_add(1, std::memory_order_relaxed);
}

Connection::~Connection() {
  shared_->body_bytes.fetch_sub(charged_bytes_, std::memory_order_relaxed);
  shared_->connections_open.fetch_sub(1, std::memory_order_relaxed);
}

asio::awaitable<void> Connection::run() {
  error_code error;
  const std::shared_ptr<Connection> self = shared_from_this();
  bytes_.socket().set_option(asio::ip::tcp::no_delay(true), error);
  const auto client = bytes_.socket().remote_endpoint(error);
  if (!error) request_.peer = client.address().to_string();
  bool understood = true;
  if (bytes_.is_tls()) understood = co_await shake_hands();
  if (understood) {
    co_await converse();
    answered_ = true;  // what still comes is late
    if (bytes_.is_tls() && !peer_gone_) co_await say_goodbye();
  }
  bytes_.socket().shutdown(asio::ip::tcp::socket::shutdown_both, error);
  bytes_.socket().close(error);
}

asio::awaitable<bool> Connection::shake_hands() {
  phase_ = Phase::reading;
  deadline_ms_ =
      io_->now_ms.load(std::memory_order_relaxed) + shared_->options.tls_handshake_timeout_ms;
  error_code error;
  co_await bytes_.async_handshake(asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

// Tells the client that nothing was cut off, and waits a little for its own word.
asio::awaitable<void> Connection::say_goodbye() {
  phase_ = Phase::reading;
  deadline_ms_ = io_->now_ms.load(std::memory_order_relaxed) + shared_->options.drain_timeout_ms;
  error_code error;
  co_await bytes_.async_shutdown(asio::redirect_error(asio::use_awaitable, error));
}

// Requests and answers until one side has enough.
asio::awaitable<void> Connection::converse() {
  while (!finishing_) {
    const ReadResult read = co_await read_request();
    if (read == ReadResult::gone) break;
    if (read == ReadResult::request) {
      handle();
      if (!answered_) co_await wait_for_answer();
      if (peer_gone_) break;
    }
    if (stream_answer_) {
      co_await serve_stream();
      break;
    }
    const bool written = co_await write_response();
    if (!written) break;
    if (read == ReadResult::refuse) {
      co_await drain();
      break;
    }
    if (!keep_alive_) break;
  }
}

// A body has to keep coming, and not a byte a minute: each holds a connection.
void Connection::expect_body() {
  const int64_t idle_ms = shared_->options.idle_timeout_ms;
  const auto bytes = static_cast<int64_t>(request_.body.size());
  deadline_ms_ = std::min(io_->now_ms.load(std::memory_order_relaxed) + idle_ms,
                          body_began_ms_ + idle_ms + bytes * 1000 / kBodyBytesPerSecondMin);
}

void Connection::expect_progress() {
  deadline_ms_ = io_->now_ms.load(std::memory_order_relaxed) + shared_->options.idle_timeout_ms;
}

// Reads until the parser has a whole request; what was read beyond it stays in the buffer for the
// next.
asio::awaitable<Connection::ReadResult> Connection::read_request() {
  phase_ = Phase::reading;
  expect_progress();
  RequestParser parser(request_, shared_->options.header_bytes_max,
                       shared_->options.body_bytes_max);
  bool checked = false;  // whether the body, which is still to come, is worth reading
  while (!parser.is_done()) {
    error_code error = http::error::need_more;
    if (buffer_.size() > 0) buffer_.consume(parser.put(buffer_.data(), error));
    if (error && error != http::error::need_more) co_return refuse_broken(error);
    if (!charge_body()) co_return refuse_memory();
    if (parser.is_done()) break;
    if (parser.is_header_done() && !checked) {
      checked = true;
      body_began_ms_ = io_->now_ms.load(std::memory_order_relaxed);
      if (!take_head(parser)) co_return refuse_head();
      if (auto refused = shared_->router.early_refusal(request_))
        co_return refuse(std::move(*refused));
    }
    if (parser.is_header_done() && parser.body_bytes_left() > 0) {
      const ReadResult body = co_await read_body(parser);
      co_return body;
    }
    if (!error) continue;
    const bool more = co_await read_more(parser);
    if (!more) co_return ReadResult::gone;
  }
  co_return take_head(parser) ? ReadResult::request : refuse_head();
}

bool Connection::take_head(const RequestParser& parser) {
  keep_alive_ = parser.keep_alive();
  http_1_0_ = parser.is_http_1_0();
  return parser.is_well_formed();
}

asio::awaitable<bool> Connection::read_more(RequestParser& parser) {
  if (parser.is_header_done() && parser.take_expects_continue()) {
    const bool told = co_await write_text(kContinue);
    if (!told) co_return false;
  }
  const auto room = buffer_.prepare(std::min(kReadBytes, buffer_.max_size() - buffer_.size()));
  if (room.size() == 0) co_return false;  // a chunk's extension without end
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  const size_t bytes = co_await bytes_.async_read_some(room, token);
  buffer_.commit(bytes);
  // Headers have one deadline however they trickle in.
  if (parser.is_header_done()) expect_body();
  co_return !error;
}

// A body of declared length goes straight into the request, past buffer and parser.
asio::awaitable<Connection::ReadResult> Connection::read_body(RequestParser& parser) {
  if (parser.take_expects_continue()) {
    const bool told = co_await write_text(kContinue);
    if (!told) co_return ReadResult::gone;
  }
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  for (uint64_t left = parser.body_bytes_left(); left > 0;) {
    const size_t before = request_.body.size();
    const size_t step =
        static_cast<size_t>(std::min<uint64_t>(left, std::max(before, kKeptBodyBytes)));
    const auto room = asio::buffer(parser.extend_body(step), step);
    const size_t bytes = co_await bytes_.async_read_some(room, token);
    request_.body.resize(before + bytes);
    if (error) co_return ReadResult::gone;
    if (!charge_body()) co_return refuse_memory();
    left -= bytes;
    expect_body();
  }
  co_return ReadResult::request;
}

bool Connection::charge_body() {
  const size_t bytes = request_.body.capacity();
  if (bytes > charged_bytes_) {
    shared_->body_bytes.fetch_add(bytes - charged_bytes_, std::memory_order_relaxed);
    charged_bytes_ = bytes;
  }
  return bytes <= kOwnBodyBytes ||
         shared_->body_bytes.load(std::memory_order_relaxed) <= shared_->options.bodies_bytes_max;
}

Connection::ReadResult Connection::refuse(api::Response response) {
  keep_alive_ = false;
  head_only_ = false;
  response_ = std::move(response);
  return ReadResult::refuse;
}

Connection::ReadResult Connection::refuse_head() {
  return refuse(api::problem(400,
                             "Send a path as the target, a Host header, and one Content-Length or "
                             "one Transfer-Encoding: chunked."));
}

Connection::ReadResult Connection::refuse_memory() {
  return refuse(api::try_later(
      503, 1, "Other requests fill the memory for bodies. Send this one again later."));
}

Connection::ReadResult Connection::refuse_broken(error_code error) {
  if (error == http::error::body_limit) {
    return refuse(api::problem(413, "The body is longer than " +
                                        std::to_string(shared_->options.body_bytes_max) +
                                        " bytes. Send it in parts."));
  }
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return refuse(api::problem(431, "The request line and headers are too long."));
  }
  return refuse(api::problem(400, "This is not HTTP/1.1: " + error.message() + "."));
}

void Connection::handle() {
  phase_ = Phase::handling;
  deadline_ms_ = io_->now_ms.load(std::memory_order_relaxed) + shared_->options.answer_timeout_ms;
  head_only_ = request_.method == api::Method::head;
  answered_ = false;
  ++current_;
  shared_->requests.fetch_add(1, std::memory_order_relaxed);
  shared_->router.handle(request_, api::Reply(shared_from_this(), current_));
}

asio::awaitable<void> Connection::wait_for_answer() {
  while (!answered_ && !peer_gone_) {
    wake_.expires_at(asio::steady_timer::time_point::max());
    error_code ignored;
    co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

template <class Deliver>
void Connection::on_thread(Deliver deliver) {
  if (io_->context.get_executor().running_in_this_thread()) return deliver();
  // Posting to a loop that no longer runs would keep this connection and the loop alive for ever.
  if (shared_->stopped.load()) return;
  asio::post(io_->context, std::move(deliver));
}

void Connection::answer(uint64_t request, api::Response response) {
  on_thread([self = shared_from_this(), request, response = std::move(response)]() mutable {
    self->deliver(request, std::move(response));
  });
}

void Connection::answer_later(uint64_t request, Render render) {
  on_thread([self = shared_from_this(), request, render = std::move(render)] {
    self->deliver(request, render());
  });
}

void Connection::start_stream(uint64_t request, std::vector<api::Header> headers,
                              StreamStart start) {
  StreamAnswer stream{std::move(headers), std::move(start)};
  on_thread([self = shared_from_this(), request, stream = std::move(stream)]() mutable {
    self->deliver_stream(request, std::move(stream));
  });
}

void Connection::take_time(uint64_t request) {
  on_thread([self = shared_from_this(), request] {
    if (request != self->current_ || self->answered_) return;
    self->deadline_ms_ = std::numeric_limits<int64_t>::max();
  });
}

bool Connection::take_delivery(uint64_t request) {
  if (request != current_ || answered_) {
    shared_->answers_late.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  answered_ = true;
  wake_.cancel();
  return true;
}

void Connection::deliver(uint64_t request, api::Response response) {
  if (take_delivery(request)) response_ = std::move(response);
}

void Connection::deliver_stream(uint64_t request, StreamAnswer stream) {
  if (take_delivery(request)) stream_answer_ = std::move(stream);
}

void Connection::check_deadline() {
  if (io_->now_ms.load(std::memory_order_relaxed) < deadline_ms_) return;
  if (phase_ == Phase::streaming) return;  // its writes are watched in serve_stream()
  if (phase_ == Phase::handling) {
    deliver(
        current_,
        api::problem(504, "The server did not finish in time. The request may still take effect."));
    return;
  }
  abort();
}

void Connection::finish() {
  finishing_ = true;
  keep_alive_ = false;
  if (phase_ == Phase::reading) return abort();
  if (stream_) stream_->close();
}

void Connection::abort() {
  finishing_ = true;
  peer_gone_ = true;
  error_code ignored;
  bytes_.socket().close(ignored);
  wake_.cancel();
}

}  // namespace potik::beast
