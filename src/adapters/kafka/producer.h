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
#include "monitor/metrics.h"

namespace potik::kafka {

class Producer {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Producer>, std::string> open(
      const EventLogOptions& options, const TopicMap& topics);

  // The offset of every record, in order. After an error some of the records may be there: those
  // that were acknowledged before one failed, and those whose acknowledgement was lost.
  [[nodiscard]] Result<std::vector<Offset>, log::LogError> append(
      std::span<const log::PartitionAppend> appends);

  // Of all appends, failed ones too.
  [[nodiscard]] const monitor::LatencyHistogram& seconds() const { return seconds_; }

 private:
  // One record on its way; the library hands it back with the answer.
  struct Sent {
    Offset offset{-1};
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR__IN_PROGRESS;
    size_t* waiting = nullptr;
  };
  Producer(const EventLogOptions& options, const TopicMap& topics);
  [[nodiscard]] Status<std::string> connect() POTIK_REQUIRES(mutex_);
  static void delivered(rd_kafka_t*, const rd_kafka_message_t* message, void*);
  [[nodiscard]] rd_kafka_resp_err_t send(Partition partition, const log::RecordView& record,
                                         Sent& sent) POTIK_REQUIRES(mutex_);

  const TopicMap& topics_;
  const EventLogOptions options_;
  monitor::LatencyHistogram seconds_;
  Mutex mutex_;
  Owned<rd_kafka_t> client_ POTIK_GUARDED_BY(mutex_);
  // By partition of the log.
  std::vector<Owned<rd_kafka_topic_t>> handles_ POTIK_GUARDED_BY(mutex_);
};

}  // namespace potik::kafka
