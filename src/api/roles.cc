#include "api/roles.h"

#include <algorithm>
#include <array>

namespace potik::api {
namespace {

// By role.
constexpr std::array<std::string_view, 3> kOfRole{
    "This server has another role. Ask one of the role gateway (potik gateway).",
    "This server has another role. Ask one of the role process (potik process).",
    "This server has another role. Ask one of the role api (potik api)."};

}  // namespace

void add_elsewhere(Router& router, std::string_view instead) {
  for (const RouteEntry& route : route_table()) {
    const bool own = std::ranges::any_of(router.routes(), [&](const Route& each) {
      return each.method == route.method && each.pattern == route.pattern;
    });
    if (own || !route.owner) continue;
    router.add_elsewhere(route.method, std::string(route.pattern),
                         instead.empty() ? kOfRole[static_cast<size_t>(*route.owner)] : instead);
  }
}

}  // namespace potik::api
