#include "app/kafka_cluster.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include "adapters/kafka/kafka_output_log.h"

namespace potik::app {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

// A record of the largest size, with its key and headers.
constexpr const char* kMessageBytesMax = "2097152";
// Replaced versions of what is read stay a day: a restart repeats epochs over them, and must find
// what it found.
constexpr const char* kCompactionLagMs = "86400000";
// The segment that is written to is never compacted: a mark comes several times a second.
constexpr const char* kMarksSegmentBytes = "16777216";
constexpr const char* kMarksSegmentMs = "3600000";

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

Result<Settings, std::string> read_properties(const std::string& path) {
  std::ifstream file(path);
  if (!file) return Error{"kafka.properties_file " + path + " cannot be read"};
  Settings settings;
  std::string line;
  for (size_t number = 1; std::getline(file, line); ++number) {
    const std::string_view text = trimmed(line);
    if (text.empty() || text.starts_with('#')) continue;
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0)
      return Error{"kafka.properties_file " + path + ", line " + std::to_string(number) +
                   ": expected name=value"};
    settings.emplace_back(trimmed(text.substr(0, equals)), trimmed(text.substr(equals + 1)));
  }
  return settings;
}

Result<kafka::EventLogOptions, std::string> event_log_options(const Config& config) {
  auto client = kafka_client(config);
  if (!client) return Error{client.error()};
  kafka::EventLogOptions options;
  options.client = std::move(client).value();
  options.topics = kafka_topics(config);
  options.fetch_bytes_max = config.kafka.fetch_bytes_max;
  options.linger_ms = config.kafka.linger_ms;
  return options;
}

}  // namespace

Result<kafka::ClientOptions, std::string> kafka_client(const Config& config) {
  kafka::ClientOptions client;
  client.brokers = config.kafka.brokers;
  client.name = config.kafka.name;
  client.timeout_ms = config.kafka.timeout_ms;
  if (!config.kafka.properties_file.empty()) {
    auto properties = read_properties(config.kafka.properties_file);
    if (!properties) return Error{properties.error()};
    client.properties = std::move(properties).value();
  }
  return client;
}

kafka::TopicNames kafka_topics(const Config& config) {
  const std::string& prefix = config.kafka.topic_prefix;
  return {prefix + "events", prefix + "users", prefix + "videos"};
}

kafka::OutputTopicNames kafka_output_topics(const Config& config) {
  const std::string& prefix = config.kafka.topic_prefix;
  return {prefix + "enriched", prefix + "recommendations",
          prefix + "alerts",   prefix + "dead-letters",
          prefix + "rows",     prefix + "progress"};
}

kafka::OutputTopicNames kafka_written_topics(const Config& config) {
  kafka::OutputTopicNames names = kafka_output_topics(config);
  if (!holds(config.runner.enriched, pipeline::EnrichedForm::json)) names.enriched.clear();
  if (!holds(config.runner.enriched, pipeline::EnrichedForm::blocks)) names.rows.clear();
  return names;
}

Result<kafka::OpenedEventLog, std::string> open_kafka_log(const Config& config) {
  const auto options = event_log_options(config);
  if (!options) return Error{options.error()};
  return kafka::open_event_log(*options);
}

Result<kafka::OpenedLogWriter, std::string> open_kafka_writer(const Config& config) {
  const auto options = event_log_options(config);
  if (!options) return Error{options.error()};
  return kafka::open_log_writer(*options);
}

Result<std::unique_ptr<log::OutputLog>, std::string> open_kafka_outputs(const Config& config) {
  if (!config.kafka.publish) return std::unique_ptr<log::OutputLog>();
  auto client = kafka_client(config);
  if (!client) return Error{client.error()};
  kafka::OutputLogOptions options;
  options.client = std::move(client).value();
  options.topics = kafka_written_topics(config);
  options.transaction_timeout_ms = config.kafka.transaction_timeout_ms;
  return kafka::open_output_log(options);
}

std::vector<kafka::TopicSpec> topic_specs(const Config& config, const TopicPlan& plan) {
  const kafka::TopicNames in = kafka_topics(config);
  const kafka::OutputTopicNames out = kafka_output_topics(config);
  const Settings kept{{"cleanup.policy", "delete"},
                      {"retention.ms", std::to_string(plan.retention_ms)},
                      {"max.message.bytes", kMessageBytesMax}};
  const Settings compacted{{"cleanup.policy", "compact"},
                           {"min.compaction.lag.ms", kCompactionLagMs},
                           {"max.message.bytes", kMessageBytesMax}};
  const Settings newest{{"cleanup.policy", "compact"}, {"max.message.bytes", kMessageBytesMax}};
  Settings marks = newest;
  marks.insert(marks.end(),
               {{"segment.bytes", kMarksSegmentBytes}, {"segment.ms", kMarksSegmentMs}});
  std::vector<kafka::TopicSpec> specs{{in.events, plan.partitions, plan.replicas, kept},
                                      {in.users, 1, plan.replicas, compacted},
                                      {in.videos, 1, plan.replicas, compacted},
                                      {out.enriched, plan.partitions, plan.replicas, kept},
                                      {out.recommendations, plan.partitions, plan.replicas, newest},
                                      {out.alerts, 1, plan.replicas, kept},
                                      {out.dead_letters, 1, plan.replicas, kept},
                                      {out.rows, 1, plan.replicas, kept},
                                      {out.progress, 1, plan.replicas, std::move(marks)}};
  if (plan.replicas >= kReplicasForInSync) {
    for (kafka::TopicSpec& spec : specs)
      spec.settings.emplace_back("min.insync.replicas", std::to_string(kInSyncReplicasMin));
  }
  return specs;
}

}  // namespace potik::app
