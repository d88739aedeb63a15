#include "api/roles.h"

#include <gtest/gtest.h>

#include <set>

#include "api/test_last_answer.h"
#include "api/test_services.h"

namespace potik::api {
namespace {

using RouteNames = std::set<std::string>;

RouteNames names_of(const std::vector<Route>& routes) {
  RouteNames names;
  for (const Route& route : routes) names.insert(std::string(name(route.method)) + route.pattern);
  return names;
}

class Roles : public testing::Test {
 protected:
  Roles() : all_(make_router(services_.services(), ServicesForTests::options())) {}

  std::unique_ptr<Router> router_of(Role role) {
    const Services all = services_.services();
    const Options options = ServicesForTests::options();
    const HealthServices health{all.registry, all.progress};
    switch (role) {
      case Role::gateway:
        return make_gateway_router({all.commit, all.progress, all.clock, all.metrics, {}}, health,
                                   options);
      case Role::process:
        return make_process_router({all.inspector,
                                    {all.store, all.metrics},
                                    all.log,
                                    {all.alerts, all.attention, all.stats, all.live, all.clock, {}},
                                    health},
                                   options);
      case Role::api:
        break;
    }
    return make_api_router({all.cache, all.feed, all.recommender, all.clock, all.metrics}, health,
                           options);
  }

  std::unique_ptr<Router> front() {
    const Services all = services_.services();
    return make_front_router({{all.commit, all.progress, all.clock, all.metrics, {}},
                              {all.cache, all.feed, all.recommender, all.clock, all.metrics},
                              all.inspector,
                              all.live.comments,
                              {all.demo, &all.alerts},
                              {all.registry, all.progress}},
                             ServicesForTests::options());
  }

  ServicesForTests services_;
  std::unique_ptr<Router> all_;
};

TEST_F(Roles, EveryRouteIsTheRolesOwnOrNamedAsAnothersAndNeverBoth) {
  const RouteNames all = names_of(all_->routes());
  for (const Role role : {Role::gateway, Role::process, Role::api}) {
    const auto router = router_of(role);
    RouteNames own = names_of(router->routes());
    for (const std::string& other : names_of(router->elsewhere())) {
      EXPECT_TRUE(own.insert(other).second) << name(role) << " has " << other << " itself";
    }
    EXPECT_EQ(own, all) << name(role);
  }
}

TEST_F(Roles, ARequestForAnotherRolesRouteIsToldWhoHasIt) {
  const auto gateway = router_of(Role::gateway);
  const Response lists = ask(*gateway, Method::get, "/v1/users/u1/recommendations");
  EXPECT_EQ(lists.status, 404);
  EXPECT_EQ(lists.content_type, kProblemJson);
  EXPECT_NE(lists.body.find("potik api"), std::string::npos) << lists.body;
  const Response user = ask(*gateway, Method::head, "/v1/users/u1");
  EXPECT_EQ(user.status, 404) << "though it takes PUT of the same path";
  EXPECT_NE(user.body.find("potik process"), std::string::npos) << user.body;
  EXPECT_EQ(ask(*gateway, Method::post, "/v1/users/u1").status, 405) << "nobody takes that";
  const Response events = ask(*router_of(Role::api), Method::post, "/v1/events");
  EXPECT_EQ(events.status, 404);
  EXPECT_NE(events.body.find("potik gateway"), std::string::npos) << events.body;
}

TEST_F(Roles, AFrontHasAllThatThePageOfViewersAsksAndSaysThatTheRestIsComputedElsewhere) {
  const auto router = front();
  RouteNames own = names_of(router->routes());
  for (const auto* asked :
       {"GET/", "GET/assets/*", "GET/media/*", "GET/v1/videos", "GET/v1/videos/{id}",
        "GET/v1/videos/{id}/comments", "GET/v1/videos/{id}/comments/stream", "POST/v1/viewers",
        "POST/v1/events", "GET/v1/users/{id}/recommendations",
        "GET/v1/users/{id}/recommendations/stream", "GET/v1/demo"})
    EXPECT_TRUE(own.contains(asked)) << asked;
  for (const std::string& other : names_of(router->elsewhere()))
    EXPECT_TRUE(own.insert(other).second) << "it has " << other << " itself";
  EXPECT_EQ(own, names_of(all_->routes()));
  const Response figures = ask(*router, Method::get, "/v1/stats");
  EXPECT_EQ(figures.status, 404);
  EXPECT_NE(figures.body.find("computed"), std::string::npos) << figures.body;
}

}  // namespace
}  // namespace potik::api
