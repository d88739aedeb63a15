#pragma once
// How a simulation reaches a server over HTTP.

#include <cstdint>
#include <string>

#include "adapters/beast/http_client.h"
#include "app/simulate_server.h"

namespace potik::app {

// `authorization` is sent with every request, unless it is empty.
[[nodiscard]] Connect connect_by_http(beast::ServerAddress address, std::string authorization,
                                      int64_t timeout_ms);

}  // namespace potik::app
