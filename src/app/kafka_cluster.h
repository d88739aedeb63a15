#pragma once
// Potik's parts of a Kafka cluster, as the configuration names them: the event log, the streams of
// results, and the topics of both.

#include <memory>
#include <string>
#include <vector>

#include "adapters/kafka/admin.h"
#include "adapters/kafka/kafka_event_log.h"
#include "adapters/kafka/options.h"
#include "app/config.h"
#include "base/result.h"
#include "log/output_log.h"

namespace potik::app {

// With what kafka.properties_file says. The error names file and line.
[[nodiscard]] Result<kafka::ClientOptions, std::string> kafka_client(const Config& config);
[[nodiscard]] kafka::TopicNames kafka_topics(const Config& config);
[[nodiscard]] kafka::OutputTopicNames kafka_output_topics(const Config& config);
// Without those that kafka.enriched leaves out.
[[nodiscard]] kafka::OutputTopicNames kafka_written_topics(const Config& config);

// Connects. Errors are sentences for the operator.
[[nodiscard]] Result<kafka::OpenedEventLog, std::string> open_kafka_log(const Config& config);
// For a gateway.
[[nodiscard]] Result<kafka::OpenedLogWriter, std::string> open_kafka_writer(const Config& config);
// Null where kafka.publish says so.
[[nodiscard]] Result<std::unique_ptr<log::OutputLog>, std::string> open_kafka_outputs(
    const Config& config);

struct TopicPlan {
  int32_t partitions = 8;     // of events, enriched events and lists
  int16_t replicas = -1;      // of every topic; -1: as the brokers have it by default
  int64_t retention_ms = -1;  // of events and results that are not compacted; -1: for ever
};
// From so many replicas on a write waits for two of them, so that what was acknowledged survives
// the loss of a broker. Kafka's default is one.
inline constexpr int32_t kReplicasForInSync = 3;
inline constexpr int32_t kInSyncReplicasMin = 2;
// Every topic that Potik reads or writes, or may be set to.
[[nodiscard]] std::vector<kafka::TopicSpec> topic_specs(const Config& config,
                                                        const TopicPlan& plan);

}  // namespace potik::app
