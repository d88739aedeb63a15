// Any bytes that a client sends get well-formed HTTP answers or a closed connection, from the real
// server over the loopback, within its limits. The parser alone gives the same request however the
// bytes are cut.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/beast/http_server.h"
#include "adapters/beast/request_parser.h"
#include "adapters/beast/test_raw_socket.h"
#include "api/test_services.h"
#include "base/fuzz.h"
#include "base/hash.h"
#include "event/json_object.h"

namespace potik::beast {
namespace {

using fuzz::require;

constexpr size_t kHeaderBytesMax = 2'048;
constexpr size_t kBodyBytesMax = 16'384;
// A socket costs a thousand times as much as the parser alone: one input in so many is sent.
constexpr uint64_t kSendOneIn = 8;

ServerOptions server_options() {
  ServerOptions options;
  options.port = 0;
  options.header_bytes_max = kHeaderBytesMax;
  options.body_bytes_max = kBodyBytesMax;
  options.heartbeat_ms = 10'000;
  return options;
}

// Kept for the whole run: what one client sends must not harm the next.
struct Served {
  Served() : router(api::make_router(services.services(), api::ServicesForTests::options())) {
    auto started = HttpServer::start(*router, server_options());
    require(started.ok(), "a server starts on a free port");
    server = std::move(started).value();
  }
  api::ServicesForTests services;
  std::unique_ptr<api::Router> router;
  std::unique_ptr<HttpServer> server;
};

struct Head {
  int status = 0;
  std::optional<size_t> length;
  bool chunked = false;
  bool is_stream = false;
};

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

void take_header(std::string_view line, Head& head) {
  const size_t colon = line.find(": ");
  require(colon != std::string_view::npos && colon > 0, "a header has a name");
  for (const char c : line) {
    const auto byte = static_cast<unsigned char>(c);
    require(byte >= 0x20 && byte != 0x7f, "a header holds no control character");
  }
  const std::string name = lower(line.substr(0, colon));
  const std::string_view value = line.substr(colon + 2);
  if (name == "content-length") {
    size_t length = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
    require(error == std::errc() && end == value.data() + value.size(), "a length is a number");
    require(!head.length, "a length is said once");
    head.length = length;
  }
  if (name == "transfer-encoding") head.chunked = true;
  if (name == "content-type") head.is_stream = value.starts_with("text/event-stream");
}

Head take_head(std::string_view& bytes) {
  Head head;
  const size_t end = bytes.find("\r\n\r\n");
  require(end != std::string_view::npos, "an answer's head is whole");
  std::string_view lines = bytes.substr(0, end + 2);
  bytes.remove_prefix(end + 4);
  const std::string_view first = lines.substr(0, lines.find("\r\n"));
  require(first.starts_with("HTTP/1.1 ") && first.size() > 13 && first[12] == ' ',
          "an answer begins with its status");
  (void)std::from_chars(first.data() + 9, first.data() + 12, head.status);
  require(head.status >= 100 && head.status < 600, "a status is one");
  lines.remove_prefix(first.size() + 2);
  while (!lines.empty()) {
    const size_t line = lines.find("\r\n");
    take_header(lines.substr(0, line), head);
    lines.remove_prefix(line + 2);
  }
  return head;
}

// Each answer with a body of problem+json must be JSON; none may be cut short.
void check_answers(std::string_view bytes, bool asks_for_heads) {
  while (!bytes.empty()) {
    const Head head = take_head(bytes);
    require(head.status != 500, "no request is too odd for its handler");
    if (head.is_stream || head.status < 200 || head.status == 204 || head.status == 304) {
      if (head.is_stream) return;
      continue;
    }
    require(head.length.has_value() && !head.chunked, "an answer says its length");
    if (asks_for_heads && (bytes.empty() || bytes.starts_with("HTTP/1.1 "))) continue;
    require(bytes.size() >= *head.length, "an answer's body is whole");
    const std::string_view body = bytes.substr(0, *head.length);
    if (head.status >= 400) {
      require(event::JsonObject::parse(body).has_value(), "what is wrong is said in JSON");
    }
    bytes.remove_prefix(body.size());
  }
}

void check_server(std::string_view bytes) {
  static Served served;
  RawSocket client({"127.0.0.1", served.server->port()});
  require(client.connected(), "the server still takes connections");
  (void)client.send(bytes);
  client.end_of_sending();
  std::string seen = client.read_until("text/event-stream");
  const bool is_stream = seen.find("text/event-stream") != std::string::npos;
  require(is_stream || client.closed(), "a client that has said everything is answered and closed");
  if (is_stream && seen.find("\r\n\r\n", seen.find("text/event-stream")) == std::string::npos)
    seen += client.read_until("\r\n\r\n");
  if (!is_stream) check_answers(seen, bytes.find("HEAD") != std::string_view::npos);
  const ServerCounts counts = served.server->counts();
  require(counts.body_bytes <= counts.connections_open * 8 * kBodyBytesMax,
          "memory for bodies is given back");
}

struct Parsed {
  api::Request request;
  bool done = false;
  bool failed = false;
};

// As the server does: what the parser does not take is kept, and more is added to it.
void parse(std::string_view bytes, size_t step, Parsed& out) {
  RequestParser parser(out.request, kHeaderBytesMax, kBodyBytesMax);
  std::string buffer;
  for (size_t at = 0; at < bytes.size() && !parser.is_done() && !out.failed;) {
    const size_t more = std::min(step, bytes.size() - at);
    buffer.append(bytes.substr(at, more));
    at += more;
    boost::beast::error_code error;
    for (size_t taken = 1; taken > 0 && !buffer.empty() && !parser.is_done() && !error;) {
      taken = parser.put(boost::asio::buffer(buffer), error);
      buffer.erase(0, taken);
    }
    out.failed = error && error != boost::beast::http::error::need_more;
  }
  out.done = parser.is_done();
  if (out.done) out.failed = !parser.is_well_formed();
  require(out.request.target.size() <= kHeaderBytesMax, "a target keeps to the limit of heads");
  require(out.request.body.size() <= kBodyBytesMax, "a body keeps to its limit");
}

void check_parser(std::string_view bytes) {
  Parsed whole;
  parse(bytes, std::max<size_t>(bytes.size(), 1), whole);
  Parsed cut;
  parse(bytes, 1 + hash64(bytes) % 40, cut);
  require(whole.done == cut.done, "a request is whole however it is cut");
  if (!whole.done) return;
  require(whole.failed == cut.failed && whole.request.target == cut.request.target &&
              whole.request.method == cut.request.method &&
              whole.request.host == cut.request.host && whole.request.body == cut.request.body &&
              whole.request.accept == cut.request.accept,
          "and is the same one");
}

}  // namespace
}  // namespace potik::beast

potik::fuzz::Material potik::fuzz::material() {
  using namespace std::string_literals;  // NOLINT(google-build-using-namespace)
  const std::string event =
      R"({"event_id":"e1","type":"video_liked","occurred_at":1799999999000,"user_id":"u1","video_id":"v1"})";
  const std::string host = " HTTP/1.1\r\nHost: localhost\r\n";
  Material material;
  material.examples = {
      "GET /healthz" + host + "\r\n",
      "GET /v1/users/u1/recommendations?limit=5" + host + "Accept: application/json\r\n\r\n",
      "HEAD /v1/videos/v1" + host + "\r\nGET /metrics" + host + "\r\n",
      "POST /v1/events" + host + "Content-Type: application/json\r\nContent-Length: " +
          std::to_string(event.size()) + "\r\n\r\n" + event,
      "POST /v1/events" + host +
          "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked" +
          "\r\n\r\n2\r\n{}\r\n3;x=y\r\n{}\n\r\n0\r\nTrailer: t\r\n\r\n",
      "PUT /v1/videos/v1" + host + "Content-Length: 18\r\nExpect: 100-continue\r\n\r\n" +
          R"({"author_id":"a1"})",
      "DELETE /v1/users/u%201" + host + "Origin: http://localhost\r\nConnection: close\r\n\r\n",
      "OPTIONS * HTTP/1.0\r\nRange: bytes=0-5\r\nIf-None-Match: \"x\"\r\n\r\n",
      "POST /v1/query" + host + "Content-Length: 18\r\n\r\n{\"sql\":\"select 1\"}",
      "GET http://localhost/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"};
  material.pieces = {"\r\n"s,
                     "\r\n\r\n"s,
                     "\n"s,
                     "\r"s,
                     " "s,
                     ":"s,
                     "\0"s,
                     "\x01"s,
                     "%00"s,
                     "%2e%2e/"s,
                     "../"s,
                     "//"s,
                     "?"s,
                     "&limit=-1"s,
                     "?after=99999999999999999999"s,
                     "HTTP/1.0\r\n"s,
                     "Content-Length: 5\r\n"s,
                     "Content-Length: 99999999999\r\n"s,
                     "Transfer-Encoding: chunked\r\n"s,
                     "ffffffffffffffff\r\n"s,
                     "0\r\n\r\n"s,
                     "Host: evil\r\n"s,
                     "Expect: 100-continue\r\n"s,
                     "Upgrade: h2c\r\n"s,
                     "Range: bytes=-1\r\n"s,
                     "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"s,
                     std::string(1'500, 'a'),
                     "\xff\xfe"s,
                     "\t"s,
                     "Connection: keep-alive\r\n"s};
  return material;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  potik::beast::check_parser(bytes);
  if (potik::hash64(bytes) % potik::beast::kSendOneIn == 0) potik::beast::check_server(bytes);
  return 0;
}
