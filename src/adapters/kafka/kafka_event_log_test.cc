#include "adapters/kafka/kafka_event_log.h"

#include <gmock/gmock.h>

#include "adapters/kafka/client.h"
#include "adapters/kafka/test_partitions.h"
#include "adapters/kafka/test_topics.h"
#include "log/event_log_contract.h"

namespace potik::kafka {
namespace {

using log::EventLog;
using log::LogError;
using log::PartitionAppend;
using log::RecordKind;
using log::RecordView;
using testing::HasSubstr;

std::unique_ptr<EventLog> open(const TopicNames& names) {
  EventLogOptions options;
  options.client = client_for_tests();
  options.topics = names;
  auto opened = open_event_log(options);
  EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error());
  return opened.ok() ? std::move(opened->log) : nullptr;
}

class KafkaUnderTest : public log::LogUnderTest {
 public:
  explicit KafkaUnderTest(uint16_t partitions) : names_(names_for_tests()) {
    layout_.events = static_cast<uint16_t>(partitions - 2);
    make_topics(client_for_tests(), names_, layout_);
    reopen();
  }
  EventLog& log() override { return *log_; }
  void reopen() override {
    log_.reset();
    log_ = open(names_);
  }
  std::optional<RecordKind> kind_of(Partition partition) const override {
    if (partition.value() < layout_.events) return RecordKind::event;
    return partition.value() == layout_.events ? RecordKind::user_put : RecordKind::video_put;
  }
  bool appends_are_seen_whole() const override { return false; }
  bool trims_by_frames() const override { return false; }

 private:
  TopicNames names_;
  log::Layout layout_{.events = 1, .users = 1, .videos = 1};
  std::unique_ptr<EventLog> log_;
};

std::unique_ptr<log::LogUnderTest> open_kafka(uint16_t partitions) {
  return std::make_unique<KafkaUnderTest>(partitions);
}

// Somebody else's producer, with whatever key, headers and value it likes.
class ForeignProducer {
 public:
  explicit ForeignProducer(const Settings& settings = {})
      : client_(std::move(make_client(RD_KAFKA_PRODUCER, client_for_tests(), settings)).value()) {}
  void send(const std::string& topic, std::optional<std::string> key,
            std::optional<std::string> value) const {
    rd_kafka_headers_t* headers = rd_kafka_headers_new(1);
    rd_kafka_header_add(headers, "trace", -1, "abc", 3);
    char* const key_bytes = key ? key->data() : nullptr;
    const size_t key_size = key ? key->size() : 0;
    char* const bytes = value ? value->data() : nullptr;
    const size_t size = value ? value->size() : 0;
    const auto error = rd_kafka_producev(
        client_.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(0),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_HEADERS(headers),
        RD_KAFKA_V_KEY(key_bytes, key_size), RD_KAFKA_V_VALUE(bytes, size), RD_KAFKA_V_END);
    ASSERT_EQ(error, RD_KAFKA_RESP_ERR_NO_ERROR);
    ASSERT_EQ(rd_kafka_flush(client_.get(), 10'000), RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  [[nodiscard]] rd_kafka_t* get() const { return client_.get(); }

 private:
  Owned<rd_kafka_t> client_;
};

class KafkaEventLog : public testing::Test {
 protected:
  void SetUp() override { make_topics(client_for_tests(), names_, layout_); }
  // Everything in the partition once its end has reached `end`.
  void read_all(EventLog& log, Partition partition, int64_t end) {
    ASSERT_TRUE(eventually([&] { return log.end()[partition.value()] >= Offset(end); }));
    ASSERT_TRUE(log.read(partition, Offset(0), Offset(end), 1U << 30U, block_).ok());
    EXPECT_EQ(block_.next, Offset(end));
  }
  const TopicNames names_ = names_for_tests();
  const log::Layout layout_{.events = 2, .users = 1, .videos = 1};
  log::RecordBlock block_;
};

TEST_F(KafkaEventLog, TakesItsLayoutFromTheTopics) {
  EventLogOptions options;
  options.client = client_for_tests();
  options.topics = names_;
  const auto opened = open_event_log(options);
  ASSERT_TRUE(opened.ok()) << opened.error();
  EXPECT_EQ(opened->layout, layout_);
  EXPECT_EQ(opened->log->end(), std::vector<Offset>(4));
}

TEST_F(KafkaEventLog, ReadsWhatForeignProducersWrite) {
  const auto log = open(names_);
  ForeignProducer foreign;
  foreign.send(names_.events, std::nullopt, "{\"event\":1}");
  foreign.send(names_.events, "something else", "{\"event\":2}");
  foreign.send(names_.events, std::string(200, 'k'), "poison");
  foreign.send(names_.events, "u1", std::nullopt);
  read_all(*log, Partition(0), 4);
  ASSERT_EQ(block_.records.size(), 4U);
  for (const RecordView& record : block_.records) EXPECT_EQ(record.kind, RecordKind::event);
  EXPECT_EQ(block_.records[0].value, "{\"event\":1}");
  EXPECT_EQ(block_.records[1].key, "something else");
  EXPECT_EQ(block_.records[2].key, "");
  EXPECT_EQ(block_.records[3].value, "");
  EXPECT_GT(block_.records[0].appended_at, TimeMs(1'700'000'000'000));
}

TEST_F(KafkaEventLog, TakesTombstonesForDeletions) {
  const auto log = open(names_);
  ForeignProducer foreign;
  foreign.send(names_.users, "u1", "{}");
  foreign.send(names_.users, "u1", std::nullopt);
  foreign.send(names_.users, std::nullopt, std::nullopt);
  foreign.send(names_.users, std::string(100, 'u'), std::nullopt);
  read_all(*log, Partition(2), 4);
  ASSERT_EQ(block_.records.size(), 4U);
  EXPECT_EQ(block_.records[0].kind, RecordKind::user_put);
  EXPECT_EQ(block_.records[1].kind, RecordKind::user_delete);
  EXPECT_EQ(block_.records[1].key, "u1");
  EXPECT_EQ(block_.records[2].kind, RecordKind::user_put) << "no id, so nothing to delete";
  EXPECT_EQ(block_.records[3].kind, RecordKind::user_put);
  EXPECT_EQ(block_.records[3].key.size(), log::kKeyBytesMax + 1) << "to be refused";
  const RecordView gone{RecordKind::video_delete, 0, TimeMs(5), "v1", {}};
  const PartitionAppend append{Partition(3), {&gone, 1}};
  ASSERT_TRUE(log->append({&append, 1}).ok());
  read_all(*log, Partition(3), 1);
  EXPECT_EQ(block_.records[0].kind, RecordKind::video_delete);
  EXPECT_EQ(block_.records[0].key, "v1");
}

TEST_F(KafkaEventLog, ReadsOnlyWhatWasCommittedAndPassesOverTheMarks) {
  const auto log = open(names_);
  ForeignProducer foreign({{"transactional.id", names_.events}});
  const auto begin = [&] { Owned<rd_kafka_error_t>(rd_kafka_begin_transaction(foreign.get())); };
  Owned<rd_kafka_error_t> failed(rd_kafka_init_transactions(foreign.get(), 20'000));
  ASSERT_EQ(failed, nullptr);
  begin();
  foreign.send(names_.events, "u1", "aborted");
  failed.reset(rd_kafka_abort_transaction(foreign.get(), 20'000));
  ASSERT_EQ(failed, nullptr);
  begin();
  foreign.send(names_.events, "u1", "kept");
  ForeignProducer plain;
  plain.send(names_.events, "u1", "behind an open transaction");
  EXPECT_TRUE(eventually([&] { return log->end()[0] == Offset(2); }))
      << "the aborted message and its mark are passed over, and nothing of an open transaction is "
         "there yet";
  failed.reset(rd_kafka_commit_transaction(foreign.get(), 20'000));
  ASSERT_EQ(failed, nullptr);
  // Offsets: 0 aborted, 1 its mark, 2 kept, 3 plain, 4 the mark of the commit.
  read_all(*log, Partition(0), 4);
  ASSERT_EQ(block_.records.size(), 2U);
  EXPECT_EQ(block_.records[0].value, "kept");
  EXPECT_EQ(block_.records[0].offset, Offset(2));
  EXPECT_EQ(block_.records[1].offset, Offset(3));
}

TEST_F(KafkaEventLog, KeepsReadAheadWithinItsBound) {
  EventLogOptions options;
  options.client = client_for_tests();
  options.topics = names_;
  options.fetch_bytes_max = 1U << 20U;
  auto opened = open_event_log(options);
  ASSERT_TRUE(opened.ok()) << opened.error();
  const std::string value(10'000, 'x');
  std::vector<RecordView> records(2'000, {RecordKind::event, 0, TimeMs(1), "u", value});
  const PartitionAppend append{Partition(0), records};
  ASSERT_TRUE(opened->log->append({&append, 1}).ok());
  size_t seen = 0;
  Offset next(0);
  while (seen < records.size()) {
    ASSERT_TRUE(eventually([&] { return opened->log->end()[0] > next; }));
    const Offset until = opened->log->end()[0];
    ASSERT_TRUE(opened->log->read(Partition(0), next, until, 1U << 20U, block_).ok());
    ASSERT_LE(block_.next.value() - next.value(), 2'000);
    seen += block_.records.size();
    next = block_.next;
  }
  EXPECT_EQ(next, Offset(2'000));
}

TEST_F(KafkaEventLog, SaysThatPartitionsWereAddedToATopicWhereItReads) {
  EventLogOptions options;
  options.client = client_for_tests();
  options.topics = names_;
  const auto opened = open_event_log(options);
  const auto gateway = open_log_writer(options);
  ASSERT_TRUE(opened.ok() && gateway.ok());
  const ForeignProducer other;
  // Each watch looks on: a record is in the ends of both.
  const auto both_looked = [&](int64_t end) {
    return opened->cluster->true_ends()[3] == Offset(end) &&
           gateway->cluster->true_ends()[3] == Offset(end);
  };
  other.send(names_.videos, "v", "{}");
  ASSERT_TRUE(eventually([&] { return both_looked(1); }));
  EXPECT_EQ(opened->cluster->trouble(), "");
  add_partitions(client_for_tests(), names_.users, 3);
  ASSERT_TRUE(eventually([&] { return !opened->cluster->trouble().empty(); }));
  EXPECT_THAT(opened->cluster->trouble(),
              testing::AllOf(HasSubstr("topic " + names_.users + " has 3 partitions now"),
                             HasSubstr("counted 1 when it started"),
                             HasSubstr("start with a new data directory")));
  other.send(names_.videos, "v", "{}");
  ASSERT_TRUE(eventually([&] { return both_looked(2); }));
  EXPECT_EQ(gateway->cluster->trouble(), "") << "a gateway's records are all read";
}

TEST(KafkaEventLogOpening, SaysWhatIsMissing) {
  EventLogOptions options;
  options.client = client_for_tests();
  options.topics = names_for_tests();
  const auto opened = open_event_log(options);
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error(), HasSubstr("potik topics create"));
  options.client.brokers = "127.0.0.1:1";
  options.client.timeout_ms = 500;
  const auto alone = open_event_log(options);
  ASSERT_FALSE(alone.ok());
  EXPECT_THAT(alone.error(), HasSubstr("kafka.brokers"));
  options.client.properties = {{"sasl.mechanismus", "x"}};
  const auto misspelt = open_event_log(options);
  ASSERT_FALSE(misspelt.ok());
  EXPECT_THAT(misspelt.error(), HasSubstr("sasl.mechanismus"));
}

}  // namespace
}  // namespace potik::kafka

namespace potik::log {
INSTANTIATE_TEST_SUITE_P(Kafka, EventLogContract, testing::Values(&kafka::open_kafka));
}  // namespace potik::log
