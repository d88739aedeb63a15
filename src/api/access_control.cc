#include "api/access_control.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

#include "api/problem.h"

namespace potik::api {
namespace {

constexpr size_t kViewerIdBytes = 16;

// What stands behind "Bearer "; empty where another scheme or nothing is sent.
std::string_view bearer(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() < kScheme.size()) return {};
  for (size_t i = 0; i < kScheme.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(authorization[i])) != kScheme[i]) return {};
  }
  authorization.remove_prefix(kScheme.size());
  authorization.remove_prefix(std::min(authorization.find_first_not_of(' '), authorization.size()));
  return authorization;
}

// Who has an IPv6 address has the 2^64 beside it: they count as one. Of "::ffff:192.0.2.1", which
// is an IPv4 address, all counts.
std::string network_of(const std::string& peer) {
  in6_addr address{};
  if (peer.find('.') != std::string::npos || inet_pton(AF_INET6, peer.c_str(), &address) != 1)
    return peer;
  std::fill_n(address.s6_addr + 8, 8, uint8_t{0});
  std::array<char, INET6_ADDRSTRLEN> text{};
  return inet_ntop(AF_INET6, &address, text.data(), text.size()) + std::string("/64");
}

Response unauthenticated(std::string_view error, std::string_view detail) {
  Response response = problem(401, detail);
  std::string challenge = "Bearer realm=\"potik\"";
  if (!error.empty()) challenge.append(", error=\"").append(error).append("\"");
  response.headers.push_back({"WWW-Authenticate", std::move(challenge)});
  return response;
}

std::string what_opens(RouteAccess access, bool viewer_tokens) {
  switch (access) {
    case RouteAccess::own_events:
    case RouteAccess::own_user:
      return std::string(viewer_tokens
                             ? "the viewer's token, which POST /v1/viewers gives, or a key of the "
                               "role "
                             : "a key of the role ") +
             (access == RouteAccess::own_events ? "ingest" : "read");
    case RouteAccess::ingest:
      return "a key of the role ingest";
    case RouteAccess::read:
      return "a key of the role read";
    case RouteAccess::everyone:
    case RouteAccess::admin:
      break;
  }
  return "a key of the role admin";
}

uint64_t random_seed(const Crypto& crypto) {
  std::array<uint8_t, 8> bytes{};
  crypto.random(bytes);
  uint64_t seed = 0;
  for (const uint8_t byte : bytes) seed = seed << 8U | byte;
  return seed;
}

}  // namespace

void register_refusals(monitor::MetricsRegistry& registry,
                       const std::shared_ptr<const AccessControl>& access) {
  const auto add = [&](const char* label, monitor::Counter AccessMetrics::* counter) {
    registry.add("potik_access_refused_total", "Requests refused for who asked, by why.",
                 std::string("why=\"") + label + "\"", "counter", [access, counter] {
                   return static_cast<double>((access->metrics().*counter).value());
                 });
  };
  add("no_credentials", &AccessMetrics::no_credentials);
  add("unknown", &AccessMetrics::unknown);
  add("expired", &AccessMetrics::expired);
  add("role", &AccessMetrics::role);
  add("other_viewer", &AccessMetrics::other_viewer);
  add("no_key_set", &AccessMetrics::no_key_set);
  add("rate", &AccessMetrics::rate);
}

AccessControl::AccessControl(const AccessOptions& options, Parts parts)
    : options_(options),
      parts_(std::move(parts)),
      tokens_(parts_.crypto, parts_.viewer_secret, options.viewer_token_lifetime_s),
      own_key_(new_key(parts_.crypto)),
      own_{KeyRole::admin, "of the server itself", parts_.crypto.sha256(own_key_)},
      limiter_(options.callers_max, random_seed(parts_.crypto)) {}

AccessControl::Caller AccessControl::caller_of(const Request& request,
                                               bool takes_query_token) const {
  Caller caller;
  if (!asks_for_credentials()) return caller;
  std::string credential(bearer(request.authorization));
  const bool in_query = credential.empty() && takes_query_token;
  if (in_query) credential = request.parameter("token").value_or("");
  if (credential.empty()) return caller;
  if (options_.viewer_tokens && ViewerTokens::looks_like_one(credential)) {
    auto user = tokens_.user_of(credential, parts_.clock.now());
    if (user) return {Caller::Kind::viewer, nullptr, std::move(user).value()};
    caller.kind =
        user.error() == TokenError::expired ? Caller::Kind::expired : Caller::Kind::unknown;
    return caller;
  }
  // Keys are taken from the header alone: addresses are kept in logs and histories.
  caller.key = in_query ? nullptr : parts_.keys.find(credential, parts_.crypto);
  const bool is_own = parts_.crypto.equal(parts_.crypto.sha256(credential), own_.hash);
  if (is_own && !in_query) caller.key = &own_;
  caller.kind = caller.key != nullptr ? Caller::Kind::key : Caller::Kind::unknown;
  return caller;
}

std::optional<Response> AccessControl::refusal(Request& request, RouteAccess access,
                                               bool takes_query_token, bool counted) const {
  const Caller caller = caller_of(request, takes_query_token);
  if (caller.kind == Caller::Kind::viewer) request.viewer_id = caller.user_id;
  if (access == RouteAccess::everyone) return std::nullopt;
  std::optional<Response> refused;
  switch (caller.kind) {
    case Caller::Kind::nobody:
      refused = refuse_nobody(access);
      break;
    case Caller::Kind::key:
      refused = refuse_key(*caller.key, access);
      break;
    case Caller::Kind::viewer:
      refused = refuse_viewer(caller, request, access);
      break;
    case Caller::Kind::unknown:
      metrics_.unknown.add();
      return unauthenticated("invalid_token",
                             "What was sent is neither a key of this server nor a token of its "
                             "viewers. This needs " +
                                 what_opens(access, options_.viewer_tokens) + ".");
    case Caller::Kind::expired:
      metrics_.expired.add();
      return unauthenticated("invalid_token",
                             "The viewer's token has expired. Ask POST /v1/viewers for a new one.");
  }
  if (refused || !counted) return refused;
  return refuse_rate(caller);
}

std::optional<Response> AccessControl::refuse_nobody(RouteAccess access) const {
  const bool is_own = access == RouteAccess::own_events || access == RouteAccess::own_user;
  if (parts_.keys.empty()) {
    if (options_.on_loopback) return std::nullopt;
    if (access != RouteAccess::admin && !options_.viewer_tokens) return std::nullopt;
    if (access == RouteAccess::admin || !is_own) {
      metrics_.no_key_set.add();
      return problem(403,
                     "This server listens on a network and has no keys: what needs one is closed. "
                     "Make one with potik key create, put its line into a file and name that in "
                     "access.keys_file.");
    }
  }
  metrics_.no_credentials.add();
  return unauthenticated("", "Send \"Authorization: Bearer ...\" with " +
                                 what_opens(access, options_.viewer_tokens) + ".");
}

std::optional<Response> AccessControl::refuse_key(const Key& key, RouteAccess access) const {
  if (opens(key.role, access)) return std::nullopt;
  metrics_.role.add();
  return problem(403, "The key " + key.name + " has the role " + std::string(name(key.role)) +
                          ". This needs " + what_opens(access, options_.viewer_tokens) + ".");
}

std::optional<Response> AccessControl::refuse_viewer(const Caller& caller, const Request& request,
                                                     RouteAccess access) const {
  if (access == RouteAccess::own_events) return std::nullopt;  // whose they are is in the body
  if (access != RouteAccess::own_user) {
    metrics_.role.add();
    return problem(403, "A viewer's token is for the viewer's own events and lists. This needs " +
                            what_opens(access, false) + ".");
  }
  if (!request.ids.empty() && request.ids[0] == caller.user_id) return std::nullopt;
  metrics_.other_viewer.add();
  return problem(403, "The token is that of another viewer. Ask for the token's own.");
}

std::optional<Response> AccessControl::refuse_rate(const Caller& caller) const {
  const bool is_key = caller.kind == Caller::Kind::key;
  const double per_second =
      is_key ? options_.requests_per_second_key : options_.requests_per_second_viewer;
  if (per_second <= 0 || caller.kind == Caller::Kind::nobody || caller.key == &own_)
    return std::nullopt;
  const std::string who = is_key ? "key " + caller.key->name : "viewer " + caller.user_id;
  const int wait_s = limiter_.seconds_to_wait(who, per_second, parts_.steady_ms());
  if (wait_s == 0) return std::nullopt;
  metrics_.rate.add();
  return try_later(429, wait_s,
                   is_key ? "More requests a second than a key may make. Send this one again later."
                          : "More requests a second than a viewer may make. Send this one again "
                            "later.");
}

AccessControl::NewViewer AccessControl::renewed(std::string user_id) const {
  NewViewer viewer{std::move(user_id), std::nullopt};
  if (options_.viewer_tokens) viewer.token = tokens_.issue(viewer.user_id, parts_.clock.now());
  return viewer;
}

AccessControl::NewViewer AccessControl::new_viewer() const {
  std::array<uint8_t, kViewerIdBytes> bytes{};
  parts_.crypto.random(bytes);
  return renewed("g-" + to_hex(bytes));
}

std::optional<Response> AccessControl::refuse_renewal(const Request& request,
                                                      const std::string& user_id) const {
  if (!options_.viewer_tokens) return std::nullopt;
  const Caller caller = caller_of(request, false);
  switch (caller.kind) {
    case Caller::Kind::viewer:
      if (caller.user_id == user_id) return std::nullopt;
      metrics_.other_viewer.add();
      return problem(403, "The token is that of another viewer, whom it cannot renew.");
    case Caller::Kind::key:
      if (caller.key->role == KeyRole::admin) return std::nullopt;
      metrics_.role.add();
      return problem(403,
                     "A viewer is renewed by the viewer's own token or a key of the role admin.");
    case Caller::Kind::nobody:
      metrics_.no_credentials.add();
      break;
    case Caller::Kind::unknown:
      metrics_.unknown.add();
      break;
    case Caller::Kind::expired:
      metrics_.expired.add();
      break;
  }
  return unauthenticated(
      caller.kind == Caller::Kind::nobody ? "" : "invalid_token",
      "A viewer who was here before is renewed with their token, sent as \"Authorization: Bearer "
      "...\" before it expires. Without user_id in the body there is a new viewer.");
}

std::optional<Response> AccessControl::too_many_viewers(const std::string& peer) const {
  if (options_.viewers_per_second_address <= 0) return std::nullopt;
  const int wait_s = limiter_.seconds_to_wait(
      "address " + network_of(peer), options_.viewers_per_second_address, parts_.steady_ms());
  if (wait_s == 0) return std::nullopt;
  metrics_.rate.add();
  return try_later(429, wait_s, "Too many new viewers of this address. Ask again later.");
}

Response AccessControl::other_viewers_line(uint32_t line) const {
  metrics_.other_viewer.add();
  return problem(403,
                 "Line " + std::to_string(line) +
                     " is not the token's own viewer's. Nothing of this request was kept; send "
                     "only events with the user_id of the token.");
}

}  // namespace potik::api
