#pragma once
// How commands reach a server that may ask for a key and speak TLS.

#include <string>

#include "adapters/beast/http_client.h"
#include "app/data_dir.h"

namespace potik::app {

// Of a server named by its address. An empty key is that of the variable POTIK_KEY.
[[nodiscard]] beast::ClientOptions remote_access(const std::string& key,
                                                 const std::string& ca_file);
// Of the server on this machine that announced itself: it is believed by its own certificate.
[[nodiscard]] std::string url_of(const RunningServer& server);
[[nodiscard]] beast::ClientOptions local_access(const RunningServer& server,
                                                const std::string& key = {});

}  // namespace potik::app
