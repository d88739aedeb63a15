#pragma once
// What is wrong with a set-up on Kafka or with Redis, and what to change. Pure functions over what
// servers and data directory told; doctor_command.cc asks them.

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/kafka/admin.h"
#include "adapters/kafka/ends.h"
#include "adapters/redis/server_facts.h"
#include "app/config.h"
#include "base/ids.h"

namespace potik::app {

struct Finding {
  bool to_change = true;  // false: worth knowing, and right for some
  std::string text;       // what it is, what follows from it, and what to do
};
using Findings = std::vector<Finding>;

struct TopicFacts {
  kafka::TopicSpec wanted;
  kafka::TopicState found;
  std::vector<kafka::PartitionEnds> ends;  // empty where they could not be asked for
};

// Topics that are missing, that nobody leads, or whose settings lose what is needed.
void judge_topics(const Config& config, const std::vector<TopicFacts>& topics, int32_t brokers,
                  Findings& findings);
// Settings of brokers that refuse what Potik asks of them.
void judge_cluster(const Config& config, const kafka::ClusterState& cluster, Findings& findings);

// A partition whose readers of committed records stand still before its end.
struct HeldBack {
  std::string topic;
  int32_t partition = 0;
  Offset committed{};
  Offset end{};
};
void judge_transactions(const Config& config, const std::vector<HeldBack>& held,
                        Findings& findings);

// How far the data directory is. Offsets by partition of the log.
struct DirectoryFacts {
  std::string layout;  // as it was pinned; empty where nothing was processed yet
  Epoch snapshot{};    // a start recomputes the epochs after it
  Epoch journaled{};
  std::vector<Offset> snapshot_ends;
  std::vector<Offset> journaled_ends;
  bool published_before = false;  // under the name that is set
};
// `inputs` are the topics of events, users and videos, in this order; `published` is the mark in
// the topic of marks.
void judge_directory(const Config& config, const DirectoryFacts& directory,
                     const std::vector<TopicFacts>& inputs, Epoch published, Findings& findings);

// What of a Redis would lose lists or refuse them.
void judge_redis(const Config& config, const redis::ServerFacts& server, Findings& findings);

}  // namespace potik::app
