#pragma once
// Making topics, and asking how they are set. Any thread; each call connects, blocks up to the
// time-out and is gone.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "adapters/kafka/options.h"
#include "base/result.h"

namespace potik::kafka {

struct TopicSpec {
  std::string name;
  int32_t partitions = 1;
  int16_t replicas = 1;  // -1: as many as the brokers give by default
  std::vector<std::pair<std::string, std::string>> settings;  // of the topic, by Kafka's names
};

enum class Created : uint8_t { made, was_there };

// One answer for each of `specs`, in order. The error is a sentence about the first that failed;
// topics before it may have been made.
[[nodiscard]] Result<std::vector<Created>, std::string> create_topics(
    const ClientOptions& options, const std::vector<TopicSpec>& specs);

struct TopicState {
  int32_t partitions = 0;  // 0: there is no such topic
  int32_t replicas = 0;
  int32_t leaderless = 0;  // partitions that no broker leads at the moment
  std::map<std::string, std::string> settings;
};

// In the order of `names`. The error is a sentence: no broker answers, or access is denied.
[[nodiscard]] Result<std::vector<TopicState>, std::string> describe_topics(
    const ClientOptions& options, const std::vector<std::string>& names);

struct ClusterState {
  int32_t brokers = 0;
  std::map<std::string, std::string> settings;  // of one of them
};

// The error is a sentence: no broker answers, or access is denied.
[[nodiscard]] Result<ClusterState, std::string> describe_cluster(const ClientOptions& options);

}  // namespace potik::kafka
