#include "adapters/kafka/topic_follower.h"

#include <gtest/gtest.h>

#include <vector>

#include "adapters/kafka/kafka_output_log.h"
#include "adapters/kafka/test_topics.h"
#include "base/eventually_for_tests.h"
#include "base/mutex.h"

namespace potik::kafka {
namespace {

constexpr uint64_t kMany = 40;
// Of these each transaction's end takes one more offset.
constexpr int64_t kOffsetsOfARecord = 2;

class KafkaTopicFollower : public testing::Test {
 protected:
  void SetUp() override {
    options_ = output_log_for_tests();
    auto outputs = open_output_log(options_);
    ASSERT_TRUE(outputs.ok()) << outputs.error();
    outputs_ = std::move(outputs).value();
  }

  void publish(const std::string& value) {
    const log::OutputRecord record{log::OutputStream::alerts, "key", value, {}};
    ASSERT_TRUE(outputs_->append(outputs_->progress().next(), {&record, 1}).ok());
  }

  void follow(int64_t newest) {
    auto follower = TopicFollower::open(
        {.client = options_.client, .topic = options_.topics.alerts, .newest = newest},
        {.take =
             [this](const FollowedRecord& record) {
               const MutexLock lock(mutex_);
               values_.emplace_back(record.value.value_or("none"));
             },
         .filled =
             [this] {
               const MutexLock lock(mutex_);
               values_.emplace_back("filled");
             }});
    ASSERT_TRUE(follower.ok()) << follower.error();
    follower_ = std::move(follower).value();
    ASSERT_TRUE(eventually([&] { return !seen().empty() && seen().back() == "filled"; }));
  }

  std::vector<std::string> seen() {
    const MutexLock lock(mutex_);
    return values_;
  }

  OutputLogOptions options_;
  std::unique_ptr<log::OutputLog> outputs_;
  Mutex mutex_;
  std::vector<std::string> values_ POTIK_GUARDED_BY(mutex_);
  std::unique_ptr<TopicFollower> follower_;  // last: it uses the above
};

TEST_F(KafkaTopicFollower, ReadsAllSaysOnceThatItIsAtTheEndAndFollows) {
  publish("a");
  publish("b");
  follow(0);
  publish("c");
  const std::vector<std::string> wanted{"a", "b", "filled", "c"};
  EXPECT_TRUE(eventually([&] { return seen() == wanted; }));
}

TEST_F(KafkaTopicFollower, BeginsWithTheNewestWhereItIsTold) {
  for (uint64_t i = 0; i < kMany; ++i) publish(std::to_string(i));
  follow(10 * kOffsetsOfARecord);
  const auto values = seen();
  ASSERT_EQ(values.size(), 11U);
  EXPECT_EQ(values.front(), std::to_string(kMany - 10));
}

TEST_F(KafkaTopicFollower, ReadsAllOfATopicThatHoldsLessThanThat) {
  publish("a");
  follow(1'000);
  EXPECT_EQ(seen().front(), "a");
}

TEST_F(KafkaTopicFollower, ReachesTheEndOfAnEmptyTopic) {
  follow(1'000);
  EXPECT_EQ(seen().size(), 1U);
}

}  // namespace
}  // namespace potik::kafka
