#pragma once
// Producer: writes records to their topics and waits until every in-sync replica has them.
// Idempotent, so that a retry of the library neither doubles nor reorders. Thread-safe; one append
// at a time. An append blocks for a round trip, at most for the time-out.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "adapters/kafka/client.h"
#include "adapters/kafka/topics.h"
#include "base/mutex.h"
#include "log/event_log.h"

namespace potik::kafka {

class Producer {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Producer>, std::string> open(
      const EventLogOptions& options, const TopicMap& topics);

  // The offset of every record, in order. After an error some of the records may be there: those
  // that were acknowledged before one failed, and those whose acknowledgement was lost.
  [[nodiscard]] Result<std::vector<Offset>, log::LogError> append(
      std::span<const log::PartitionAppend> appends);

 private:
  // One record on its way; the library hands it back with the answer.
  struct Sent {
    Offset offset{-1};
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR__IN_PROGRESS;
    size_t* waiting = nullptr;
  };
  Producer(const EventLogOptions& options, const TopicMap& topics, Owned<rd_kafka_t> client);
  static void delivered(rd_kafka_t*, const rd_kafka_message_t* message, void*);
  [[nodiscard]] rd_kafka_resp_err_t send(Partition partition, const log::RecordView& record,
                                         Sent& sent);

  const TopicMap& topics_;
  int64_t timeout_ms_;
  Owned<rd_kafka_t> client_;
  std::vector<Owned<rd_kafka_topic_t>> handles_;  // by partition of the log
  Mutex mutex_;
};

}  // namespace potik::kafka
