// What only the wiring can do wrong, asked over HTTP.
#include "app/all_in_one.h"

#include "app/test_running_potik.h"

namespace potik::app {
namespace {

class AllInOneTest : public RunningPotik {
 protected:
  [[nodiscard]] int status_for(const std::string& host) const {
    return send({.target = "/healthz", .headers = {{"Host", host}}}).status;
  }
};

TEST_F(AllInOneTest, AnswersOnTheLoopbackUnderItsOwnNamesAlone) {
  config_.api.router.allowed_hosts = {"potik.lan"};
  start();
  EXPECT_EQ(status_for("localhost"), 200);
  EXPECT_EQ(status_for("potik.lan:80"), 200);
  EXPECT_EQ(status_for("rebound.example"), 421);
}

TEST_F(AllInOneTest, AnswersOnAnOpenAddressUnderEveryName) {
  config_.http.listen = "0.0.0.0:0";
  start();
  EXPECT_EQ(status_for("potik.example"), 200);
}

}  // namespace
}  // namespace potik::app
