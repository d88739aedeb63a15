#include "adapters/kafka/producer.h"

#include <chrono>

#include "adapters/kafka/message.h"
#include "base/failpoint.h"

namespace potik::kafka {
namespace {

constexpr int kPollMs = 100;
// Records handed to the library at once; it would refuse more, and none is copied.
constexpr const char* kQueueRecordsMax = "1000000";

Settings settings_of(const EventLogOptions& options) {
  return {{"enable.idempotence", "true"},
          {"acks", "all"},
          {"compression.codec", "lz4"},
          {"linger.ms", std::to_string(options.linger_ms)},
          {"message.timeout.ms", std::to_string(options.client.timeout_ms)},
          {"message.max.bytes", std::to_string(log::kValueBytesMax + 4'096)},
          {"batch.num.messages", "100000"},
          {"batch.size", "1000000"},
          {"queue.buffering.max.messages", kQueueRecordsMax},
          {"queue.buffering.max.kbytes", "1048576"}};
}

}  // namespace

Producer::Producer(const EventLogOptions& options, const TopicMap& topics)
    : topics_(topics), options_(options) {}

Result<std::unique_ptr<Producer>, std::string> Producer::open(const EventLogOptions& options,
                                                              const TopicMap& topics) {
  std::unique_ptr<Producer> producer(new Producer(options, topics));
  const MutexLock lock(producer->mutex_);
  if (auto connected = producer->connect(); !connected) return Error{connected.error()};
  return producer;
}

Status<std::string> Producer::connect() {
  auto client = make_client(RD_KAFKA_PRODUCER, options_.client, settings_of(options_),
                            {.delivered = &Producer::delivered});
  if (!client) return Error{client.error()};
  handles_.clear();  // before the client that they belong to
  client_ = std::move(client).value();
  for (uint16_t p = 0; p < topics_.size(); ++p)
    handles_.emplace_back(
        rd_kafka_topic_new(client_.get(), topics_.at(Partition(p)).topic.c_str(), nullptr));
  return Ok{};
}

void Producer::delivered(rd_kafka_t* /*client*/, const rd_kafka_message_t* message,
                         void* /*opaque*/) {
  auto* sent = static_cast<Sent*>(message->_private);
  sent->error = message->err;
  sent->offset = Offset(message->offset);
  --*sent->waiting;
}

rd_kafka_resp_err_t Producer::send(Partition partition, const log::RecordView& record, Sent& sent) {
  const bool deletes =
      record.kind == log::RecordKind::user_delete || record.kind == log::RecordKind::video_delete;
  Owned<rd_kafka_headers_t> headers;
  const auto mark = [&headers](const char* name) {
    if (!headers) headers.reset(rd_kafka_headers_new(1));
    rd_kafka_header_add(headers.get(), name, -1, "1", 1);
  };
  if ((record.flags & log::kFlagHistory) != 0) mark(kHistoryHeader);
  if (record.kind == log::RecordKind::user_unlearn) mark(kUnlearnHeader);
  rd_kafka_headers_t* const raw = headers.get();
  // The library does not write to it, though its interface says so.
  char* const value = deletes ? nullptr : const_cast<char*>(record.value.data());
  const size_t value_size = deletes ? 0 : record.value.size();
  const char* const key = record.key.empty() ? nullptr : record.key.data();
  const rd_kafka_resp_err_t error = rd_kafka_producev(
      client_.get(), RD_KAFKA_V_RKT(handles_[partition.value()].get()),
      RD_KAFKA_V_PARTITION(topics_.at(partition).partition), RD_KAFKA_V_MSGFLAGS(0),
      RD_KAFKA_V_VALUE(value, value_size), RD_KAFKA_V_KEY(key, record.key.size()),
      RD_KAFKA_V_TIMESTAMP(record.appended_at.value()), RD_KAFKA_V_HEADERS(raw),
      RD_KAFKA_V_OPAQUE(&sent), RD_KAFKA_V_END);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) static_cast<void>(headers.release());
  return error;
}

Result<std::vector<Offset>, log::LogError> Producer::append(
    std::span<const log::PartitionAppend> appends) {
  for (const log::PartitionAppend& append : appends) {
    if (append.partition.value() >= topics_.size()) return Error{log::LogError::no_such_partition};
  }
  if (failpoint::fails("kafka.produce.before")) return Error{log::LogError::io};
  const size_t records = log::record_count(appends);
  const MutexLock lock(mutex_);
  const auto began = std::chrono::steady_clock::now();
  // What ended the client for good, such as brokers that have lost its sequence, ends only it.
  if (rd_kafka_fatal_error(client_.get(), nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR && !connect())
    return Error{log::LogError::io};
  std::vector<Sent> sent(records);  // stays until the last answer: the library points into it
  size_t waiting = 0;
  size_t next = 0;
  rd_kafka_resp_err_t failure = RD_KAFKA_RESP_ERR_NO_ERROR;
  const size_t torn_at = failpoint::tears("kafka.produce.torn") ? records / 2 : records;
  for (const log::PartitionAppend& append : appends) {
    for (const log::RecordView& record : append.records) {
      if (next == torn_at) {
        while (waiting > 0) rd_kafka_poll(client_.get(), kPollMs);
        failpoint::die();
      }
      Sent& each = sent[next++];
      each.waiting = &waiting;
      if (failure != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
      failure = send(append.partition, record, each);
      if (failure == RD_KAFKA_RESP_ERR_NO_ERROR) ++waiting;
    }
  }
  // The library answers each record within its time-out, for better or for worse.
  while (waiting > 0) rd_kafka_poll(client_.get(), kPollMs);
  seconds_.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  std::vector<Offset> offsets;
  offsets.reserve(records);
  for (const Sent& each : sent) {
    if (failure == RD_KAFKA_RESP_ERR_NO_ERROR) failure = each.error;
    offsets.push_back(each.offset);
  }
  if (failure != RD_KAFKA_RESP_ERR_NO_ERROR) return Error{meaning_of(failure)};
  if (failpoint::fails("kafka.produce.after")) return Error{log::LogError::io};
  return offsets;
}

}  // namespace potik::kafka
