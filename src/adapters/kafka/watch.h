#pragma once
// Watch: looks at the cluster once a second on a thread and through a connection of its own, so
// that an outage is known while nobody reads or writes, how far others have written is known while
// we are behind, and partitions that are added do not go unseen. Thread-safe; nothing blocks but
// opening and the destructor.

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "adapters/kafka/client.h"
#include "adapters/kafka/topics.h"
#include "base/mutex.h"

namespace potik::kafka {

class Watch {
 public:
  // `topics` outlives this object. Does not wait for a broker. The error names a setting.
  [[nodiscard]] static Result<std::unique_ptr<Watch>, std::string> open(
      const ClientOptions& options, const TopicMap& topics);
  ~Watch();  // waits for a look under way, a few seconds where no broker answers
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // Why some partition has no leader that answers; empty when all have.
  [[nodiscard]] std::string trouble() const;
  // Which topic has more partitions than `topics` knows, and what to do about it, as of the last
  // look that was answered; empty where none has.
  [[nodiscard]] std::string partitions_added() const;
  // By partition, as of the last look that succeeded: where the next record goes, those of open
  // transactions included.
  [[nodiscard]] std::vector<Offset> ends() const;
  [[nodiscard]] uint32_t brokers_down() const { return brokers_down_.load(); }

 private:
  Watch(const ClientOptions& options, const TopicMap& topics);
  void loop();
  [[nodiscard]] Result<std::string, std::string> ask_for_partitions() const;
  void look();
  static int take_statistics(rd_kafka_t*, char* json, size_t size, void* self);

  const TopicMap& topics_;
  ClientOptions options_;
  std::map<std::string, int> counted_;  // partitions by topic, as `topics` has them
  Owned<rd_kafka_t> client_;
  std::vector<Owned<rd_kafka_topic_t>> asked_about_;  // those topics
  std::atomic<uint32_t> brokers_down_{0};
  mutable Mutex mutex_;
  Condition wake_;
  bool stopping_ POTIK_GUARDED_BY(mutex_) = false;
  std::string trouble_ POTIK_GUARDED_BY(mutex_);
  std::string added_ POTIK_GUARDED_BY(mutex_);
  std::vector<Offset> ends_ POTIK_GUARDED_BY(mutex_);
  std::thread thread_;  // last: it uses all of the above
};

// Of the library's statistics (its STATISTICS.md): the brokers of the cluster that were to be
// connected and are not.
[[nodiscard]] uint32_t count_brokers_down(std::string_view statistics);

}  // namespace potik::kafka
