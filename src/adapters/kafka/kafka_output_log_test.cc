#include "adapters/kafka/kafka_output_log.h"

#include <gmock/gmock.h>

#include <map>

#include "adapters/kafka/client.h"
#include "adapters/kafka/test_topics.h"
#include "log/output_log_contract.h"

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
  [[nodiscard]] static std::vector<PublishedRecord> read(
      const std::map<std::string, OutputStream>& topics) {
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
      }
      rd_kafka_message_destroy(message);
    }
    return records;
  }

 private:
  static PublishedRecord record_of(const rd_kafka_message_t& message,
                                   const std::map<std::string, OutputStream>& topics) {
    PublishedRecord record;
    record.stream = topics.at(rd_kafka_topic_name(message.rkt));
    record.key.assign(static_cast<const char*>(message.key), message.key_len);
    record.value.assign(static_cast<const char*>(message.payload), message.len);
    rd_kafka_headers_t* headers = nullptr;
    const void* note = nullptr;
    size_t size = 0;
    if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR &&
        rd_kafka_header_get_last(headers, "potik-note", &note, &size) == RD_KAFKA_RESP_ERR_NO_ERROR)
      record.note.assign(static_cast<const char*>(note), size);
    return record;
  }
};

OutputLogOptions options_for_tests() {
  OutputLogOptions options;
  options.client = client_for_tests();
  const std::string stem = names_for_tests().events;
  options.client.name = stem;
  options.topics = {stem + ".enriched", stem + ".lists", stem + ".alerts", stem + ".dead",
                    stem + ".progress"};
  std::vector<TopicSpec> specs;
  for (const std::string& name : {options.topics.enriched, options.topics.recommendations,
                                  options.topics.alerts, options.topics.dead_letters})
    specs.push_back({name, 1, 1, {}});
  specs.push_back({options.topics.progress, 1, 1, {{"cleanup.policy", "compact"}}});
  const auto made = create_topics(options.client, specs);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error());
  return options;
}

std::unique_ptr<OutputLog> open(const OutputLogOptions& options) {
  auto opened = open_output_log(options);
  EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error());
  return opened.ok() ? std::move(opened).value() : nullptr;
}

std::map<std::string, OutputStream> topics_of(const OutputTopicNames& names) {
  return {{names.enriched, OutputStream::enriched},
          {names.recommendations, OutputStream::recommendations},
          {names.alerts, OutputStream::alerts},
          {names.dead_letters, OutputStream::dead_letters}};
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
  const OutputLogOptions options_ = options_for_tests();
  std::unique_ptr<OutputLog> outputs_;
};

std::unique_ptr<log::OutputsUnderTest> open_kafka() { return std::make_unique<KafkaUnderTest>(); }

TEST(KafkaOutputLog, ASecondProcessOfTheSameNameShutsTheFirstOut) {
  const OutputLogOptions options = options_for_tests();
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
    EXPECT_EQ(again.error(), OutputError::fenced) << "it finds another's mark and stays away";
  }
  EXPECT_EQ(Reader::read(topics_of(options.topics)).size(), 2U);
}

TEST(KafkaOutputLog, GoesOnAfterItsProducerWasShutOutByNobodyWhoPublishes) {
  const OutputLogOptions options = options_for_tests();
  const auto outputs = open(options);
  const OutputRecord record{OutputStream::alerts, "a", "once", {}};
  ASSERT_TRUE(outputs->append(Epoch(1), {&record, 1}).ok());
  // What a pause beyond the transaction's time-out does to a producer.
  open(options).reset();
  ASSERT_FALSE(outputs->append(Epoch(2), {&record, 1}).ok());
  ASSERT_TRUE(outputs->append(Epoch(2), {&record, 1}).ok());
  EXPECT_EQ(Reader::read(topics_of(options.topics)).size(), 2U);
}

TEST(KafkaOutputLog, SaysWhichTopicIsMissing) {
  OutputLogOptions options = options_for_tests();
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
