#include "api/route_table.h"

#include <algorithm>
#include <array>

namespace potik::api {
namespace {

constexpr std::array kRoutes = std::to_array<RouteEntry>({
    {Method::get, "/", Role::api, RouteAccess::everyone},
    {Method::get, "/ops", Role::process,
     RouteAccess::everyone},  // the page alone; what it shows is admin's
    {Method::get, "/assets/*", Role::api,
     RouteAccess::everyone},  // of its pages; the process has those of its own
    {Method::get, "/media/*", Role::api, RouteAccess::everyone},
    {Method::get, "/healthz", std::nullopt, RouteAccess::everyone},
    {Method::get, "/readyz", std::nullopt, RouteAccess::everyone},
    {Method::get, "/openapi.json", std::nullopt, RouteAccess::everyone},
    {Method::get, "/v1/videos", Role::process, RouteAccess::everyone},
    {Method::get, "/v1/videos/{id}", Role::process, RouteAccess::everyone},
    {Method::get, "/v1/videos/{id}/similar", Role::process, RouteAccess::everyone},
    {Method::get, "/v1/videos/{id}/comments", Role::process, RouteAccess::everyone},
    {Method::get, "/v1/videos/{id}/comments/stream", Role::process, RouteAccess::everyone},
    {Method::post, "/v1/viewers", Role::api, RouteAccess::everyone},
    {Method::post, "/v1/events", Role::gateway, RouteAccess::own_events},
    {Method::get, "/v1/users/{id}", Role::process, RouteAccess::own_user},
    {Method::get, "/v1/users/{id}/explain/{video_id}", Role::process, RouteAccess::own_user},
    {Method::get, "/v1/users/{id}/recommendations", Role::api, RouteAccess::own_user},
    {Method::get, "/v1/users/{id}/recommendations/stream", Role::api, RouteAccess::own_user},
    {Method::put, "/v1/users/{id}", Role::gateway, RouteAccess::ingest},
    {Method::del, "/v1/users/{id}", Role::gateway, RouteAccess::ingest},
    {Method::post, "/v1/users", Role::gateway, RouteAccess::ingest},
    {Method::put, "/v1/videos/{id}", Role::gateway, RouteAccess::ingest},
    {Method::del, "/v1/videos/{id}", Role::gateway, RouteAccess::ingest},
    {Method::post, "/v1/videos", Role::gateway, RouteAccess::ingest},
    {Method::get, "/metrics", std::nullopt, RouteAccess::read},
    {Method::post, "/v1/users/{id}/unlearn", Role::gateway, RouteAccess::admin},
    {Method::post, "/v1/query", Role::process, RouteAccess::admin},
    {Method::post, "/v1/export", Role::process, RouteAccess::admin},
    {Method::get, "/v1/dead-letters", Role::process, RouteAccess::admin},
    {Method::get, "/v1/events/{partition}/{offset}", Role::process, RouteAccess::admin},
    {Method::get, "/v1/alerts", Role::process, RouteAccess::admin},
    {Method::post, "/v1/alerts/{id}/acknowledge", Role::process, RouteAccess::admin},
    {Method::del, "/v1/alerts/{id}/acknowledge", Role::process, RouteAccess::admin},
    {Method::post, "/v1/alerts/{id}/mute", Role::process, RouteAccess::admin},
    {Method::del, "/v1/alerts/{id}/mute", Role::process, RouteAccess::admin},
    {Method::get, "/v1/stats", Role::process, RouteAccess::admin},
    {Method::get, "/v1/stats/stream", Role::process, RouteAccess::admin},
    {Method::get, "/v1/stats/history", Role::process, RouteAccess::admin},
    {Method::get, "/v1/demo", Role::api,
     RouteAccess::admin},  // of its pages; there is a crowd in `serve` alone
    {Method::post, "/v1/demo/attack", Role::api, RouteAccess::admin},
});

}  // namespace

std::string_view name(Role role) {
  constexpr std::array<std::string_view, 3> kNames{"gateway", "process", "api"};
  return kNames[static_cast<size_t>(role)];
}

std::string_view name(RouteAccess access) {
  constexpr std::array<std::string_view, 6> kNames{"everyone", "own events", "own user",
                                                   "ingest",   "read",       "admin"};
  return kNames[static_cast<size_t>(access)];
}

std::span<const RouteEntry> route_table() { return kRoutes; }

std::optional<RouteAccess> access_of(Method method, std::string_view pattern) {
  const Method wanted = method == Method::head ? Method::get : method;
  const auto* const found = std::ranges::find_if(kRoutes, [&](const RouteEntry& entry) {
    return entry.method == wanted && entry.pattern == pattern;
  });
  return found == kRoutes.end() ? std::nullopt : std::optional(found->access);
}

}  // namespace potik::api
