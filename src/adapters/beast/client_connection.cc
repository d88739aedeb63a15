#include "adapters/beast/client_connection.h"

#include <openssl/ssl.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>

#include "adapters/beast/tls_context.h"

namespace potik::beast {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::beast::error_code;

}  // namespace

std::string ClientConnection::failure(std::string_view doing, error_code error) const {
  const bool slow = error == boost::beast::error::timeout;
  return std::string(doing) + " " + address_.host + ":" + std::to_string(address_.port) + ": " +
         (slow ? std::string("no answer in time") : error.message());
}

std::string ClientConnection::connect(std::chrono::milliseconds patience) {
  close();
  error_code error;
  asio::ip::tcp::resolver resolver(loop_);
  const auto found = resolver.resolve(address_.host, std::to_string(address_.port), error);
  if (error) return failure("cannot resolve", error);
  error = wait(patience, [&](auto done) { stream_.async_connect(found, std::move(done)); });
  if (error) return failure("cannot reach", error) + ". Is the server running there?";
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), error);
  if (address_.tls) {
    if (std::string wrong = begin_tls(patience); !wrong.empty()) return wrong;
  }
  open_ = true;
  return {};
}

std::string ClientConnection::begin_tls(std::chrono::milliseconds patience) {
  if (!context_) {
    auto made = client_context(trust_);
    if (!made) return made.error();
    context_ = std::move(made).value();
  }
  tls_ = std::make_unique<Tls>(stream_, *context_);
  error_code error;
  SSL_set_tlsext_host_name(tls_->native_handle(), address_.host.c_str());
  if (trust_.certificate_file.empty())
    tls_->set_verify_callback(asio::ssl::host_name_verification(address_.host), error);
  error = wait(patience, [&](auto done) {
    tls_->async_handshake(asio::ssl::stream_base::client, std::move(done));
  });
  if (!error) return {};
  close();
  return failure("no TLS with", error) +
         ". A file of authorities that vouch for the server is named with --ca.";
}

bool ClientConnection::is_usable() {
  if (!open_ || buffer_.size() > 0) return false;
  auto& socket = stream_.socket();
  error_code error;
  std::array<char, 1> byte{};
  socket.non_blocking(true, error);
  const size_t bytes = socket.receive(asio::buffer(byte), asio::socket_base::message_peek, error);
  return bytes == 0 && error == asio::error::would_block;
}

void ClientConnection::close() {
  error_code ignored;
  stream_.socket().close(ignored);
  tls_.reset();
  buffer_.clear();
  open_ = false;
}

ClientHttpRequest to_message(const ClientRequest& request, const ServerAddress& address) {
  ClientHttpRequest message;
  message.method_string({request.method.data(), request.method.size()});
  message.target({request.target.data(), request.target.size()});
  message.version(11);
  const bool v6 = address.host.find(':') != std::string::npos;
  message.set(http::field::host,
              (v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port));
  if (!request.content_type.empty()) {
    message.set(http::field::content_type, boost::beast::string_view(request.content_type.data(),
                                                                     request.content_type.size()));
  }
  for (const auto& [name, value] : request.headers) message.set(name, value);
  message.body() = {request.body.data(), request.body.size()};
  message.prepare_payload();
  return message;
}

}  // namespace potik::beast
