#include "adapters/kafka/list_reader.h"

#include <gtest/gtest.h>

#include "adapters/kafka/kafka_output_log.h"
#include "adapters/kafka/test_partitions.h"
#include "adapters/kafka/test_topics.h"
#include "base/eventually_for_tests.h"
#include "base/manual_clock.h"
#include "cache/list_json.h"
#include "cache/memory_cache.h"

namespace potik::kafka {
namespace {

std::string record(const std::string& user, uint64_t epoch, const std::string& video) {
  cache::RecommendationList list;
  list.user_id = user;
  list.model_version = Epoch(epoch);
  list.receipt.epoch = Epoch(epoch);
  list.receipt.computed_at = TimeMs(1'700'000'000'000);
  list.videos.emplace_back().video_id = video;
  std::string text;
  cache::append_list_record(text, list);
  return text;
}

class KafkaListReader : public testing::Test {
 protected:
  void SetUp() override {
    options_ = output_log_for_tests(2);
    auto outputs = open_output_log(options_);
    ASSERT_TRUE(outputs.ok()) << outputs.error();
    outputs_ = std::move(outputs).value();
  }

  void publish(const std::string& user, const std::string& value) {
    const log::OutputRecord record{log::OutputStream::recommendations, user, value, {}};
    ASSERT_TRUE(outputs_->append(outputs_->progress().next(), {&record, 1}).ok());
  }

  void open_reader() {
    auto reader = ListReader::open(options_.client, options_.topics.recommendations, cache_, feed_);
    ASSERT_TRUE(reader.ok()) << reader.error();
    reader_ = std::move(reader).value();
    ASSERT_TRUE(eventually([&] { return reader_->partitions_filled() == reader_->partitions(); }));
  }

  // Of the first video of the cached list; empty without one.
  std::string first_video(const std::string& user) {
    const auto list = cache_.get(user);
    return list ? list->videos[0].video_id : std::string();
  }

  OutputLogOptions options_;
  std::unique_ptr<log::OutputLog> outputs_;
  ManualClock clock_{TimeMs(1'700'000'000'000)};
  cache::MemoryCache cache_{{}, clock_};
  cache::ListFeed feed_{4};
  std::unique_ptr<ListReader> reader_;
};

TEST_F(KafkaListReader, FillsTheCacheFromTheBeginningAndFollows) {
  publish("u1", record("u1", 1, "old"));
  publish("u2", record("u2", 2, "other"));
  publish("u1", record("u1", 3, "new"));
  open_reader();
  EXPECT_EQ(reader_->partitions(), 2U);
  EXPECT_EQ(first_video("u1"), "new");
  EXPECT_EQ(first_video("u2"), "other");
  std::atomic<uint64_t> told{0};
  const auto token =
      feed_.subscribe("u2", [&](const auto& list) { told = list->receipt.epoch.value(); });
  publish("u2", record("u2", 4, "newest"));
  EXPECT_TRUE(eventually([&] { return told == 4U; }));
  EXPECT_EQ(first_video("u2"), "newest");
  feed_.unsubscribe("u2", token);
}

TEST_F(KafkaListReader, KeepsTheNewestPassesOverWhatIsNoListAndForgetsWithdrawnOnes) {
  open_reader();
  publish("u1", record("u1", 9, "new"));
  publish("u1", record("u1", 8, "older"));
  publish("u1", "no list");
  publish("u1", record("another user", 10, "stray"));
  ASSERT_TRUE(eventually([&] { return reader_->metrics().unreadable.value() == 2; }));
  EXPECT_EQ(first_video("u1"), "new");
  EXPECT_EQ(reader_->metrics().lists.value(), 2U);
  publish("u1", "");
  EXPECT_TRUE(eventually([&] { return reader_->metrics().withdrawn.value() == 1; }));
  EXPECT_EQ(first_video("u1"), "");
}

TEST_F(KafkaListReader, ReadsPartitionsThatAreAdded) {
  open_reader();
  add_partitions(options_.client, options_.topics.recommendations, 8);
  ASSERT_TRUE(eventually([&] { return reader_->partitions() == 8U; }));
  ASSERT_TRUE(eventually([&] { return reader_->partitions_filled() == 8U; }));
  // A publisher that counts eight from its start; one of many users is in each.
  outputs_.reset();
  auto outputs = open_output_log(options_);
  ASSERT_TRUE(outputs.ok()) << outputs.error();
  outputs_ = std::move(outputs).value();
  for (int i = 0; i < 40; ++i)
    publish("u" + std::to_string(i), record("u" + std::to_string(i), 1, "v"));
  EXPECT_TRUE(eventually([&] { return reader_->metrics().lists.value() == 40; }));
}

TEST_F(KafkaListReader, SaysThatTheTopicIsMissing) {
  const auto reader = ListReader::open(options_.client, "t.no-such-topic", cache_, feed_);
  ASSERT_FALSE(reader.ok());
  EXPECT_NE(reader.error().find("potik topics create"), std::string::npos) << reader.error();
}

}  // namespace
}  // namespace potik::kafka
