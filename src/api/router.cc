#include "api/router.h"

#include <algorithm>
#include <cctype>

#include "api/access_control.h"
#include "api/host.h"
#include "api/problem.h"

namespace potik::api {
namespace {

void split_path(std::string_view path, std::vector<std::string_view>& segments) {
  segments.clear();
  size_t at = 1;  // behind the leading slash
  while (at <= path.size()) {
    const size_t end = std::min(path.find('/', at), path.size());
    segments.push_back(path.substr(at, end - at));
    at = end + 1;
  }
}

bool is_placeholder(std::string_view segment) { return !segment.empty() && segment.front() == '{'; }

bool matches(const Route& route, const std::vector<std::string_view>& segments) {
  const bool open_end = route.segments.back() == "*";
  const size_t fixed = route.segments.size() - (open_end ? 1 : 0);
  if (open_end ? segments.size() <= fixed : segments.size() != fixed) return false;
  for (size_t i = fixed; i-- > 0;) {  // from the end: patterns differ there
    const std::string& wanted = route.segments[i];
    if (is_placeholder(wanted) ? segments[i].empty() : segments[i] != wanted) return false;
  }
  return true;
}

// False if an escape of a placeholder is broken.
bool take_ids(const Route& route, const std::vector<std::string_view>& segments, Request& request) {
  request.ids.clear();
  for (size_t i = 0; i < route.segments.size(); ++i) {
    if (!is_placeholder(route.segments[i])) continue;
    auto decoded = decode_percent(segments[i]);
    if (!decoded) return false;
    request.ids.push_back(std::move(*decoded));
  }
  return true;
}

// Whether the Accept header has room for this type. Weights are not compared: there is one form of
// each answer.
bool is_acceptable(std::string_view accept, std::string_view produces) {
  if (accept.empty() || produces == "*" || accept.find("*/*") != std::string_view::npos)
    return true;
  const std::string_view type = produces.substr(0, produces.find(';'));
  if (accept.find(type) != std::string_view::npos) return true;
  const std::string family = std::string(type.substr(0, type.find('/'))) + "/*";
  return accept.find(family) != std::string_view::npos;
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](unsigned char c, char wanted) { return std::tolower(c) == wanted; });
}

// Whether the body is as its bytes stand: Content-Encoding lists what was applied to it.
bool is_unencoded(std::string_view encodings) {
  while (!encodings.empty()) {
    std::string_view coding = encodings.substr(0, encodings.find(','));
    encodings.remove_prefix(std::min(coding.size() + 1, encodings.size()));
    coding.remove_prefix(std::min(coding.find_first_not_of(" \t"), coding.size()));
    coding = coding.substr(0, coding.find_last_not_of(" \t") + 1);
    if (!coding.empty() && !equals_ignoring_case(coding, "identity")) return false;
  }
  return true;
}

Response unsupported_encoding() {
  Response response = problem(415,
                              "Bodies are taken with the content encoding identity only. Send the "
                              "bytes uncompressed and without Content-Encoding.");
  response.headers.push_back({"Accept-Encoding", "identity"});
  return response;
}

std::optional<Response> unfit(const Route& route, const Request& request) {
  if (!is_acceptable(request.accept, route.produces))
    return problem(406, "This resource is served as " + std::string(route.produces) + " only.");
  if (!is_unencoded(request.content_encoding)) return unsupported_encoding();
  return std::nullopt;
}

bool is_own_origin(const Request& request) {
  const size_t scheme = request.origin.find("://");
  if (scheme == std::string::npos) return false;
  return std::string_view(request.origin).substr(scheme + 3) == request.host;
}

bool changes_things(Method method) {
  return method == Method::post || method == Method::put || method == Method::del;
}

Route make_route(Method method, std::string pattern, std::string_view produces, Handler handler) {
  const RouteAccess access = access_of(method, pattern).value_or(RouteAccess::admin);
  Route route{method, std::move(pattern), produces, std::move(handler), {}, access};
  std::vector<std::string_view> segments;
  split_path(route.pattern, segments);
  route.segments.assign(segments.begin(), segments.end());
  return route;
}

Method effective(Method method) { return method == Method::head ? Method::get : method; }

}  // namespace

void Router::add(Method method, std::string pattern, std::string_view produces, Handler handler) {
  routes_.push_back(make_route(method, std::move(pattern), produces, std::move(handler)));
}

void Router::add_elsewhere(Method method, std::string pattern, std::string_view where) {
  elsewhere_.push_back(make_route(method, std::move(pattern), where, {}));
}

bool Router::is_allowed_origin(std::string_view origin) const {
  return std::find(options_.allowed_origins.begin(), options_.allowed_origins.end(), origin) !=
         options_.allowed_origins.end();
}

std::optional<Response> Router::foreign(const Request& request) const {
  if (options_.local_hosts_only && !is_local_host(request.host, options_.allowed_hosts)) {
    return problem(421,
                   "This server listens on the loopback and is asked for as localhost or "
                   "127.0.0.1. Add the name of the Host header to http.allowed_hosts if it is "
                   "the server's.");
  }
  if (request.origin.empty() || is_allowed_origin(request.origin)) return std::nullopt;
  if (!changes_things(request.method) || is_own_origin(request)) return std::nullopt;
  return problem(403,
                 "Pages of this origin may not send changes. Add it to the server's "
                 "allowed origins if it should.");
}

const Route* Router::route_of(const Request& request,
                              std::vector<std::string_view>& segments) const {
  split_path(request.path(), segments);
  const Method method = effective(request.method);
  for (const Route& route : routes_) {
    if (route.method == method && matches(route, segments)) return &route;
  }
  return nullptr;
}

// Tokens may stand in the query where browsers can send no header: beacons, and streams.
std::optional<Response> Router::forbidden(const Route& route, Request& request,
                                          bool counted) const {
  if (!options_.access) return std::nullopt;
  const bool takes_query_token =
      route.access == RouteAccess::own_events || route.produces == kEventStream;
  return options_.access->refusal(request, route.access, takes_query_token, counted);
}

std::vector<Header> Router::origin_headers(const Request& request) const {
  if (request.origin.empty() || !is_allowed_origin(request.origin)) return {};
  return {{"Access-Control-Allow-Origin", request.origin},
          {"Access-Control-Expose-Headers", "Retry-After"},
          {"Vary", "Origin"}};
}

std::optional<Response> Router::early_refusal(Request& request) const {
  if (auto refused = foreign(request)) return refused;
  thread_local std::vector<std::string_view> segments;
  const Route* const route = route_of(request, segments);
  if (route == nullptr || !take_ids(*route, segments, request)) return std::nullopt;
  auto refused = forbidden(*route, request, false);
  // Without them a page of an allowed origin would not see why it was refused.
  if (refused) {
    for (Header& header : origin_headers(request)) refused->headers.push_back(std::move(header));
  }
  return refused;
}

void Router::handle(Request& request, Reply reply) const {
  for (Header& header : origin_headers(request)) reply.add_header(std::move(header));
  if (auto refused = foreign(request)) return reply.send(std::move(*refused));
  dispatch(request, std::move(reply));
}

void Router::dispatch(Request& request, Reply reply) const {
  thread_local std::vector<std::string_view> segments;  // keeps its memory between requests
  const Route* const route = route_of(request, segments);
  if (route == nullptr) return refuse(request, segments, std::move(reply));
  if (auto refused = unfit(*route, request)) return reply.send(std::move(*refused));
  if (!take_ids(*route, segments, request))
    return reply.send(problem(400, "The path holds a broken percent escape. Encode ids as %XX."));
  if (auto refused = forbidden(*route, request, true)) return reply.send(std::move(*refused));
  route->handler(request, std::move(reply));
}

void Router::refuse(const Request& request, const std::vector<std::string_view>& segments,
                    Reply reply) const {
  for (const Route& route : elsewhere_) {
    if (route.method != effective(request.method) || !matches(route, segments)) continue;
    reply.send(problem(404, route.produces));
    return;
  }
  std::string allow;
  for (const Route& route : routes_) {
    if (!matches(route, segments)) continue;
    allow.append(allow.empty() ? "" : ", ").append(name(route.method));
    if (route.method == Method::get) allow += ", HEAD";
  }
  if (allow.empty()) {
    reply.send(
        problem(404, "There is nothing at this path. GET /openapi.json lists what there is."));
    return;
  }
  allow += ", OPTIONS";
  if (request.method != Method::options) {
    Response response = problem(405, "This resource takes " + allow + ".");
    response.headers.push_back({"Allow", allow});
    reply.send(std::move(response));
    return;
  }
  Response response{.status = 204, .content_type = ""};
  if (is_allowed_origin(request.origin)) {
    response.headers.push_back({"Access-Control-Allow-Methods", allow});
    response.headers.push_back(
        {"Access-Control-Allow-Headers", "Authorization, Content-Type, traceparent"});
    response.headers.push_back({"Access-Control-Max-Age", "600"});
  }
  response.headers.push_back({"Allow", std::move(allow)});
  reply.send(std::move(response));
}

}  // namespace potik::api
