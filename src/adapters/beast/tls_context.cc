#include "adapters/beast/tls_context.h"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <boost/asio/buffer.hpp>
#include <fstream>
#include <sstream>

namespace potik::beast {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

std::string unusable(const std::string& path, std::string_view what, const error_code& error) {
  return path + " is not usable as " + std::string(what) + ": " + error.message();
}

// At least TLS 1.2; buffers of a quiet connection go back.
Status<std::string> set_rules(ssl::context& context) {
  SSL_CTX* const native = context.native_handle();
  SSL_CTX_set_options(
      native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) == 1) return Ok{};
  return Error{std::string("OpenSSL does not speak TLS 1.2")};
}

// The first certificate of a PEM file: the server's own, where others stand behind it.
std::string first_certificate(const std::string& path) {
  constexpr std::string_view kEnd = "-----END CERTIFICATE-----";
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  std::string pem = text.str();
  const size_t end = pem.find(kEnd);
  pem.resize(end == std::string::npos ? 0 : end + kEnd.size());
  return pem + "\n";
}

}  // namespace

Result<std::unique_ptr<ssl::context>, std::string> server_context(const TlsFiles& files) {
  auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
  if (auto set = set_rules(*context); !set) return Error{set.error()};
  error_code error;
  context->use_certificate_chain_file(files.certificate, error);
  if (error) return Error{unusable(files.certificate, "http.tls_certificate_file", error)};
  context->use_private_key_file(files.key, ssl::context::pem, error);
  if (error) return Error{unusable(files.key, "http.tls_key_file", error)};
  if (SSL_CTX_check_private_key(context->native_handle()) != 1)
    return Error{files.key + " is not the key of the certificate in " + files.certificate};
  return context;
}

Result<std::unique_ptr<ssl::context>, std::string> client_context(const ClientTrust& trust) {
  auto context = std::make_unique<ssl::context>(ssl::context::tls_client);
  if (auto set = set_rules(*context); !set) return Error{set.error()};
  error_code error;
  if (!trust.certificate_file.empty()) {
    const std::string pem = first_certificate(trust.certificate_file);
    context->add_certificate_authority(boost::asio::buffer(pem), error);
    // The certificate itself is what is trusted, whoever signed it.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context->native_handle()),
                                X509_V_FLAG_PARTIAL_CHAIN);
    if (error) return Error{unusable(trust.certificate_file, "the server's certificate", error)};
  } else if (!trust.authorities_file.empty()) {
    context->load_verify_file(trust.authorities_file, error);
    if (error) return Error{unusable(trust.authorities_file, "a file of authorities", error)};
  } else {
    context->set_default_verify_paths(error);
    if (error)
      return Error{"the system's certificate authorities cannot be read: " + error.message()};
  }
  context->set_verify_mode(ssl::verify_peer, error);
  return context;
}

}  // namespace potik::beast
