#pragma once
// Names by which a request says whom it asks (the Host header). A page of a foreign site can make a
// browser ask a server on the loopback under the site's own name (DNS rebinding); the name tells.

#include <string>
#include <string_view>
#include <vector>

namespace potik::api {

// "name:port", "name", "[::1]:port" without the port and the brackets; empty if it is none of
// these.
[[nodiscard]] std::string_view host_name(std::string_view host);

// localhost, 127.0.0.0/8 in dotted form, ::1.
[[nodiscard]] bool is_loopback_name(std::string_view name);

// A loopback name, or one of `further`, which hold no port; any case. An empty host, which only
// HTTP/1.0 sends, passes: no browser does.
[[nodiscard]] bool is_local_host(std::string_view host, const std::vector<std::string>& further);

}  // namespace potik::api
