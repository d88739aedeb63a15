#pragma once
// Router: finds the handler of a request by method and path, and answers what needs none: 404, 405
// with Allow, 406, 415 for a compressed body, OPTIONS, cross-origin rules, and what access control
// refuses. Built once, then read by all connections' threads at the same time.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/http.h"
#include "api/route_table.h"

namespace potik::api {

// Runs on the connection's thread and must not block it. May answer at once or keep the reply.
using Handler = std::function<void(Request&, Reply)>;

// A family of handlers with the state they share; lives as long as the router.
class Resource {
 public:
  virtual ~Resource() = default;
};

struct Route {
  Method method{};
  std::string pattern;        // "/v1/users/{id}"; a last segment "*" takes the whole rest
  std::string_view produces;  // content type of the success; "*" if it depends on the path
  Handler handler;
  std::vector<std::string> segments;  // of the pattern
  RouteAccess access = RouteAccess::admin;
};

class AccessControl;

struct RouterOptions {
  // Origins ("https://example.org") whose pages may read answers and send changes. Pages served by
  // this server always may; those of any other origin may do neither.
  std::vector<std::string> allowed_origins;
  // For a server on the loopback: requests under another name than those of host.h, or one of
  // `allowed_hosts`, are answered 421.
  bool local_hosts_only = false;
  std::vector<std::string> allowed_hosts{};
  // Null, in tests alone: everybody may ask everything. Shared, because options are values that
  // each family of routes copies; the last to let go of it is the router.
  std::shared_ptr<const AccessControl> access{};
};

class Router {
 public:
  explicit Router(RouterOptions options) : options_(std::move(options)) {}

  void add(Method method, std::string pattern, std::string_view produces, Handler handler);
  // A route that other servers have: answered 404 with `where`, a sentence that lives as long as
  // the program and says whom to ask.
  void add_elsewhere(Method method, std::string pattern, std::string_view where);
  void own(std::unique_ptr<Resource> resource) { resources_.push_back(std::move(resource)); }

  // HEAD goes to the handler of GET; the adapter leaves the body out.
  void handle(Request& request, Reply reply) const;

  // Of a request whose body has not been read: the answer it would get whatever its body is, for
  // its host, its origin or its credentials. Nothing where handle() has to see it. Then the rest of
  // the body is not worth reading.
  [[nodiscard]] std::optional<Response> early_refusal(Request& request) const;

  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }
  [[nodiscard]] const std::vector<Route>& elsewhere() const { return elsewhere_; }

 private:
  void dispatch(Request& request, Reply reply) const;
  void refuse(const Request& request, const std::vector<std::string_view>& segments,
              Reply reply) const;
  [[nodiscard]] std::optional<Response> foreign(const Request& request) const;
  [[nodiscard]] const Route* route_of(const Request& request,
                                      std::vector<std::string_view>& segments) const;
  [[nodiscard]] std::optional<Response> forbidden(const Route& route, Request& request,
                                                  bool counted) const;
  // What lets a page of an allowed origin read the answer; nothing for others.
  [[nodiscard]] std::vector<Header> origin_headers(const Request& request) const;
  [[nodiscard]] bool is_allowed_origin(std::string_view origin) const;

  RouterOptions options_;
  std::vector<Route> routes_;
  std::vector<Route> elsewhere_;  // without handlers; `produces` is the sentence
  std::vector<std::unique_ptr<Resource>> resources_;
};

}  // namespace potik::api
