#pragma once
// What can be set of the Kafka adapter. Plain values.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "log/event_log.h"

namespace potik::kafka {

struct ClientOptions {
  std::string brokers = "127.0.0.1:9092";  // host:port, several with commas between
  std::string name = "potik";              // client id, and the stem of group and transaction ids
  int64_t timeout_ms = 10'000;  // after which a write or a look-up that got no answer has failed
  // Handed to librdkafka as they are, last: security.protocol, sasl.*, ssl.* and the like.
  std::vector<std::pair<std::string, std::string>> properties;
};

struct TopicNames {
  std::string events = "potik.events";
  std::string users = "potik.users";
  std::string videos = "potik.videos";
};

struct EventLogOptions {
  ClientOptions client;
  TopicNames topics;
  uint64_t fetch_bytes_max = 128U << 20U;  // read ahead and not yet taken
  int64_t linger_ms = 1;                   // a write waits so long for company
};

// What the library takes of one record, with key and headers; topics have limits of their own.
// Above what those made by `potik topics create` hold, so that the brokers judge.
inline constexpr size_t kMessageBytesMax = 8U << 20U;
// Of a dead letter's bytes; the rest is left out.
inline constexpr size_t kDeadLetterBytesMax = log::kValueBytesMax;

// Empty where nothing is written to it: brokers may make a topic of which they are asked.
struct OutputTopicNames {
  std::string enriched = "potik.enriched";
  std::string recommendations = "potik.recommendations";
  std::string alerts = "potik.alerts";
  std::string dead_letters = "potik.dead-letters";
  std::string rows = "potik.rows";
  std::string progress = "potik.progress";
};

struct OutputLogOptions {
  ClientOptions client;  // its name is the key of the mark, and the transaction's
  OutputTopicNames topics;
  int64_t transaction_timeout_ms = 60'000;  // after which the brokers give up one of ours
};

}  // namespace potik::kafka
