#include "api/roles.h"

namespace potik::api {

void add_elsewhere(Router& router, Role own) {
  for (const RouteEntry& route : route_table()) {
    if (route.owner && *route.owner != own)
      router.add_elsewhere(route.method, std::string(route.pattern), name(*route.owner));
  }
}

}  // namespace potik::api
