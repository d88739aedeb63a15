#include "adapters/alertmanager/alert_payload.h"

#include <gtest/gtest.h>

#include "adapters/alertmanager/test_alert.h"

namespace potik::alertmanager {
namespace {

using monitor::AlertState;

constexpr TimeMs kNow{1'010'000};

std::string payload(const monitor::Alert& alert, const Options& options) {
  std::string out;
  append_alert(out, alert, options, kNow);
  return out;
}

Options at_node() {
  Options options;
  options.node = "node-7";
  options.external_url = "https://potik.example";
  options.repeat_ms = 1'000;
  return options;
}

TEST(AlertPayload, HoldsLabelsEvidenceAndALink) {
  EXPECT_EQ(payload(likes_of("v1", AlertState::firing), at_node()),
            R"({"labels":{"alertname":"PotikLikeBurst","service":"potik","kind":"like_burst",)"
            R"("severity":"critical","subject_type":"video","subject":"v1","instance":"node-7"},)"
            R"("annotations":{"summary":"Likes of one video \"rose\".",)"
            R"("description":"Block the accounts.","alert_id":"id-1","observed":"40.5 likes/s",)"
            R"("baseline":"1 likes/s","threshold":"8 likes/s","distinct_users":"31","folded":"0",)"
            R"("samples":"e1 e2"},"startsAt":"1970-01-01T00:16:40.000Z",)"
            R"("endsAt":"1970-01-01T00:16:54.000Z",)"
            R"("generatorURL":"https://potik.example/ops"})");
}

TEST(AlertPayload, EndsAResolvedAlertAtItsNoticeAndNeverInTheFuture) {
  const std::string over = payload(likes_of("v1", AlertState::resolved), at_node());
  EXPECT_NE(over.find(R"("endsAt":"1970-01-01T00:16:45.000Z")"), std::string::npos) << over;
  monitor::Alert ahead = likes_of("v1", AlertState::resolved);
  ahead.started_at = TimeMs(1'020'000);
  ahead.at = TimeMs(1'030'000);
  const std::string now = payload(ahead, at_node());
  EXPECT_NE(
      now.find(R"("startsAt":"1970-01-01T00:16:50.000Z","endsAt":"1970-01-01T00:16:50.000Z")"),
      std::string::npos)
      << now;
}

TEST(AlertPayload, LabelsDependOnNothingThatChangesWhileAnAlertLasts) {
  const auto labels = [](const monitor::Alert& alert) {
    const std::string text = payload(alert, at_node());
    return text.substr(0, text.find("annotations"));
  };
  monitor::Alert first = likes_of("v1", AlertState::firing);
  monitor::Alert later = likes_of("v1", AlertState::resolved, "id-2", 1'000);
  later.observed = 99;
  EXPECT_EQ(labels(first), labels(later));
  EXPECT_EQ(identity(first), identity(later));
  EXPECT_NE(identity(first), identity(likes_of("v2", AlertState::firing)));
}

TEST(AlertPayload, LeavesOutTheLinkWhereNobodySaidWhereThePageIs) {
  EXPECT_EQ(payload(likes_of("v1", AlertState::firing), Options{}).find("generatorURL"),
            std::string::npos);
}

}  // namespace
}  // namespace potik::alertmanager
