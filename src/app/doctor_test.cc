// Each fault of a set-up, planted alone, is named with what to change; a whole set-up has none.
#include "app/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "app/data_dir.h"
#include "app/kafka_cluster.h"
#include "app/topic_review.h"

namespace potik::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Doctor : public testing::Test {
 protected:
  Doctor() {
    config_.log.kind = "kafka";
    for (kafka::TopicSpec& spec : topic_specs(config_, {.partitions = 2, .replicas = 3})) {
      kafka::TopicState state{spec.partitions, 3, 0, {}};
      for (const auto& [name, value] : spec.settings) state.settings[name] = value;
      const std::vector<kafka::PartitionEnds> ends(static_cast<size_t>(spec.partitions),
                                                   {Offset(0), Offset(10), Offset(10)});
      topics_.push_back({std::move(spec), std::move(state), ends});
    }
    cluster_ = {3, {{"transaction.max.timeout.ms", "900000"}}};
    directory_ = {.layout = layout_text(config_, {.events = 2, .users = 1, .videos = 1}),
                  .snapshot = Epoch(3),
                  .journaled = Epoch(5),
                  .snapshot_ends = std::vector<Offset>(4, Offset(4)),
                  .journaled_ends = std::vector<Offset>(4, Offset(8))};
  }

  [[nodiscard]] Findings examine() const {
    Findings findings;
    judge_cluster(config_, cluster_, findings);
    judge_topics(config_, topics_, cluster_.brokers, findings);
    judge_transactions(config_, held_, findings);
    judge_directory(config_, directory_, {topics_.begin(), topics_.begin() + 3}, published_,
                    findings);
    return findings;
  }
  // The only thing to change.
  [[nodiscard]] std::string fault() const {
    const Findings findings = examine();
    EXPECT_THAT(findings, SizeIs(1));
    if (findings.size() != 1) return {};
    EXPECT_TRUE(findings[0].to_change) << findings[0].text;
    return findings[0].text;
  }
  [[nodiscard]] std::string note() const {
    const Findings findings = examine();
    EXPECT_THAT(findings, SizeIs(1));
    if (findings.size() != 1) return {};
    EXPECT_FALSE(findings[0].to_change) << findings[0].text;
    return findings[0].text;
  }
  TopicFacts& topic(const std::string& name) {
    for (TopicFacts& each : topics_) {
      if (each.wanted.name == "potik." + name) return each;
    }
    ADD_FAILURE() << "no topic " << name;
    return topics_.front();
  }
  void set(const std::string& name, const std::string& setting, const std::string& value) {
    topic(name).found.settings[setting] = value;
  }

  Config config_;
  kafka::ClusterState cluster_;
  std::vector<TopicFacts> topics_;
  std::vector<HeldBack> held_;
  DirectoryFacts directory_;
  Epoch published_{4};
};

TEST_F(Doctor, FindsNothingInAWholeSetUp) { EXPECT_THAT(examine(), IsEmpty()); }

TEST_F(Doctor, NamesATopicThatIsMissing) {
  topic("alerts").found = {};
  EXPECT_EQ(fault(), "topic potik.alerts is missing. Make it by: potik topics create");
}

TEST_F(Doctor, NamesPartitionsWithoutALeader) {
  topic("users").found.leaderless = 1;
  EXPECT_THAT(fault(), HasSubstr("topic potik.users: 1 of 1 partitions are led by no broker"));
}

TEST_F(Doctor, NamesEventsThatAreCompacted) {
  set("events", "cleanup.policy", "compact");
  EXPECT_THAT(fault(), AllOf(HasSubstr("topic potik.events: cleanup.policy is \"compact\""),
                             HasSubstr("--add-config cleanup.policy=delete")));
}

TEST_F(Doctor, NamesListsThatAreNotCompacted) {
  set("recommendations", "cleanup.policy", "delete");
  EXPECT_THAT(fault(), HasSubstr("--add-config cleanup.policy=compact"));
}

TEST_F(Doctor, NamesEventsThatGoTooSoon) {
  set("events", "retention.ms", "3600000");
  EXPECT_THAT(fault(), AllOf(HasSubstr("deleted after 3600 s"), HasSubstr("At least 24 h"),
                             HasSubstr("--add-config retention.ms=-1")));
  set("events", "retention.ms", "86400000");
  EXPECT_THAT(examine(), IsEmpty());
}

TEST_F(Doctor, LetsResultsGoAsSoonAsTheyLike) {
  set("enriched", "retention.ms", "1000");
  EXPECT_THAT(examine(), IsEmpty());
}

TEST_F(Doctor, NamesReferenceDataThatIsCompactedBeforeAStartCanReadItAgain) {
  set("videos", "min.compaction.lag.ms", "0");
  EXPECT_THAT(fault(), AllOf(HasSubstr("topic potik.videos"), HasSubstr("dropped after 0 ms"),
                             HasSubstr("snapshot_interval_ms is 5 s")));
}

TEST_F(Doctor, WantsALagThatFitsTheIntervalOfSnapshots) {
  config_.runner.snapshot_interval_ms = 86'400'000;
  const Findings findings = examine();
  ASSERT_THAT(findings, SizeIs(2));  // users and videos
  EXPECT_THAT(findings[0].text, HasSubstr("At least 10 days"));
}

TEST_F(Doctor, NamesATopicThatRefusesLargeRecords) {
  set("dead-letters", "max.message.bytes", "1048588");
  EXPECT_THAT(fault(), HasSubstr("--add-config max.message.bytes=2097152"));
}

TEST_F(Doctor, NamesATopicOfMarksWithMoreThanOnePartition) {
  topic("progress").found.partitions = 2;
  EXPECT_THAT(fault(), HasSubstr("the mark is read from the first alone"));
}

TEST_F(Doctor, NamesATopicOfRowsWithMoreThanOnePartition) {
  topic("rows").found.partitions = 8;
  EXPECT_THAT(fault(), HasSubstr("topic potik.rows has 8 partitions, and epochs have one order"));
}

TEST_F(Doctor, NamesThreeCopiesOfWhichOneMayAcknowledgeAlone) {
  set("users", "min.insync.replicas", "1");
  EXPECT_THAT(fault(), AllOf(HasSubstr("topic potik.users: what is acknowledged may stand on one "
                                       "broker alone"),
                             HasSubstr("--add-config min.insync.replicas=2")));
  topic("users").found.replicas = 2;
  EXPECT_THAT(note(), HasSubstr("min.insync.replicas is 1"));
  topic("users").found.replicas = 1;
  cluster_.brokers = 1;
  EXPECT_THAT(examine(), IsEmpty());
}

TEST_F(Doctor, LeavesTheCopiesInSyncToBrokersWhereThereAreFewerThanThree) {
  for (const int16_t replicas : std::to_array<int16_t>({-1, 1, 2})) {
    for (const kafka::TopicSpec& spec : topic_specs(config_, {.replicas = replicas}))
      EXPECT_EQ(wanted_of(spec, "min.insync.replicas"), "") << spec.name;
  }
}

TEST_F(Doctor, NamesATransactionTimeOutThatBrokersRefuse) {
  cluster_.settings["transaction.max.timeout.ms"] = "30000";
  EXPECT_THAT(fault(), HasSubstr("kafka.transaction_timeout_ms is 60000, and the brokers allow"));
  config_.kafka.publish = false;
  EXPECT_THAT(examine(), IsEmpty());
}

TEST_F(Doctor, NamesReadersThatATransactionHoldsBack) {
  held_ = {{"potik.enriched", 1, Offset(7), Offset(9)}};
  EXPECT_THAT(fault(), HasSubstr("partition 1 of topic potik.enriched: readers of committed "
                                 "records stand at offset 7, 2 before its end"));
}

TEST_F(Doctor, NamesPartitionsThatChangedUnderTheDataDirectory) {
  topic("events").found.partitions = 3;
  EXPECT_THAT(fault(), AllOf(HasSubstr("made with kafka: 2 of events"),
                             HasSubstr("now there are kafka: 3 of events")));
}

TEST_F(Doctor, NamesTheSizeOfAGap) {
  topic("videos").ends[0].first = Offset(10);
  EXPECT_THAT(fault(), AllOf(HasSubstr("partition 0 of topic potik.videos begins at offset 10"),
                             HasSubstr("read up to 8: 2 offsets were deleted unread")));
}

TEST_F(Doctor, FindsNoGapBeforeAnythingWasRead) {
  directory_ = {};
  published_ = Epoch(0);
  topic("videos").ends[0].first = Offset(10);
  EXPECT_THAT(examine(), IsEmpty());
}

TEST_F(Doctor, NamesAMarkAboveADataDirectoryThatIsNew) {
  directory_ = {};
  EXPECT_THAT(fault(), HasSubstr("results were published up to epoch 4"));
}

TEST_F(Doctor, NamesWhatAStartWouldMiss) {
  topic("events").ends[1].first = Offset(6);
  EXPECT_THAT(fault(), AllOf(HasSubstr("partition 1 of topic potik.events begins at offset 6"),
                             HasSubstr("computes again from 4 on")));
}

TEST_F(Doctor, NamesATopicThatWasMadeAnew) {
  topic("users").ends[0] = {Offset(0), Offset(2), Offset(2)};
  EXPECT_THAT(fault(), HasSubstr("partition 0 of topic potik.users ends at offset 2"));
}

TEST_F(Doctor, NamesAMarkThatIsAnotherDirectorys) {
  published_ = Epoch(9);
  EXPECT_THAT(fault(), HasSubstr("results were published up to epoch 9"));
  published_ = Epoch(2);
  EXPECT_THAT(fault(), HasSubstr("results were published up to epoch 2"));
}

TEST_F(Doctor, NamesAMarkThatWasLost) {
  published_ = Epoch(0);
  directory_.published_before = true;
  EXPECT_THAT(fault(), HasSubstr("the mark that says up to which epoch is gone"));
}

TEST_F(Doctor, TellsWhatIsRightForSome) {
  published_ = Epoch(0);
  EXPECT_THAT(note(), HasSubstr("nothing was published under the name potik yet"));
  published_ = Epoch(4);
  topic("users").found.replicas = 1;
  EXPECT_THAT(note(), HasSubstr("there is one copy of it on 3 brokers"));
  topic("users").found.replicas = 3;
  set("events", "retention.bytes", "1000000");
  EXPECT_THAT(note(), HasSubstr("cut at 1000000 bytes"));
}

}  // namespace
}  // namespace potik::app
