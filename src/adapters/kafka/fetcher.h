#pragma once
// Fetcher: a consumer of all partitions and the thread that reads ahead with it, into memory that
// is bounded. Reads committed records only. Partitions are assigned by us, at offsets of our own
// journal; no group takes part in it. take() and end() from any thread.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "adapters/kafka/client.h"
#include "adapters/kafka/fetched.h"
#include "adapters/kafka/topics.h"
#include "base/mutex.h"

namespace potik::kafka {

class Fetcher {
 public:
  // `topics` outlives this object. Asks for the present ends and begins to read there. Blocks up to
  // the time-out; the error is a sentence.
  [[nodiscard]] static Result<std::unique_ptr<Fetcher>, std::string> open(
      const EventLogOptions& options, const TopicMap& topics);
  ~Fetcher();
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;

  // The records of [from, until), as far as they are known to exist. Waits for those that are, two
  // seconds or the time-out. A jump (to other than where the last take ended) makes the brokers be
  // asked. Errors: io (no broker answers), trimmed, closed.
  [[nodiscard]] Status<log::LogError> take(Partition partition, Offset from, Offset until,
                                           size_t bytes_max, log::RecordBlock& out);
  // By partition: the end of what is known to exist, never falling.
  [[nodiscard]] std::vector<Offset> end() const;
  // By partition: the first offset that the brokers still have, asked for now. Blocks.
  [[nodiscard]] Result<Offset, log::LogError> start(Partition partition) const;
  [[nodiscard]] uint64_t buffered_bytes() const { return buffered_bytes_.load(); }

 private:
  struct Lane {
    Fetched fetched;
    Offset end{};                // known to exist up to here
    std::optional<Offset> jump;  // the thread is to go on here
    std::optional<log::LogError> failure;
    bool overtaken = false;  // retention was quicker; how far the partition reaches is unknown
  };
  Fetcher(const EventLogOptions& options, const TopicMap& topics, Owned<rd_kafka_t> client);
  [[nodiscard]] Status<std::string> assign_at_ends();
  [[nodiscard]] int64_t patience_ms() const;
  void loop();
  void obey();
  void jump_to(size_t lane, Offset from);
  void look_up_end(size_t lane);
  void receive(rd_kafka_message_t** messages, size_t count);
  void take_message(const rd_kafka_message_t& message);
  [[nodiscard]] Status<log::LogError> check_jump(Partition partition, Offset from) const;

  const TopicMap& topics_;
  ClientOptions options_;
  uint64_t bytes_max_;
  Owned<rd_kafka_t> client_;
  Owned<rd_kafka_queue_t> queue_;
  std::atomic<uint64_t> buffered_bytes_{0};

  mutable Mutex mutex_;
  Condition arrived_;
  Condition room_;
  std::vector<Lane> lanes_ POTIK_GUARDED_BY(mutex_);
  bool stopping_ POTIK_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace potik::kafka
