#pragma once
// How a simulation reaches a server over HTTP.

#include "adapters/beast/http_client.h"
#include "app/simulate_server.h"

namespace potik::app {

[[nodiscard]] Connect connect_by_http(beast::ServerAddress address, beast::ClientOptions options);

}  // namespace potik::app
