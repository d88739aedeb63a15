#include "api/demo.h"

#include <gtest/gtest.h>

#include "api/test_last_answer.h"
#include "api/test_services.h"
#include "event/json_object.h"

namespace potik::api {
namespace {

class DemoRoutes : public testing::Test {
 protected:
  Response ask(Method method, std::string target, std::string body = "") {
    Router router{RouterOptions{}};
    add_demo_routes(router, services_, 1);
    return api::ask(router, method, std::move(target), std::move(body));
  }
  Response attack(std::string body) {
    return ask(Method::post, "/v1/demo/attack", std::move(body));
  }
  // A member of GET /v1/demo as JSON text.
  std::string state(std::string_view name) {
    const auto object = event::JsonObject::parse(ask(Method::get, "/v1/demo").body);
    return object ? object->raw(name).value_or("") : "";
  }
  void send_alert(const std::string& id, const std::string& video, monitor::AlertState state,
                  TimeMs at) {
    monitor::Alert alert;
    alert.id = id;
    alert.kind = "like_burst";
    alert.subject_type = "video";
    alert.subject = video;
    alert.state = state;
    alert.at = at;
    alerts_.send(alert);
  }

  DemoForTests demo_;
  monitor::AlertBoard alerts_{10};
  DemoServices services_{&demo_, &alerts_};
};

TEST_F(DemoRoutes, WithoutACrowdSayHowOneIsStarted) {
  services_ = {};
  for (const Response& answer : {ask(Method::get, "/v1/demo"), attack("{\"on\":true}")}) {
    EXPECT_EQ(answer.status, 404);
    EXPECT_NE(answer.body.find("--crowd"), std::string::npos) << answer.body;
  }
}

TEST_F(DemoRoutes, TellOfNoAttackBeforeTheFirst) {
  EXPECT_EQ(state("rate"), "20");
  EXPECT_EQ(state("attack"), "false");
  for (const auto* name : {"attack_kind", "video_id", "started_at", "ends_at", "alert"})
    EXPECT_EQ(state(name), "null") << name;
}

TEST_F(DemoRoutes, SwitchAnAttackOnAndOffAndTellOfItAfterwards) {
  EXPECT_EQ(attack(R"({"on":true,"kind":"comment-flood"})").status, 202);
  EXPECT_EQ(state("attack"), "true");
  EXPECT_EQ(state("attack_kind"), "\"comment-flood\"");
  EXPECT_EQ(state("video_id"), "\"v1\"");
  EXPECT_EQ(state("started_at"), "\"2027-01-15T08:00:00.000Z\"");
  EXPECT_EQ(attack("{\"on\":false}").status, 202);
  EXPECT_EQ(state("attack"), "false");
  EXPECT_EQ(state("video_id"), "\"v1\"");
}

TEST_F(DemoRoutes, ShowTheNewestAlertAboutTheAttackedVideoAndNoOther) {
  ASSERT_EQ(attack("{\"on\":true}").status, 202);
  send_alert("a", "v2", monitor::AlertState::firing, kTestNow);
  send_alert("b", "v1", monitor::AlertState::resolved, plus_ms(kTestNow, -1));
  EXPECT_EQ(state("alert"), "null") << "one is of another video, one of an earlier attack";
  send_alert("c", "v1", monitor::AlertState::firing, plus_ms(kTestNow, 900));
  EXPECT_NE(state("alert").find(R"("state":"firing")"), std::string::npos) << state("alert");
  send_alert("c", "v1", monitor::AlertState::resolved, plus_ms(kTestNow, 60'900));
  EXPECT_NE(state("alert").find(R"("state":"resolved")"), std::string::npos) << state("alert");
}

TEST_F(DemoRoutes, RefuseWhatTheyDoNotUnderstandOrCannotDoNow) {
  for (const auto* body : {"", "[]", "{}", R"({"on":1})", R"({"on":true,"kind":5})"})
    EXPECT_EQ(attack(body).status, 400) << body;
  demo_.error = DemoError::unknown_kind;
  EXPECT_EQ(attack(R"({"on":true,"kind":"flood"})").status, 400);
  demo_.error = DemoError::another_kind;
  EXPECT_EQ(attack("{\"on\":true}").status, 409);
  demo_.error = DemoError::not_ready;
  EXPECT_EQ(attack("{\"on\":true}").status, 503);
}

}  // namespace
}  // namespace potik::api
