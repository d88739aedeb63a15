#include "app/topic_review.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace potik::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr TimeMs kOld{1'649'433'600'000};
constexpr TimeMs kNow{1'767'225'600'000};

kafka::TopicState state_with(std::map<std::string, std::string> settings) {
  return {4, 1, 0, std::move(settings)};
}

TEST(TopicReview, NamesEveryDifferenceWithBothValues) {
  const kafka::TopicSpec wanted{"t", 8, 3, {{"cleanup.policy", "delete"}, {"retention.ms", "-1"}}};
  EXPECT_THAT(
      differences(wanted, state_with({{"cleanup.policy", "compact"}, {"retention.ms", "-1"}})),
      ElementsAre("4 partitions, not 8", "1 replicas, not 3",
                  "cleanup.policy is \"compact\", not \"delete\""));
}

TEST(TopicReview, FindsNoDifferenceInReplicasWhereNoneWereAskedFor) {
  EXPECT_THAT(differences({"t", 4, -1, {}}, state_with({})), IsEmpty());
}

TEST(TopicReview, SaysThatOldRecordsWouldBeDeletedAndHowToKeepThem) {
  const std::string why = why_deleted(
      Config(), "t", state_with({{"cleanup.policy", "delete"}, {"retention.ms", "604800000"}}),
      kOld, kNow);
  EXPECT_THAT(why, HasSubstr("topic t keeps records for 7 days"));
  EXPECT_THAT(why, HasSubstr("from 2022-04-08T16:00:00.000Z on"));
  EXPECT_THAT(why, HasSubstr("--entity-name t --add-config retention.ms=-1"));
}

TEST(TopicReview, HasNothingAgainstTopicsThatKeepOldRecords) {
  const std::vector<std::map<std::string, std::string>> keeping{
      {{"cleanup.policy", "delete"}, {"retention.ms", "-1"}},
      {{"cleanup.policy", "compact"}, {"retention.ms", "604800000"}},
      {{"cleanup.policy", "delete"},
       {"retention.ms", "604800000"},
       {"message.timestamp.type", "LogAppendTime"}},
      {{"cleanup.policy", "delete"}, {"retention.ms", "315360000000"}}};
  for (const auto& settings : keeping)
    EXPECT_EQ(why_deleted(Config(), "t", state_with(settings), kOld, kNow), "");
}

TEST(TopicReview, SaysDurationsInAUnitThatFits) {
  EXPECT_EQ(duration_text(500), "500 ms");
  EXPECT_EQ(duration_text(5'000), "5 s");
  EXPECT_EQ(duration_text(24LL * 3'600'000), "24 h");
  EXPECT_EQ(duration_text(7LL * 24 * 3'600'000), "7 days");
}

}  // namespace
}  // namespace potik::app
