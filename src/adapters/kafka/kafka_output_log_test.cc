#include "adapters/kafka/kafka_output_log.h"

#include <gmock/gmock.h>

#include <chrono>
#include <functional>
#include <map>
#include <thread>

#include "adapters/kafka/client.h"
#include "adapters/kafka/read_mark.h"
#include "adapters/kafka/test_topics.h"
#include "log/output_log_contract.h"
// After librdkafka's own header.
#include <librdkafka/rdkafka_mock.h>

namespace potik::kafka {
namespace {

using log::OutputError;
using log::OutputLog;
using log::OutputRecord;
using log::OutputStream;
using log::PublishedRecord;

// Reads topics through as anybody would: from their start, what is committed.
class Reader {
 public:
  using Look = std::function<void(const rd_kafka_message_t&)>;
  [[nodiscard]] static std::vector<PublishedRecord> read(
      const std::map<std::string, OutputStream>& topics,
      const Look& look = [](const rd_kafka_message_t&) {}) {
    auto made = make_client(RD_KAFKA_CONSUMER, client_for_tests(),
                            {{"group.id", "reader"},
                             {"isolation.level", "read_committed"},
                             {"enable.partition.eof", "true"}});
    EXPECT_TRUE(made.ok());
    const Owned<rd_kafka_t> client = std::move(made).value();
    rd_kafka_poll_set_consumer(client.get());
    const Owned<rd_kafka_topic_partition_list_t> list(
        rd_kafka_topic_partition_list_new(static_cast<int>(topics.size())));
    for (const auto& [name, stream] : topics)
      rd_kafka_topic_partition_list_add(list.get(), name.c_str(), 0)->offset =
          RD_KAFKA_OFFSET_BEGINNING;
    EXPECT_EQ(rd_kafka_assign(client.get(), list.get()), RD_KAFKA_RESP_ERR_NO_ERROR);
    std::vector<PublishedRecord> records;
    for (size_t ended = 0; ended < topics.size();) {
      rd_kafka_message_t* message = rd_kafka_consumer_poll(client.get(), 20'000);
      if (message == nullptr) {
        ADD_FAILURE() << "the broker does not answer";
        return records;
      }
      if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        ++ended;
      } else if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        records.push_back(record_of(*message, topics));
        look(*message);
      }
      rd_kafka_message_destroy(message);
    }
    return records;
  }

  // Empty where it has none.
  [[nodiscard]] static std::string header(const rd_kafka_message_t& message, const char* name) {
    rd_kafka_headers_t* headers = nullptr;
    const void* value = nullptr;
    size_t size = 0;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        rd_kafka_header_get_last(headers, name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR)
      return {};
    return {static_cast<const char*>(value), size};
  }

 private:
  static PublishedRecord record_of(const rd_kafka_message_t& message,
                                   const std::map<std::string, OutputStream>& topics) {
    PublishedRecord record;
    record.stream = topics.at(rd_kafka_topic_name(message.rkt));
    record.key.assign(static_cast<const char*>(message.key), message.key_len);
    record.value.assign(static_cast<const char*>(message.payload), message.len);
    record.note = header(message, "potik-note");
    return record;
  }
};

std::unique_ptr<OutputLog> open(const OutputLogOptions& options) {
  auto opened = open_output_log(options);
  EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error());
  return opened.ok() ? std::move(opened).value() : nullptr;
}

std::map<std::string, OutputStream> topics_of(const OutputTopicNames& names) {
  return {{names.enriched, OutputStream::enriched},
          {names.recommendations, OutputStream::recommendations},
          {names.alerts, OutputStream::alerts},
          {names.dead_letters, OutputStream::dead_letters},
          {names.rows, OutputStream::rows}};
}

class KafkaUnderTest : public log::OutputsUnderTest {
 public:
  KafkaUnderTest() { reopen(); }
  OutputLog& outputs() override { return *outputs_; }
  void reopen() override {
    outputs_.reset();
    outputs_ = open(options_);
  }
  std::vector<PublishedRecord> published() override {
    return Reader::read(topics_of(options_.topics));
  }

 private:
  const OutputLogOptions options_ = output_log_for_tests();
  std::unique_ptr<OutputLog> outputs_;
};

std::unique_ptr<log::OutputsUnderTest> open_kafka() { return std::make_unique<KafkaUnderTest>(); }

TEST(KafkaOutputLog, ASecondProcessOfTheSameNameShutsTheFirstOut) {
  const OutputLogOptions options = output_log_for_tests();
  const auto first = open(options);
  const OutputRecord record{OutputStream::alerts, "a", "from the first", {}};
  ASSERT_TRUE(first->append(Epoch(1), {&record, 1}).ok());
  const auto second = open(options);
  EXPECT_EQ(second->progress(), Epoch(1));
  ASSERT_TRUE(second->append(Epoch(2), {&record, 1}).ok());
  const auto late = first->append(Epoch(2), {&record, 1});
  ASSERT_FALSE(late.ok());
  for (int round = 0; round < 2; ++round) {
    const auto again = first->append(Epoch(3), {&record, 1});
    ASSERT_FALSE(again.ok());
    EXPECT_EQ(again.error().error, OutputError::fenced) << "it finds another's mark and stays away";
  }
  EXPECT_EQ(Reader::read(topics_of(options.topics)).size(), 2U);
}

TEST(KafkaOutputLog, GoesOnAfterItsProducerWasShutOutByNobodyWhoPublishes) {
  const OutputLogOptions options = output_log_for_tests();
  const auto outputs = open(options);
  const OutputRecord record{OutputStream::alerts, "a", "once", {}};
  ASSERT_TRUE(outputs->append(Epoch(1), {&record, 1}).ok());
  // What a pause beyond the transaction's time-out does to a producer.
  open(options).reset();
  ASSERT_FALSE(outputs->append(Epoch(2), {&record, 1}).ok());
  ASSERT_TRUE(outputs->append(Epoch(2), {&record, 1}).ok());
  EXPECT_EQ(Reader::read(topics_of(options.topics)).size(), 2U);
}

// A foreign producer may send what no event is, and larger than a topic of ours may hold.
TEST(KafkaOutputLog, PublishesALargeDeadLetterAndCutsOneThatIsLarger) {
  const OutputLogOptions options = output_log_for_tests();
  const auto outputs = open(options);
  std::string bytes;  // that do not compress
  uint32_t state = 1;
  for (size_t i = 0; i < 3'000'000; ++i) {
    state = state * 1'664'525 + 1'013'904'223;
    bytes += static_cast<char>(state >> 24U);
  }
  const std::string_view whole(bytes.data(), kDeadLetterBytesMax);
  const std::string note(R"({"reason":"too_long"})");
  const std::vector<OutputRecord> letters{{OutputStream::dead_letters, {}, whole, note},
                                          {OutputStream::dead_letters, {}, bytes, note}};
  const auto appended = outputs->append(Epoch(1), letters);
  ASSERT_TRUE(appended.ok()) << describe(appended.error());
  std::vector<std::string> cuts;
  const auto found =
      Reader::read(topics_of(options.topics), [&](const rd_kafka_message_t& message) {
        cuts.push_back(Reader::header(message, "potik-cut"));
      });
  ASSERT_EQ(found.size(), 2U);
  for (const PublishedRecord& letter : found) {
    EXPECT_EQ(letter.value, whole);
    EXPECT_EQ(letter.note, note);
  }
  EXPECT_THAT(cuts, testing::ElementsAre("", "3000000"));
}

TEST(KafkaOutputLog, SaysWhyARecordIsRefused) {
  const OutputLogOptions options = output_log_for_tests();
  const auto outputs = open(options);
  const std::string large(kMessageBytesMax + 1, 'x');
  const OutputRecord record{OutputStream::enriched, "u", large, {}};
  const auto appended = outputs->append(Epoch(1), {&record, 1});
  ASSERT_FALSE(appended.ok());
  EXPECT_EQ(appended.error().error, OutputError::io);
  EXPECT_THAT(appended.error().cause,
              testing::AllOf(testing::HasSubstr(options.topics.enriched),
                             testing::HasSubstr("8388609 bytes"), testing::HasSubstr("too large")));
}

// Another publisher, of the same topic of marks.
class Other {
 public:
  explicit Other(const OutputLogOptions& options) : topic_(options.topics.progress) {
    auto made = make_client(RD_KAFKA_PRODUCER, options.client,
                            {{"transactional.id", options.client.name + "-other"}});
    EXPECT_TRUE(made.ok());
    client_ = std::move(made).value();
    check(rd_kafka_init_transactions(client_.get(), kPatienceMs));
    check(rd_kafka_begin_transaction(client_.get()));
  }
  void mark(int count) {
    const std::string value = text_of({Epoch(77), "another"});
    for (int i = 0; i < count; ++i)
      EXPECT_EQ(rd_kafka_producev(client_.get(), RD_KAFKA_V_TOPIC(topic_.c_str()),
                                  RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                  RD_KAFKA_V_KEY("other", size_t{5}),
                                  RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
                                  RD_KAFKA_V_END),
                RD_KAFKA_RESP_ERR_NO_ERROR);
    EXPECT_EQ(rd_kafka_flush(client_.get(), kPatienceMs), RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  void commit() { check(rd_kafka_commit_transaction(client_.get(), kPatienceMs)); }

 private:
  static constexpr int kPatienceMs = 20'000;
  static void check(rd_kafka_error_t* error) {
    const Owned<rd_kafka_error_t> owned(error);
    EXPECT_EQ(owned, nullptr) << rd_kafka_error_string(error);
  }
  std::string topic_;
  Owned<rd_kafka_t> client_;
};

TEST(KafkaOutputLog, FindsItsMarkBehindAnOpenTransactionOfAnother) {
  const OutputLogOptions options = output_log_for_tests();
  const OutputRecord record{OutputStream::alerts, "a", "once", {}};
  const auto first = open(options);
  Other other(options);
  other.mark(1);
  ASSERT_TRUE(first->append(Epoch(5), {&record, 1}).ok());
  std::thread late([&] {
    std::this_thread::sleep_for(std::chrono::seconds(2));
    other.commit();
  });
  const auto outputs = open(options);
  late.join();
  EXPECT_EQ(outputs->progress(), Epoch(5)) << "readers of what is committed could not see it yet";
}

TEST(KafkaOutputLog, FindsItsMarkFarFromTheEnd) {
  const OutputLogOptions options = output_log_for_tests();
  ASSERT_TRUE(open(options)->append(Epoch(5), {}).ok());
  Other other(options);
  other.mark(20'000);
  other.commit();
  EXPECT_EQ(open(options)->progress(), Epoch(5));
}

TEST(KafkaOutputLog, WantsOnePartitionForMarks) {
  OutputLogOptions options = output_log_for_tests();
  options.topics.progress += ".two";
  ASSERT_TRUE(create_topics(options.client, {{options.topics.progress, 2, 1, {}}}).ok());
  const auto opened = open_output_log(options);
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error(), testing::HasSubstr("2 partitions"));
}

// While a broker is away that held a part of the last process's transaction: only the library's own
// broker refuses at will; kafka_faults_test kills real ones.
TEST(KafkaOutputLog, WaitsAtItsStartUntilTheLastTransactionHasEnded) {
  OutputLogOptions options;
  options.client.name = "waits";
  options.client.timeout_ms = 2'000;
  auto owner = make_client(RD_KAFKA_PRODUCER, options.client, {});
  ASSERT_TRUE(owner.ok());
  struct DestroyMock {
    void operator()(rd_kafka_mock_cluster_t* cluster) const {
      rd_kafka_mock_cluster_destroy(cluster);
    }
  };
  const std::unique_ptr<rd_kafka_mock_cluster_t, DestroyMock> cluster(
      rd_kafka_mock_cluster_new(owner->get(), 1));
  options.client.brokers = rd_kafka_mock_cluster_bootstraps(cluster.get());
  ASSERT_EQ(rd_kafka_mock_topic_create(cluster.get(), options.topics.progress.c_str(), 1, 1),
            RD_KAFKA_RESP_ERR_NO_ERROR);
  constexpr int16_t kInitProducerId = 22;
  constexpr int kRefusals = 12;  // half a second each: three tries
  for (int i = 0; i < kRefusals; ++i)
    rd_kafka_mock_push_request_errors(cluster.get(), kInitProducerId, 1,
                                      RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS);
  EXPECT_NE(open(options), nullptr);
}

TEST(KafkaOutputLog, SaysWhichTopicIsMissing) {
  OutputLogOptions options = output_log_for_tests();
  options.client.timeout_ms = 3'000;
  options.topics.progress += ".not";
  const auto opened = open_output_log(options);
  ASSERT_FALSE(opened.ok());
  EXPECT_THAT(opened.error(), testing::HasSubstr(options.topics.progress));
}

}  // namespace
}  // namespace potik::kafka

namespace potik::log {
INSTANTIATE_TEST_SUITE_P(Kafka, OutputLogContract, testing::Values(&kafka::open_kafka));
}  // namespace potik::log
