#pragma once
// What TLS connections share: certificate, key and rules. Names OpenSSL through Asio.

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "adapters/beast/http_client.h"
#include "adapters/beast/http_server.h"
#include "base/result.h"

namespace potik::beast {

// TLS 1.2 and 1.3, no renegotiation, no compression. The error names the file and what is wrong.
[[nodiscard]] Result<std::unique_ptr<boost::asio::ssl::context>, std::string> server_context(
    const TlsFiles& files);

// Verifies the server: by the system's authorities, by those of a file, or as the holder of one
// certificate.
[[nodiscard]] Result<std::unique_ptr<boost::asio::ssl::context>, std::string> client_context(
    const ClientTrust& trust);

}  // namespace potik::beast
