#include "app/topic_boards.h"

#include <gtest/gtest.h>

namespace potik::app {
namespace {

std::string said(const std::string& id, int second, const std::string& more) {
  return R"({"event_id":"e","type":"comment_posted","occurred_at":"2026-01-02T03:04:0)" +
         std::to_string(second) + R"(.000Z","user_id":"ann","video_id":"v1","comment_id":")" + id +
         R"(","text":"hello",)" + more + "}";
}

const std::string kShown = R"("suspicious":false)";

TEST(TopicBoards, ReadACommentOfAnEnrichedEvent) {
  const auto read = read_comment(said("c1", 5, kShown));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->video_id, "v1");
  EXPECT_EQ(read->comment.comment_id, "c1");
  EXPECT_EQ(read->comment.author, api::author_name("ann"));
  EXPECT_EQ(read->comment.text, "hello");
  EXPECT_EQ(read->comment.occurred_at, TimeMs(1'767'323'045'000));
}

TEST(TopicBoards, PassOverWhatIsNoCommentThatOthersMaySee) {
  EXPECT_FALSE(read_comment(said("c1", 5, R"("suspicious":true)")));
  EXPECT_FALSE(read_comment(R"({"type":"video_liked","user_id":"ann","video_id":"v1"})"));
  EXPECT_FALSE(read_comment(R"({"type":"video_liked","text":"\"type\":\"comment_posted\""})"));
  EXPECT_FALSE(read_comment(""));
}

TEST(TopicBoards, ReadAnAlertAsItWasWritten) {
  const monitor::Alert alert{.id = "0123456789abcdef0123456789abcdef",
                             .kind = "like_burst",
                             .subject_type = "video",
                             .subject = "v1",
                             .state = monitor::AlertState::resolved,
                             .started_at = TimeMs(1'767'323'045'000),
                             .at = TimeMs(1'767'323'046'001),
                             .observed = 12.5,
                             .baseline = 0.25,
                             .threshold = 3,
                             .unit = "likes/s",
                             .distinct_users = 7,
                             .folded = 90,
                             .samples = {"e1", "e\"2"},
                             .summary = "Many likes.",
                             .action = "Look."};
  const auto read = read_alert(alert.json());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->json(), alert.json());
  EXPECT_FALSE(read_alert("no alert"));
  EXPECT_FALSE(read_alert(R"({"id":"x","state":"firing"})"));
}

TEST(TopicBoards, ShowCommentsOfAllPartitionsInTheOrderInWhichTheyWereSaid) {
  TopicBoards boards{Config()};
  const std::string early = said("c1", 1, kShown);
  const std::string middle = said("c2", 2, kShown);
  const std::string late = said("c3", 3, kShown);
  boards.take_enriched({0, Offset(0), "ann", late});
  boards.take_enriched({1, Offset(0), "ann", early});
  EXPECT_TRUE(boards.comments().list("v1", 9).empty()) << "their order is not known yet";
  boards.enriched_filled();
  boards.take_enriched({1, Offset(1), "ann", middle});  // came late
  std::vector<std::string> ids;
  for (const auto& comment : boards.comments().list("v1", 9)) ids.push_back(comment.comment_id);
  EXPECT_EQ(ids, (std::vector<std::string>{"c2", "c3", "c1"}));
}

}  // namespace
}  // namespace potik::app
