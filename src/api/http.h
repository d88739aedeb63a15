#pragma once
// HTTP as the handlers see it, free of any server library: a request, a response, the right to
// answer once, and a stream of server-sent events. An adapter (adapters/beast) moves these over
// sockets.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/security_headers.h"

namespace potik::api {

enum class Method : uint8_t { get, head, post, put, del, options, other };
[[nodiscard]] std::string_view name(Method method);  // "GET"; "other" has an empty name

inline constexpr std::string_view kJson = "application/json";
inline constexpr std::string_view kProblemJson = "application/problem+json";
inline constexpr std::string_view kNdjson = "application/x-ndjson";
inline constexpr std::string_view kEventStream = "text/event-stream";
inline constexpr std::string_view kPlainText = "text/plain; charset=utf-8";

// Percent-decoding of a path segment. Nothing if an escape is broken.
[[nodiscard]] std::optional<std::string> decode_percent(std::string_view text);

// One request. Belongs to the connection, which reuses its memory for the next: a handler may move
// the body out, and must copy whatever else it needs after it has returned. Header texts are empty
// if absent.
struct Request {
  Method method = Method::get;
  std::string target;  // as sent, in origin form: "/v1/users/a%20b?limit=3"
  std::string host;
  std::string origin;
  std::string accept;
  std::string content_type;
  std::string content_encoding;
  std::string range;
  std::string if_range;
  std::string if_none_match;
  std::string if_modified_since;
  std::string authorization;
  std::string traceparent;
  std::string
      peer;  // the client's numeric address, without port: of a proxy, where one stands between
  std::string body;  // event::kDecodePadding readable bytes stand behind it
  std::vector<std::string>
      ids;                // the pattern's {placeholders}, decoded, in order; set by the router
  std::string viewer_id;  // whose token it carries, set by the router; empty: nobody's

  [[nodiscard]] std::string_view path() const;   // undecoded, without the query
  [[nodiscard]] std::string_view query() const;  // undecoded, without '?'
  // The first parameter of this name, decoded ('+' is a space). Empty text if it has no value.
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;
  void clear();  // keeps memory
};

// Bytes of an open file as a response's body. Closes the descriptor.
class FileSlice {
 public:
  FileSlice(int descriptor, uint64_t offset, uint64_t size)
      : descriptor_(descriptor), offset_(offset), size_(size) {}
  FileSlice(FileSlice&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)),
        offset_(other.offset_),
        size_(other.size_) {}
  FileSlice& operator=(FileSlice&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    offset_ = other.offset_;
    size_ = other.size_;
    return *this;
  }
  ~FileSlice();
  [[nodiscard]] uint64_t size() const { return size_; }
  // Takes the descriptor over for a part of this slice; this one is then empty.
  [[nodiscard]] FileSlice part(uint64_t offset, uint64_t size) {
    return {std::exchange(descriptor_, -1), offset_ + offset, size};
  }
  // Fills `out` with up to `bytes_max` bytes from `at` (0 is the slice's start); false if the file
  // cannot be read there any more. Blocks for the disk.
  [[nodiscard]] bool read(uint64_t at, size_t bytes_max, std::string& out) const;

 private:
  int descriptor_;
  uint64_t offset_;
  uint64_t size_;
};

struct Header {
  std::string_view name;  // static storage
  std::string value;      // without line breaks
};

struct Response {
  int status = 200;
  std::string_view content_type = kJson;        // static storage; empty: no body
  std::string_view cache_control = "no-store";  // static storage; empty: none
  std::string body{};
  std::vector<Header> headers{};
  std::optional<FileSlice> file{};  // sent instead of `body`
  // Static storage. Content-Security-Policy; and Cross-Origin-Resource-Policy: which sites may
  // embed it.
  std::string_view content_policy = kDataPolicy;
  std::string_view resource_policy = "same-origin";
};
[[nodiscard]] std::string_view reason_phrase(int status);

// An open answer of server-sent events. Any thread. What a slow client has not taken is bounded:
// events beyond stream_events_max are refused, and of what is offered only the newest waits.
class Stream {
 public:
  using Text = std::shared_ptr<const std::string>;  // shared: one rendering goes to all viewers
  using Render = std::function<std::string()>;

  virtual ~Stream() = default;
  // Queues a whole event ("event: x\ndata: y\n\n"). False: refused, the client is gone or too slow.
  virtual bool write(Text text) = 0;
  // Replaces what was offered before and not yet sent. `render` runs on the connection's thread,
  // and only if it is sent. False: the client is gone.
  virtual bool offer(Render render) = 0;
  virtual void close() = 0;
  // `ended` runs once, on the connection's thread, after the last byte; at once if it is over
  // already.
  virtual void on_end(std::function<void()> ended) = 0;
};

// Where answers go; implemented by the connection. `request` tells late answers from current ones.
class ReplySink {
 public:
  using StreamStart = std::function<void(const std::shared_ptr<Stream>&)>;
  using Render = std::function<Response()>;

  virtual ~ReplySink() = default;
  virtual void answer(uint64_t request, Response response) = 0;
  virtual void answer_later(uint64_t request, Render render) = 0;
  virtual void start_stream(uint64_t request, std::vector<Header> headers, StreamStart start) = 0;
  virtual void take_time(uint64_t request) = 0;
};

// The right to answer one request, once, from any thread. If it is destroyed unused the client gets
// 500, so that a forgotten answer never hangs a connection. Shared ownership of the sink: the
// answer may come when the client is long gone.
class Reply {
 public:
  Reply(std::shared_ptr<ReplySink> sink, uint64_t request)
      : sink_(std::move(sink)), request_(request) {}
  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&&) = delete;
  ~Reply();

  // Costs no queue when called on the connection's thread, inside the handler.
  void send(Response response);
  // `render` runs on the connection's thread: for callers that must not spend time.
  void send_later(ReplySink::Render render);
  // 200 text/event-stream; `start` gets the stream, on the connection's thread, once its head is on
  // the way.
  void stream(ReplySink::StreamStart start);

  // The answer may take longer than others may: no 504 for it.
  void take_time();

  // Added to whatever is sent (by the router: CORS).
  void add_header(Header header) { headers_.push_back(std::move(header)); }
  [[nodiscard]] bool open() const { return sink_ != nullptr; }

 private:
  std::shared_ptr<ReplySink> sink_;
  uint64_t request_;
  std::vector<Header> headers_;
};

// For callbacks of the ports, which are copyable functions: shared for that reason alone.
using SharedReply = std::shared_ptr<Reply>;
[[nodiscard]] inline SharedReply share(Reply reply) {
  return std::make_shared<Reply>(std::move(reply));
}

}  // namespace potik::api
