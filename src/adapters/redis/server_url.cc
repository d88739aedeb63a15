#include "adapters/redis/server_url.h"

#include <charconv>
#include <optional>

namespace potik::redis {
namespace {

constexpr std::string_view kTcp = "redis://";
constexpr std::string_view kUnix = "unix://";
constexpr std::string_view kTls = "rediss://";

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    if (text.front() != '%') {
      plain += text.front();
      text.remove_prefix(1);
      continue;
    }
    uint8_t byte = 0;
    if (text.size() < 3) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data() + 1, text.data() + 3, byte, 16);
    if (error != std::errc() || end != text.data() + 3) return std::nullopt;
    plain += static_cast<char>(byte);
    text.remove_prefix(3);
  }
  return plain;
}

// USER:PASSWORD, :PASSWORD or PASSWORD.
bool read_account(std::string_view text, ServerUrl& url) {
  const size_t colon = text.find(':');
  const auto user = unescaped(colon == std::string_view::npos ? "" : text.substr(0, colon));
  const auto password = unescaped(colon == std::string_view::npos ? text : text.substr(colon + 1));
  if (!user || !password || password->empty()) return false;
  url.user = *user;
  url.password = *password;
  return true;
}

bool read_place(std::string_view text, ServerUrl& url) {
  std::string_view port;
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    url.host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    if (!text.empty() && text.front() != ':') return false;
    port = text.empty() ? text : text.substr(1);
  } else {
    const size_t colon = text.find(':');
    url.host = text.substr(0, colon);
    if (colon == std::string_view::npos) return !url.host.empty();
    port = text.substr(colon + 1);
    text.remove_prefix(colon);
  }
  if (text.empty()) return !url.host.empty();
  const auto number = number_of<uint16_t>(port);
  if (!number || *number == 0) return false;
  url.port = *number;
  return !url.host.empty();
}

bool read_database(std::string_view text, ServerUrl& url) {
  if (text.empty()) return true;
  const auto number = number_of<uint32_t>(text);
  if (number) url.database = *number;
  return number.has_value();
}

bool read_rest(std::string_view rest, bool by_socket, ServerUrl& url) {
  const size_t slash = rest.find('/');
  const size_t at = rest.substr(0, slash).rfind('@');
  if (at != std::string_view::npos) {
    if (!read_account(rest.substr(0, at), url)) return false;
    rest.remove_prefix(at + 1);
  }
  if (by_socket) {
    const size_t question = rest.find('?');
    url.socket = rest.substr(0, question);
    if (url.socket.size() < 2 || url.socket.front() != '/') return false;
    if (question == std::string_view::npos) return true;
    const std::string_view query = rest.substr(question + 1);
    return query.starts_with("db=") && read_database(query.substr(3), url);
  }
  const size_t path = rest.find('/');
  if (!read_place(rest.substr(0, path), url)) return false;
  return path == std::string_view::npos || read_database(rest.substr(path + 1), url);
}

}  // namespace

Result<ServerUrl, std::string> parse_url(std::string_view text) {
  if (text.starts_with(kTls))
    return Error{
        std::string("asks for TLS, which is not spoken here: let a proxy on this machine "
                    "do it, and name that with redis:// or unix://")};
  const bool by_socket = text.starts_with(kUnix);
  ServerUrl url;
  if ((!by_socket && !text.starts_with(kTcp)) ||
      !read_rest(text.substr(by_socket ? kUnix.size() : kTcp.size()), by_socket, url))
    return Error{
        std::string("is not redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE], as in "
                    "redis://127.0.0.1:6379/0, nor unix:///PATH[?db=DATABASE]")};
  return url;
}

std::string name_of(const ServerUrl& url) {
  if (!url.socket.empty()) return url.socket;
  const bool v6 = url.host.find(':') != std::string::npos;
  return (v6 ? "[" + url.host + "]" : url.host) + ":" + std::to_string(url.port);
}

}  // namespace potik::redis
