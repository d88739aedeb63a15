#include "api/route_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <utility>

#include "api/test_services.h"

namespace potik::api {
namespace {

TEST(RouteTable, IsSaidOfEveryRouteOfTheServer) {
  ServicesForTests services;
  const auto router = make_router(services.services(), ServicesForTests::options());
  ASSERT_FALSE(router->routes().empty());
  for (const Route& route : router->routes()) {
    EXPECT_TRUE(access_of(route.method, route.pattern).has_value())
        << name(route.method) << " " << route.pattern
        << " is not in the table of src/api/route_table.cc";
  }
}

TEST(RouteTable, HoldsEachRouteOnceAndNoneThatIsNotServed) {
  ServicesForTests services;
  const auto router = make_router(services.services(), ServicesForTests::options());
  std::set<std::pair<Method, std::string_view>> seen;
  for (const RouteEntry& entry : route_table()) {
    EXPECT_TRUE(seen.insert({entry.method, entry.pattern}).second) << entry.pattern;
    EXPECT_TRUE(std::ranges::any_of(router->routes(),
                                    [&](const Route& route) {
                                      return route.method == entry.method &&
                                             route.pattern == entry.pattern;
                                    }))
        << name(entry.method) << " " << entry.pattern;
  }
}

TEST(RouteTable, OfAViewersOwnIsOnlyWhatNamesTheViewerInItsPath) {
  ServicesForTests services;
  const auto router = make_router(services.services(), ServicesForTests::options());
  for (const Route& route : router->routes()) {
    if (route.access != RouteAccess::own_user) continue;
    EXPECT_TRUE(route.pattern.starts_with("/v1/users/{id}")) << route.pattern;
    EXPECT_EQ(route.method, Method::get) << route.pattern << ": viewers send events only";
  }
}

TEST(RouteTable, OfARouteThatTheTableDoesNotHoldIsAdmins) {
  Router router(RouterOptions{});
  router.add(Method::get, "/v1/forgotten", kJson, [](Request&, Reply) {});
  EXPECT_FALSE(access_of(Method::get, "/v1/forgotten"));
  EXPECT_EQ(router.routes().front().access, RouteAccess::admin);
}

}  // namespace
}  // namespace potik::api
