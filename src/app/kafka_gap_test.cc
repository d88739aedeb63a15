// Retention that overtakes the runner, on a real broker.
#include <gtest/gtest.h>

#include "adapters/kafka/kafka_event_log.h"
#include "adapters/kafka/test_topics.h"
#include "base/eventually_for_tests.h"
#include "pipeline/test_process.h"

namespace potik::pipeline {
namespace {

using testing::facts_of;
using testing::Media;
using testing::Process;

class KafkaGap : public ::testing::Test {
 protected:
  void SetUp() override {
    kafka::EventLogOptions options;
    options.client = kafka::client_for_tests();
    options.topics = kafka::names_for_tests();
    kafka::make_topics(options.client, options.topics, {.events = 2});
    auto opened = kafka::open_event_log(options);
    ASSERT_TRUE(opened.ok()) << opened.error();
    log_ = std::move(opened->log);
  }

  void append_plays(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string json =
          R"({"event_id":"e)" + std::to_string(i) +
          R"(","type":"video_played","occurred_at":1700000000000,"user_id":"u1","video_id":"v1","watch_ms":5000})";
      const log::RecordView record{log::RecordKind::event, 0, TimeMs(1'700'000'000'000), "u1",
                                   json};
      const log::PartitionAppend append{Partition(0), {&record, 1}};
      ASSERT_TRUE(log_->append({&append, 1}).ok());
    }
    ASSERT_TRUE(eventually([&] { return log_->end()[0] == Offset(count); }));
  }

  std::unique_ptr<Runner> runner_with(Process& process, OnGap on_gap) {
    RunnerOptions options;
    options.on_gap = on_gap;
    options.partition_names = {"potik.events/0"};
    return std::make_unique<Runner>(
        RunnerPorts{*log_, media_.journal, media_.snapshots, media_.store, process.cache,
                    process.feed, process.alerts, process.clock},
        CoreOptions{}, options);
  }

  std::unique_ptr<log::EventLog> log_;
  Media media_;
};

TEST_F(KafkaGap, StopsOrSkipsAsChosen) {
  Process process(media_);
  append_plays(10);
  {
    const auto runner = runner_with(process, OnGap::stop);
    ASSERT_TRUE(runner->recover({}).ok());
    ASSERT_TRUE(runner->run_once(4, false).ok());
    ASSERT_TRUE(runner->settle());
  }
  ASSERT_TRUE(log_->trim(Partition(0), Offset(7)).ok());
  {
    const auto recovered = runner_with(process, OnGap::stop)->recover({});
    ASSERT_FALSE(recovered.ok());
    EXPECT_NE(recovered.error().find("3 of potik.events/0 (offsets 4 to 6)"), std::string::npos)
        << recovered.error();
  }
  const auto runner = runner_with(process, OnGap::skip);
  ASSERT_TRUE(runner->recover({}).ok());
  EXPECT_EQ(runner->metrics().records_skipped.value(), 3U);
  ASSERT_TRUE(runner->run_once(100, false).ok());
  ASSERT_TRUE(runner->settle());
  EXPECT_EQ(facts_of(media_.store), 7U);
}

}  // namespace
}  // namespace potik::pipeline
