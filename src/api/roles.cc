#include "api/roles.h"

#include <array>

namespace potik::api {
namespace {

struct RouteOwner {
  Method method{};
  std::string_view pattern;
  Role role{};
};

constexpr std::array kOwners = std::to_array<RouteOwner>({
    {Method::post, "/v1/events", Role::gateway},
    {Method::put, "/v1/users/{id}", Role::gateway},
    {Method::del, "/v1/users/{id}", Role::gateway},
    {Method::post, "/v1/users", Role::gateway},
    {Method::post, "/v1/users/{id}/unlearn", Role::gateway},
    {Method::put, "/v1/videos/{id}", Role::gateway},
    {Method::del, "/v1/videos/{id}", Role::gateway},
    {Method::post, "/v1/videos", Role::gateway},
    {Method::get, "/v1/users/{id}", Role::process},
    {Method::get, "/v1/users/{id}/explain/{video_id}", Role::process},
    {Method::get, "/v1/videos/{id}", Role::process},
    {Method::get, "/v1/videos", Role::process},
    {Method::get, "/v1/videos/{id}/similar", Role::process},
    {Method::post, "/v1/query", Role::process},
    {Method::get, "/v1/dead-letters", Role::process},
    {Method::post, "/v1/export", Role::process},
    {Method::get, "/v1/alerts", Role::process},
    {Method::post, "/v1/alerts/{id}/acknowledge", Role::process},
    {Method::del, "/v1/alerts/{id}/acknowledge", Role::process},
    {Method::post, "/v1/alerts/{id}/mute", Role::process},
    {Method::del, "/v1/alerts/{id}/mute", Role::process},
    {Method::get, "/v1/events/{partition}/{offset}", Role::process},
    {Method::get, "/v1/videos/{id}/comments", Role::process},
    {Method::get, "/v1/videos/{id}/comments/stream", Role::process},
    {Method::get, "/v1/stats/history", Role::process},
    {Method::get, "/v1/stats", Role::process},
    {Method::get, "/v1/stats/stream", Role::process},
    {Method::get, "/ops", Role::process},
    {Method::get, "/v1/users/{id}/recommendations", Role::api},
    {Method::get, "/v1/users/{id}/recommendations/stream", Role::api},
    {Method::get, "/v1/demo", Role::api},  // of its pages; there is a crowd in `serve` alone
    {Method::post, "/v1/demo/attack", Role::api},
    {Method::post, "/v1/viewers", Role::api},
    {Method::get, "/", Role::api},
    {Method::get, "/media/*", Role::api},
    {Method::get, "/assets/*", Role::api},  // of its pages; the process has those of its own
});

}  // namespace

std::string_view name(Role role) {
  constexpr std::array<std::string_view, 3> kNames{"gateway", "process", "api"};
  return kNames[static_cast<size_t>(role)];
}

void add_elsewhere(Router& router, Role own) {
  for (const RouteOwner& owner : kOwners) {
    if (owner.role != own)
      router.add_elsewhere(owner.method, std::string(owner.pattern), name(owner.role));
  }
}

}  // namespace potik::api
