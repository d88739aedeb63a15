#include "api/access_control.h"

#include <gtest/gtest.h>

#include "api/test_access.h"

namespace potik::api {
namespace {

using enum RouteAccess;

constexpr std::array kAll{everyone, own_events, own_user, ingest, read, admin};

// A server with one key of each role, whose key is its role's name.
std::string three_keys() {
  const CryptoForTests crypto;
  return key_line(KeyRole::ingest, "i", "ingest", crypto) +
         key_line(KeyRole::read, "r", "read", crypto) +
         key_line(KeyRole::admin, "a", "admin", crypto);
}

int ask(const AccessForTests& access, RouteAccess route, const std::string& authorization,
        const std::string& user = "u1", const std::string& target = "/") {
  Request request;
  request.authorization = authorization;
  request.target = target;
  request.ids = {user};
  const auto refused = access.control.refusal(request, route, target != "/", true);
  if (refused && refused->status == 401) {
    EXPECT_EQ(refused->headers.at(0).name, "WWW-Authenticate");
    EXPECT_TRUE(refused->headers.at(0).value.starts_with("Bearer")) << refused->headers[0].value;
  }
  if (refused) {
    EXPECT_EQ(refused->content_type, kProblemJson);
  }
  return refused ? refused->status : 200;
}

std::string token_of(const AccessForTests& access, const std::string& user) {
  const auto viewer = access.control.renewed(user);
  EXPECT_TRUE(viewer.token);
  return viewer.token ? viewer.token->token : "";
}

TEST(AccessControl, IsOpenOnTheLoopbackUntilAKeyIsSet) {
  const AccessForTests access({.on_loopback = true});
  for (const RouteAccess route : kAll) {
    EXPECT_EQ(ask(access, route, ""), 200) << name(route);
    EXPECT_EQ(ask(access, route, "Bearer whatever"), 200) << name(route);
    EXPECT_EQ(ask(access, route, "Basic dTpw"), 200) << name(route);
  }
}

TEST(AccessControl, KeepsAdminsRoutesClosedOnANetworkUntilAKeyIsSet) {
  const AccessForTests access({.on_loopback = false});
  EXPECT_EQ(ask(access, admin, ""), 403);
  EXPECT_EQ(access.control.metrics().no_key_set.value(), 1U);
  for (const RouteAccess route : {everyone, own_events, own_user, ingest, read})
    EXPECT_EQ(ask(access, route, ""), 200) << name(route);
}

TEST(AccessControl, WithTokensOnANetworkOpensNothingToNobody) {
  const AccessForTests access({.on_loopback = false, .viewer_tokens = true});
  EXPECT_EQ(ask(access, everyone, ""), 200);
  EXPECT_EQ(ask(access, own_events, ""), 401);
  EXPECT_EQ(ask(access, own_user, ""), 401);
  for (const RouteAccess route : {ingest, read, admin}) EXPECT_EQ(ask(access, route, ""), 403);
}

TEST(AccessControl, WithKeysWantsOneThatOpensTheRoute) {
  const AccessForTests access({.on_loopback = true}, three_keys());
  for (const RouteAccess route : kAll) {
    EXPECT_EQ(ask(access, route, ""), route == everyone ? 200 : 401) << name(route);
    EXPECT_EQ(ask(access, route, "Bearer nonsense"), route == everyone ? 200 : 401) << name(route);
    EXPECT_EQ(ask(access, route, "Bearer admin"), 200) << name(route);
    EXPECT_EQ(ask(access, route, "bEARER   admin"), 200) << "schemes are of any case";
    for (const KeyRole role : {KeyRole::ingest, KeyRole::read}) {
      EXPECT_EQ(ask(access, route, "Bearer " + std::string(name(role))),
                opens(role, route) ? 200 : 403)
          << name(role) << " " << name(route);
    }
  }
  EXPECT_EQ(ask(access, admin, "admin"), 401);
  EXPECT_EQ(ask(access, admin, "Basic admin"), 401);
  EXPECT_EQ(ask(access, admin, "Bearer admin, Bearer admin"), 401) << "sent twice";
  EXPECT_EQ(ask(access, admin, "", "u1", "/x?token=admin"), 401) << "no keys in addresses";
}

TEST(AccessControl, LetsAViewersTokenToItsOwnViewerAlone) {
  const AccessForTests access({.viewer_tokens = true}, three_keys());
  const std::string mine = "Bearer " + token_of(access, "u1");
  EXPECT_EQ(ask(access, own_user, mine, "u1"), 200);
  EXPECT_EQ(ask(access, own_user, mine, "u2"), 403);
  EXPECT_EQ(ask(access, own_user, mine, "U1"), 403);
  EXPECT_EQ(ask(access, own_user, mine, ""), 403);
  EXPECT_EQ(access.control.metrics().other_viewer.value(), 3U);
  EXPECT_EQ(ask(access, own_events, mine, ""), 200) << "whose they are is in the body";
  for (const RouteAccess route : {ingest, read, admin}) EXPECT_EQ(ask(access, route, mine), 403);
  EXPECT_EQ(ask(access, own_user, "", "u1", "/x?token=" + mine.substr(7)), 200);
  EXPECT_EQ(ask(access, own_user, "", "u2", "/x?token=" + mine.substr(7)), 403);
  EXPECT_EQ(ask(access, own_user, "Bearer read", "u2"), 200) << "a key reads anybody";
}

TEST(AccessControl, ATokenBindsWhereNothingWouldHaveToBeSent) {
  const AccessForTests access({.on_loopback = true, .viewer_tokens = true});
  const auto viewer = access.control.new_viewer();
  ASSERT_TRUE(viewer.token);
  const std::string mine = "Bearer " + viewer.token->token;
  EXPECT_EQ(ask(access, own_user, "", "u2"), 200) << "the machine's own operator";
  EXPECT_EQ(ask(access, own_user, mine, "u2"), 403);
  EXPECT_EQ(ask(access, own_user, mine, viewer.user_id), 200);
  EXPECT_EQ(ask(access, admin, mine), 403);
  EXPECT_EQ(ask(access, own_user, mine + "0", viewer.user_id), 401) << "forged";
}

TEST(AccessControl, TellsTheHandlerWhoseTokenItIs) {
  const AccessForTests access({.viewer_tokens = true}, three_keys());
  Request request;
  request.authorization = "Bearer " + token_of(access, "u1");
  EXPECT_FALSE(access.control.refusal(request, own_events, true, true));
  EXPECT_EQ(request.viewer_id, "u1");
  request.clear();
  EXPECT_EQ(request.viewer_id, "");
  request.authorization = "Bearer ingest";
  EXPECT_FALSE(access.control.refusal(request, own_events, true, true));
  EXPECT_EQ(request.viewer_id, "") << "a key sends events of anybody";
}

TEST(AccessControl, RenewsAViewerForThatViewerAndForAdminOnly) {
  AccessForTests access({.viewer_tokens = true, .viewer_token_lifetime_s = 100}, three_keys());
  const auto status = [&access](const std::string& authorization, const std::string& user) {
    Request request;
    request.authorization = authorization;
    const auto refused = access.control.refuse_renewal(request, user);
    return refused ? refused->status : 201;
  };
  const std::string mine = "Bearer " + token_of(access, "u1");
  EXPECT_EQ(status(mine, "u1"), 201);
  EXPECT_EQ(status(mine, "u2"), 403);
  EXPECT_EQ(status("", "u1"), 401);
  EXPECT_EQ(status("Bearer nonsense", "u1"), 401);
  EXPECT_EQ(status("Bearer admin", "u2"), 201);
  EXPECT_EQ(status("Bearer ingest", "u2"), 403) << "it would read whom it may only write";
  EXPECT_EQ(status("Bearer read", "u2"), 403) << "it would write whom it may only read";
  access.clock.set(plus_ms(access.clock.now(), 100'000));
  EXPECT_EQ(status(mine, "u1"), 401) << "expired";
  EXPECT_EQ(ask(access, own_user, mine, "u1"), 401);
  EXPECT_EQ(access.control.metrics().expired.value(), 2U);
}

TEST(AccessControl, MakesViewersThatNobodyHadBefore) {
  const AccessForTests without({.viewer_tokens = false});
  const auto plain = without.control.new_viewer();
  EXPECT_FALSE(plain.token);
  EXPECT_EQ(plain.user_id.size(), 34U);
  EXPECT_TRUE(plain.user_id.starts_with("g-"));
  EXPECT_NE(without.control.new_viewer().user_id, plain.user_id);
}

TEST(AccessControl, LimitsTheRateOfEachKeyEachViewerAndEachAddressThatMakesViewers) {
  AccessForTests access({.viewer_tokens = true,
                         .requests_per_second_key = 1,
                         .requests_per_second_viewer = 1,
                         .viewers_per_second_address = 1},
                        three_keys());
  const std::string one = "Bearer " + token_of(access, "u1");
  const std::string two = "Bearer " + token_of(access, "u2");
  for (const std::string& who :
       {one, two, std::string("Bearer admin"), std::string("Bearer read")}) {
    const std::string user = who == two ? "u2" : "u1";
    EXPECT_EQ(ask(access, own_user, who, user), 200);
    EXPECT_EQ(ask(access, own_user, who, user), 200);
    EXPECT_EQ(ask(access, own_user, who, user), 429) << who;
  }
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(access.control.too_many_viewers("10.0.0.1"));
  const auto refused = access.control.too_many_viewers("10.0.0.1");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 429);
  EXPECT_EQ(refused->headers.at(0).name, "Retry-After");
  EXPECT_EQ(refused->headers.at(0).value, "1");
  EXPECT_FALSE(access.control.too_many_viewers("10.0.0.2"));
  EXPECT_FALSE(access.control.too_many_viewers("2001:db8::1"));
  EXPECT_FALSE(access.control.too_many_viewers("2001:db8::2"));
  EXPECT_TRUE(access.control.too_many_viewers("2001:db8::3")) << "of the same network";
  EXPECT_FALSE(access.control.too_many_viewers("2001:db8:0:1::1"));
  EXPECT_FALSE(access.control.too_many_viewers("::ffff:10.0.0.3"));
  EXPECT_EQ(access.control.metrics().rate.value(), 6U);
  access.steady_ms = 1'000;
  EXPECT_EQ(ask(access, own_user, one), 200);
}

TEST(AccessControl, KnowsTheKeyOfItsOwnProcess) {
  const AccessForTests access({.on_loopback = false, .viewer_tokens = true});
  for (const RouteAccess route : kAll)
    EXPECT_EQ(ask(access, route, "Bearer " + access.control.own_key()), 200) << name(route);
  EXPECT_EQ(ask(access, admin, "Bearer " + access.control.own_key() + "0"), 401);
  EXPECT_EQ(ask(access, admin, "", "u1", "/x?token=" + access.control.own_key()), 401);
}

TEST(AccessControl, AQuestionAheadOfTheBodyTakesNoneOfTheRate) {
  const AccessForTests access({.requests_per_second_key = 1}, three_keys());
  for (int i = 0; i < 10; ++i) {
    Request request;
    request.authorization = "Bearer ingest";
    EXPECT_FALSE(access.control.refusal(request, own_events, true, false));
  }
}

}  // namespace
}  // namespace potik::api
