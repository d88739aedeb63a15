#include "adapters/beast/http_client.h"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <charconv>

#include "adapters/beast/client_connection.h"

namespace potik::beast {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;

using ResponseParser = http::response_parser<http::string_body>;

ClientResponse take_response(ResponseParser& parser) {
  auto& message = parser.get();
  ClientResponse response;
  response.status = static_cast<int>(message.result_int());
  for (const auto& field : message) {
    response.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  response.body = std::move(message.body());
  return response;
}

}  // namespace

Result<ServerAddress, std::string> parse_url(std::string_view url) {
  constexpr std::string_view kPlain = "http://";
  constexpr std::string_view kSecure = "https://";
  const std::string remedy =
      "'" + std::string(url) + "' is no address. Give it as http://host:port or https://host:port.";
  const bool tls = url.starts_with(kSecure);
  if (!tls && !url.starts_with(kPlain)) return Error{remedy};
  url.remove_prefix(tls ? kSecure.size() : kPlain.size());
  url = url.substr(0, url.find('/'));
  ServerAddress address{.host = {}, .port = static_cast<uint16_t>(tls ? 443 : 80), .tls = tls};
  const bool bracketed = url.starts_with('[');
  const size_t colon = url.find(':', bracketed ? url.find(']') : 0);
  const std::string_view host = url.substr(0, colon);
  address.host = bracketed && host.size() > 2 ? host.substr(1, host.size() - 2) : host;
  if (address.host.empty()) return Error{remedy};
  if (colon == std::string_view::npos) return address;
  const std::string_view port = url.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc{} || end != port.data() + port.size()) return Error{remedy};
  return address;
}

std::string_view ClientResponse::header(std::string_view name) const {
  const boost::beast::string_view wanted(name.data(), name.size());
  for (const auto& [key, value] : headers) {
    if (boost::beast::iequals(key, wanted)) return value;
  }
  return {};
}

struct HttpClient::Impl {
  Impl(ServerAddress address, ClientOptions the_options)
      : connection(std::move(address), the_options.trust), options(std::move(the_options)) {}

  error_code exchange(const ClientHttpRequest& message, ResponseParser& parser) {
    const std::chrono::milliseconds patience(options.timeout_ms);
    parser.body_limit(options.body_bytes_max);
    parser.skip(message.method() == http::verb::head);
    error_code error = connection.wait(patience, [&](auto done) {
      connection.on_stream(
          [&](auto& stream) { http::async_write(stream, message, std::move(done)); });
    });
    // A server that refuses early closes its reading side: its answer is there nevertheless.
    const error_code read = connection.wait(patience, [&](auto done) {
      connection.on_stream([&](auto& stream) {
        http::async_read(stream, connection.buffer(), parser, std::move(done));
      });
    });
    return read ? (error ? error : read) : error_code{};
  }

  ClientConnection connection;
  ClientOptions options;
};

HttpClient::HttpClient(ServerAddress address, ClientOptions options)
    : impl_(std::make_unique<Impl>(std::move(address), std::move(options))) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

Result<ClientResponse, std::string> HttpClient::send(const ClientRequest& request) {
  ClientConnection& connection = impl_->connection;
  if (!connection.is_usable()) {
    std::string failure = connection.connect(std::chrono::milliseconds(impl_->options.timeout_ms));
    if (!failure.empty()) return Error{std::move(failure)};
  }
  ResponseParser parser;
  ClientHttpRequest message = to_message(request, connection.address());
  if (!impl_->options.key.empty())
    message.set(http::field::authorization, "Bearer " + impl_->options.key);
  const error_code error = impl_->exchange(message, parser);
  if (error) {
    connection.close();
    return Error{connection.failure("no answer from", error)};
  }
  ClientResponse response = take_response(parser);
  if (!parser.keep_alive()) connection.close();
  return response;
}

}  // namespace potik::beast
