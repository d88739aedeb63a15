#pragma once
// TopicFollower: reads all partitions of a topic, from their beginnings or from their newest
// records on, committed records only, and follows it. A thread and a consumer of its own, no group;
// so any number of servers can do so. Memory: what the library reads ahead (a bound of its own).

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/kafka/options.h"
#include "base/ids.h"
#include "base/result.h"

namespace potik::kafka {

struct FollowedRecord {
  uint16_t partition = 0;  // of the topic
  Offset offset{};
  std::string_view key;                   // empty: none
  std::optional<std::string_view> value;  // nothing: a tombstone
};

struct FollowerOptions {
  ClientOptions client;
  std::string topic;
  // So many offsets of each partition to begin with; 0: all that the brokers have.
  int64_t newest = 0;
};

// Any thread, but for opening and ending.
class TopicFollower {
 public:
  struct Listener {
    // Each record, on the follower's thread; those of a partition in their order.
    std::function<void(const FollowedRecord&)> take;
    // Once, there too: every partition was read to where it ended. May be empty.
    std::function<void()> filled;
  };
  // What `listener` uses outlives this object. Blocks up to the time-out for the topic's
  // partitions. The error is a sentence.
  [[nodiscard]] static Result<std::unique_ptr<TopicFollower>, std::string> open(
      FollowerOptions options, Listener listener);
  ~TopicFollower();
  TopicFollower(const TopicFollower&) = delete;
  TopicFollower& operator=(const TopicFollower&) = delete;

  // Partitions whose end was reached since the start, once is for good; and how many there are.
  // Partitions that are added to the topic are read from their beginning, within seconds.
  [[nodiscard]] size_t partitions_filled() const;
  [[nodiscard]] size_t partitions() const;

 private:
  class Impl;  // no header of the library here
  explicit TopicFollower(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace potik::kafka
