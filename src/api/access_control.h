#pragma once
// AccessControl: holds each request against the class of its route (route_table.h). The router
// asks it before a handler runs.
//
// * No key is set, and the server listens on the loopback: everything is open, for whoever is on
// the
//   machine is its operator.
// * No key is set, on another address: admin's routes are refused until one is; where tokens are
//   asked for, viewers' routes want one, and those of ingest and read are refused too.
// * A key is set: every route but those for everyone wants a key or a token.
//
// A token that is sent binds in any case: it opens its own viewer, and nothing else.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/access_options.h"
#include "api/http.h"
#include "api/key_list.h"
#include "api/rate_limiter.h"
#include "api/route_table.h"
#include "api/viewer_tokens.h"
#include "base/clock.h"
#include "monitor/metrics.h"

namespace potik::api {

// Requests that were refused, by why.
struct AccessMetrics {
  monitor::Counter no_credentials;  // 401: a key or a token is needed and none was sent
  monitor::Counter unknown;         // 401: no such key, or no token of this server
  monitor::Counter expired;         // 401: a token that was one
  monitor::Counter role;            // 403: the key's role, or a token, does not open this
  monitor::Counter other_viewer;    // 403: a viewer asked for or wrote another
  monitor::Counter no_key_set;      // 403: open only once a key is set
  monitor::Counter rate;            // 429
};

// Thread-safe. What it is given by reference outlives it.
class AccessControl {
 public:
  struct Parts {
    const Crypto& crypto;
    const Clock& clock;
    std::function<int64_t()> steady_ms;  // monotonic, any thread
    KeyList keys;
    std::string viewer_secret;  // for viewer_tokens; else empty
  };
  AccessControl(const AccessOptions& options, Parts parts);

  // Before the handler, with request.ids set: nothing where it may run; else the answer. Notes in
  // request.viewer_id whose token it is. `counted`: takes one of the caller's requests a second.
  [[nodiscard]] std::optional<Response> refusal(Request& request, RouteAccess access,
                                                bool takes_query_token, bool counted) const;

  // For POST /v1/viewers.
  struct NewViewer {
    std::string user_id;
    std::optional<ViewerTokens::Issued> token;  // none where tokens are not asked for
  };
  // A viewer that nobody had before.
  [[nodiscard]] NewViewer new_viewer() const;
  // Another token for a viewer who was here before; where refuse_renewal() has nothing against it.
  [[nodiscard]] NewViewer renewed(std::string user_id) const;
  // Nothing where the request carries the viewer's own token, or a key of the role admin.
  [[nodiscard]] std::optional<Response> refuse_renewal(const Request& request,
                                                       const std::string& user_id) const;
  // 429 where this address has asked for too many viewers.
  [[nodiscard]] std::optional<Response> too_many_viewers(const std::string& peer) const;

  // 403 for a line that says it is another viewer's.
  [[nodiscard]] Response other_viewers_line(uint32_t line) const;

  // A key of the role admin for what this process asks of itself: made at the start, told nobody.
  [[nodiscard]] const std::string& own_key() const { return own_key_; }

  [[nodiscard]] const AccessMetrics& metrics() const { return metrics_; }

 private:
  // Who asks, by what they sent.
  struct Caller {
    enum class Kind : uint8_t { nobody, key, viewer, unknown, expired };
    Kind kind = Kind::nobody;
    const Key* key = nullptr;
    std::string user_id;
  };
  [[nodiscard]] Caller caller_of(const Request& request, bool takes_query_token) const;
  [[nodiscard]] std::optional<Response> refuse_nobody(RouteAccess access) const;
  [[nodiscard]] std::optional<Response> refuse_key(const Key& key, RouteAccess access) const;
  [[nodiscard]] std::optional<Response> refuse_viewer(const Caller& caller, const Request& request,
                                                      RouteAccess access) const;
  [[nodiscard]] std::optional<Response> refuse_rate(const Caller& caller) const;
  [[nodiscard]] bool asks_for_credentials() const {
    return options_.viewer_tokens || !parts_.keys.empty();
  }

  const AccessOptions options_;
  const Parts parts_;
  const ViewerTokens tokens_;
  const std::string own_key_;
  const Key own_;  // of that key
  mutable RateLimiter limiter_;
  mutable AccessMetrics metrics_;
};

// The registry keeps `access` alive, whose counters it shows.
void register_refusals(monitor::MetricsRegistry& registry,
                       const std::shared_ptr<const AccessControl>& access);

}  // namespace potik::api
