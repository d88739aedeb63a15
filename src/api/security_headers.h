#pragma once
// Headers of every answer that tell browsers what it may be used for. docs/security.md says why.

#include <string_view>

namespace potik::api {

// The adapter puts these into each head. Not "no-referrer": with it browsers say "Origin: null" of
// beacons, even to the page's own server.
inline constexpr std::string_view kSecurityHeaders =
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Referrer-Policy: same-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(), microphone=(), geolocation=(), payment=(), usb=(), "
    "serial=()\r\n";
// And this one over TLS: for a year browsers ask this name by https alone.
inline constexpr std::string_view kTransportHeader =
    "Strict-Transport-Security: max-age=31536000\r\n";

// Content-Security-Policy of data, which is no page: nothing in it runs or is loaded.
inline constexpr std::string_view kDataPolicy =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
// Of pages and their images: everything from this server, nothing inline, nothing evaluated.
inline constexpr std::string_view kPagePolicy =
    "default-src 'self'; img-src 'self'; media-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'";

}  // namespace potik::api
