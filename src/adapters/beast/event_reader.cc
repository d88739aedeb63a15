#include <poll.h>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <deque>

#include "adapters/beast/client_connection.h"
#include "adapters/beast/http_client.h"

namespace potik::beast {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;

// The text of a stream into events, as the HTML standard describes it (line ends are LF or CRLF
// here).
class EventText {
 public:
  void add(std::string_view bytes) {
    pending_ += bytes;
    for (size_t end = pending_.find('\n'); end != std::string::npos; end = pending_.find('\n')) {
      std::string_view line = std::string_view(pending_).substr(0, end);
      if (line.ends_with('\r')) line.remove_suffix(1);
      take_line(line);
      pending_.erase(0, end + 1);
    }
  }
  std::optional<ServerEvent> next() {
    if (ready_.empty()) return std::nullopt;
    ServerEvent event = std::move(ready_.front());
    ready_.pop_front();
    return event;
  }
  [[nodiscard]] uint64_t comments() const { return comments_; }

 private:
  void take_line(std::string_view line) {
    if (line.empty()) return dispatch();
    if (line.front() == ':') {
      ++comments_;
      return;
    }
    const std::string_view field = line.substr(0, line.find(':'));
    std::string_view value = line.substr(std::min(field.size() + 1, line.size()));
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "event") current_.name = value;
    if (field == "id") current_.id = value;
    if (field == "data") current_.data.append(value).append("\n");
  }
  void dispatch() {
    if (!current_.data.empty()) {
      current_.data.pop_back();
      if (current_.name.empty()) current_.name = "message";
      ready_.push_back(std::move(current_));
    }
    current_ = {};
  }

  std::string pending_;
  ServerEvent current_;
  std::deque<ServerEvent> ready_;
  uint64_t comments_ = 0;
};

}  // namespace

struct EventReader::Impl {
  explicit Impl(const ServerAddress& address) : connection(address) {}

  // Empty text, or what went wrong.
  std::string begin(std::string_view target, const std::string& key,
                    std::chrono::milliseconds patience) {
    std::string failure = connection.connect(patience);
    if (!failure.empty()) return failure;
    ClientHttpRequest message = to_message(
        {.target = target, .headers = {{"Accept", "text/event-stream"}}}, connection.address());
    if (!key.empty()) message.set(http::field::authorization, "Bearer " + key);
    parser.body_limit(boost::none);
    error_code error = connection.wait(patience, [&](auto done) {
      http::async_write(connection.stream(), message, std::move(done));
    });
    if (!error) {
      error = connection.wait(patience, [&](auto done) {
        http::async_read_header(connection.stream(), connection.buffer(), parser, std::move(done));
      });
    }
    if (error) return connection.failure("no answer from", error);
    if (parser.get().result_int() == 200) return {};
    (void)connection.wait(patience, [&](auto done) {
      http::async_read(connection.stream(), connection.buffer(), parser, std::move(done));
    });
    return "the server answered " + std::to_string(parser.get().result_int()) + ": " +
           parser.get().body();
  }

  // A read that runs into its time limit closes the socket, so waiting in patience needs one that
  // does not.
  bool read_some(std::chrono::milliseconds patience) {
    if (connection.buffer().size() == 0 && !wait_readable(patience)) return false;
    const error_code error = connection.wait(std::chrono::milliseconds(10'000), [&](auto done) {
      http::async_read_some(connection.stream(), connection.buffer(), parser, std::move(done));
    });
    text.add(parser.get().body());
    parser.get().body().clear();
    ended = ended || static_cast<bool>(error) || parser.is_done();
    return !ended;
  }

  bool wait_readable(std::chrono::milliseconds patience);

  ClientConnection connection;
  http::response_parser<http::string_body> parser;
  EventText text;
  bool ended = false;
};

bool EventReader::Impl::wait_readable(std::chrono::milliseconds patience) {
  pollfd waiting{connection.stream().socket().native_handle(), POLLIN, 0};
  return ::poll(&waiting, 1, static_cast<int>(patience.count())) > 0;
}

Result<EventReader, std::string> EventReader::open(const ServerAddress& address,
                                                   std::string_view target, ClientOptions options) {
  if (address.tls) return Error{std::string("streams are read over plain HTTP only")};
  auto impl = std::make_unique<Impl>(address);
  std::string failure =
      impl->begin(target, options.key, std::chrono::milliseconds(options.timeout_ms));
  if (!failure.empty()) return Error{std::move(failure)};
  return EventReader(std::move(impl));
}

EventReader::EventReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EventReader::~EventReader() = default;
EventReader::EventReader(EventReader&&) noexcept = default;
EventReader& EventReader::operator=(EventReader&&) noexcept = default;

std::optional<ServerEvent> EventReader::next(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (true) {
    if (auto event = impl_->text.next()) return event;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (impl_->ended || left.count() < 0) return std::nullopt;
    (void)impl_->read_some(left);
  }
}

bool EventReader::ended() const { return impl_->ended; }
uint64_t EventReader::comments() const { return impl_->text.comments(); }

}  // namespace potik::beast
