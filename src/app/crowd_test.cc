#include "app/crowd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "app/simulate_comments.h"
#include "app/test_simulate_server.h"
#include "base/eventually_for_tests.h"
#include "event/json_object.h"

namespace potik::app {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kTwoVideos =
    R"({"videos":[{"video_id":"clip-1","tags":["a"],"duration_ms":9000},
                  {"video_id":"clip-2","tags":["b"],"duration_ms":9000}],"next":null})";

class CrowdTest : public testing::Test {
 protected:
  [[nodiscard]] bool is_sent(const std::string& text) const {
    return server_.events_so_far().find(text) != std::string::npos;
  }
  [[nodiscard]] bool eventually_sent(const std::string& text) const {
    return eventually([&] { return is_sent(text); });
  }

  FakeServer server_;
  SteppingClock clock_;
  DemoConfig config_{.crowd_rate = 100, .attack_s = 30};
};

TEST_F(CrowdTest, WaitsForACatalogueAndMakesNoneUp) {
  Crowd crowd(config_, clock_);
  crowd.start(server_.connect(), false);
  EXPECT_EQ(crowd.begin_attack("like-burst").error(), api::DemoError::not_ready);
  EXPECT_FALSE(is_sent("clip-1"));
  server_.put_catalogue(kTwoVideos);
  EXPECT_TRUE(eventually_sent("\"video_id\":\"clip-1\""));
  crowd.stop();
  EXPECT_EQ(server_.made_videos, 0U);
}

TEST_F(CrowdTest, IsThereForMinutesAlreadyWhereNobodyWasBefore) {
  server_.put_catalogue(kTwoVideos);
  Crowd crowd(config_, clock_);
  crowd.start(server_.connect(), true);
  // Ten minutes of a hundred a second, while the clock has hardly moved.
  EXPECT_TRUE(eventually([&] { return server_.lines_so_far() > 40'000; }));
  EXPECT_TRUE(is_sent("comment_posted"));
  EXPECT_TRUE(eventually([&] { return crowd.memory_bytes() > 100'000; }));
}

TEST_F(CrowdTest, AttacksOneVideoAndStopsWhenToldTo) {
  server_.put_catalogue(kTwoVideos);
  Crowd crowd(config_, clock_);
  crowd.start(server_.connect(), false);
  ASSERT_TRUE(eventually([&] { return crowd.begin_attack("like-burst").ok(); }));
  EXPECT_TRUE(eventually_sent("sim-bot-1-0"));
  const auto begun = crowd.state();
  ASSERT_TRUE(begun.attack.has_value());
  EXPECT_EQ(begun.attack->kind, "like-burst");
  EXPECT_EQ(crowd.begin_attack("watch-farm").error(), api::DemoError::unknown_kind);
  const auto ended = crowd.end_attack();
  EXPECT_FALSE(ended.attacking);
  ASSERT_TRUE(ended.attack.has_value());
  EXPECT_EQ(ended.attack->video_id, begun.attack->video_id) << "the last one stays in memory";
  const auto again = crowd.begin_attack("comment-flood");
  ASSERT_TRUE(again.ok());
  EXPECT_NE(again->attack->video_id, begun.attack->video_id) << "each attacks another video";
  EXPECT_TRUE(eventually_sent(std::string(kFloodComment)));
}

// The clock steps half a hundred milliseconds a look.
TEST_F(CrowdTest, EndsAnAttackByItself) {
  server_.put_catalogue(kTwoVideos);
  Crowd crowd(config_, clock_);
  crowd.start(server_.connect(), false);
  ASSERT_TRUE(eventually([&] { return crowd.begin_attack("like-burst").ok(); }));
  EXPECT_TRUE(eventually_sent("sim-bot-1-"));
  EXPECT_TRUE(eventually([&] { return !crowd.state().attacking; }));
  // What was under way then comes still; the audience goes on, without bots.
  const auto grown_by = [&](size_t bytes) {
    const size_t before = server_.events_so_far().size();
    return eventually([&] { return server_.events_so_far().size() > before + bytes; });
  };
  ASSERT_TRUE(grown_by(20'000));
  const size_t settled = server_.events_so_far().size();
  ASSERT_TRUE(grown_by(20'000));
  EXPECT_THAT(server_.events_so_far().substr(settled), Not(HasSubstr("sim-bot")));
}

TEST_F(CrowdTest, SurvivesRefusalsAndSaysWhyItsEventsAreNotTaken) {
  server_.put_catalogue(kTwoVideos);
  server_.refusals = 1;
  Crowd crowd(config_, clock_);
  crowd.start(server_.connect(), false);
  EXPECT_TRUE(eventually_sent("clip-"));
  EXPECT_THAT(crowd.trouble(), Not(HasSubstr("401")));
  server_.forbidden = true;
  EXPECT_TRUE(eventually([&] { return crowd.trouble().find("401") != std::string::npos; }));
  server_.forbidden = false;
  EXPECT_TRUE(eventually([&] { return crowd.trouble().empty(); }));
}

TEST_F(CrowdTest, StopsAtOnceWhileTheServerTakesNothing) {
  server_.put_catalogue(kTwoVideos);
  Crowd crowd(config_, clock_);
  crowd.start(server_.connect(), false);
  ASSERT_TRUE(eventually_sent("clip-"));
  server_.refusals = 1'000'000;
  ASSERT_TRUE(eventually([&] { return server_.refusals < 1'000'000; }));
  const uint64_t taken = server_.lines_so_far();
  crowd.stop();
  EXPECT_EQ(server_.lines_so_far(), taken) << "it ended by being heard";
}

TEST(Comments, AreThousandsAndHaveNoSignOfTheOtherLanguage) {
  std::set<std::string> ukrainian;
  std::set<std::string> english;
  for (uint32_t n = 0; n < 24 * 24 * 4; ++n) {
    ukrainian.insert(comment_text(n, CommentLanguage::ukrainian));
    english.insert(comment_text(n, CommentLanguage::english));
  }
  EXPECT_GT(ukrainian.size(), 1'500U);
  EXPECT_GT(english.size(), 1'500U);
  for (const std::string& text : ukrainian)
    EXPECT_TRUE(std::ranges::none_of(text, [](unsigned char c) { return std::isalpha(c) != 0; }))
        << text;
  for (const std::string& text : english) EXPECT_EQ(text.find("\xd0"), std::string::npos) << text;
}

}  // namespace
}  // namespace potik::app
