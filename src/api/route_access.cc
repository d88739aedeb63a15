#include "api/route_access.h"

#include <algorithm>
#include <array>

namespace potik::api {
namespace {

struct Entry {
  Method method{};
  std::string_view pattern;
  RouteAccess access{};
};

constexpr std::array kEntries = std::to_array<Entry>({
    {Method::get, "/", RouteAccess::everyone},
    {Method::get, "/ops", RouteAccess::everyone},  // the page alone; what it shows is admin's
    {Method::get, "/assets/*", RouteAccess::everyone},
    {Method::get, "/media/*", RouteAccess::everyone},
    {Method::get, "/healthz", RouteAccess::everyone},
    {Method::get, "/readyz", RouteAccess::everyone},
    {Method::get, "/openapi.json", RouteAccess::everyone},
    {Method::get, "/v1/videos", RouteAccess::everyone},
    {Method::get, "/v1/videos/{id}", RouteAccess::everyone},
    {Method::get, "/v1/videos/{id}/similar", RouteAccess::everyone},
    {Method::get, "/v1/videos/{id}/comments", RouteAccess::everyone},
    {Method::get, "/v1/videos/{id}/comments/stream", RouteAccess::everyone},
    {Method::post, "/v1/viewers", RouteAccess::everyone},
    {Method::post, "/v1/events", RouteAccess::own_events},
    {Method::get, "/v1/users/{id}", RouteAccess::own_user},
    {Method::get, "/v1/users/{id}/explain/{video_id}", RouteAccess::own_user},
    {Method::get, "/v1/users/{id}/recommendations", RouteAccess::own_user},
    {Method::get, "/v1/users/{id}/recommendations/stream", RouteAccess::own_user},
    {Method::put, "/v1/users/{id}", RouteAccess::ingest},
    {Method::del, "/v1/users/{id}", RouteAccess::ingest},
    {Method::post, "/v1/users", RouteAccess::ingest},
    {Method::put, "/v1/videos/{id}", RouteAccess::ingest},
    {Method::del, "/v1/videos/{id}", RouteAccess::ingest},
    {Method::post, "/v1/videos", RouteAccess::ingest},
    {Method::get, "/metrics", RouteAccess::read},
    {Method::post, "/v1/users/{id}/unlearn", RouteAccess::admin},
    {Method::post, "/v1/query", RouteAccess::admin},
    {Method::post, "/v1/export", RouteAccess::admin},
    {Method::get, "/v1/dead-letters", RouteAccess::admin},
    {Method::get, "/v1/events/{partition}/{offset}", RouteAccess::admin},
    {Method::get, "/v1/alerts", RouteAccess::admin},
    {Method::post, "/v1/alerts/{id}/acknowledge", RouteAccess::admin},
    {Method::del, "/v1/alerts/{id}/acknowledge", RouteAccess::admin},
    {Method::post, "/v1/alerts/{id}/mute", RouteAccess::admin},
    {Method::del, "/v1/alerts/{id}/mute", RouteAccess::admin},
    {Method::get, "/v1/stats", RouteAccess::admin},
    {Method::get, "/v1/stats/stream", RouteAccess::admin},
    {Method::get, "/v1/stats/history", RouteAccess::admin},
    {Method::get, "/v1/demo", RouteAccess::admin},
    {Method::post, "/v1/demo/attack", RouteAccess::admin},
});

}  // namespace

std::string_view name(RouteAccess access) {
  constexpr std::array<std::string_view, 6> kNames{"everyone", "own events", "own user",
                                                   "ingest",   "read",       "admin"};
  return kNames[static_cast<size_t>(access)];
}

std::optional<RouteAccess> access_of(Method method, std::string_view pattern) {
  const Method wanted = method == Method::head ? Method::get : method;
  const auto* const found = std::ranges::find_if(kEntries, [&](const Entry& entry) {
    return entry.method == wanted && entry.pattern == pattern;
  });
  return found == kEntries.end() ? std::nullopt : std::optional(found->access);
}

}  // namespace potik::api
