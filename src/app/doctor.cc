#include "app/doctor.h"

#include <algorithm>
#include <utility>

#include "app/data_dir.h"
#include "app/kafka_cluster.h"
#include "app/topic_review.h"
#include "log/event_log.h"
#include "pipeline/published_mark.h"

namespace potik::app {
namespace {

constexpr int64_t kHourMs = 3'600'000;
// A stop over a night must not lose events.
constexpr int64_t kRetentionMinMs = 24 * kHourMs;
// Snapshots that may fail in a row before a start misses replaced records.
constexpr int64_t kSnapshotsMin = 10;
constexpr int64_t kCompactionLagMinMs = kHourMs;
// The largest value with its key and headers.
constexpr int64_t kMessageBytesMin = log::kValueBytesMax + 4'096;

void change(Findings& findings, std::string text) { findings.push_back({true, std::move(text)}); }
void tell(Findings& findings, std::string text) { findings.push_back({false, std::move(text)}); }

std::string set_by(const Config& config, const TopicFacts& topic, const std::string& setting) {
  return ". Set it by: " + command_to_set(config, topic.wanted.name, setting);
}

void judge_policy(const Config& config, const TopicFacts& topic, Findings& findings) {
  const std::string wanted = wanted_of(topic.wanted, "cleanup.policy");
  const std::string found = setting_of(topic.found, "cleanup.policy");
  if (found == wanted) return;
  change(findings, "topic " + topic.wanted.name + ": cleanup.policy is \"" + found +
                       "\", so that " +
                       (wanted == "compact" ? "the newest record of a key goes when it is old"
                                            : "all but the newest record of a key are dropped") +
                       set_by(config, topic, "cleanup.policy=" + wanted));
}

void judge_retention(const Config& config, const TopicFacts& topic, Findings& findings) {
  const auto retention_ms = number_of(topic.found, "retention.ms");
  if (retention_ms && *retention_ms >= 0 && *retention_ms < kRetentionMinMs)
    change(findings,
           "topic " + topic.wanted.name + ": records are deleted after " +
               duration_text(*retention_ms) +
               " (retention.ms), read or not: a longer stop loses events. At least " +
               duration_text(kRetentionMinMs) +
               set_by(config, topic, "retention.ms=" + wanted_of(topic.wanted, "retention.ms")));
  const auto bytes = number_of(topic.found, "retention.bytes");
  if (bytes && *bytes >= 0)
    tell(findings, "topic " + topic.wanted.name + ": a partition is cut at " +
                       std::to_string(*bytes) +
                       " bytes (retention.bytes), whether its records were read or not");
  if (setting_of(topic.found, "message.timestamp.type") == "LogAppendTime")
    tell(findings, "topic " + topic.wanted.name +
                       ": brokers date records by their own clock (message.timestamp.type), so "
                       "that an import is not the same byte for byte as in the embedded log");
}

void judge_lag(const Config& config, const TopicFacts& topic, Findings& findings) {
  const int64_t needed_ms =
      std::max(kCompactionLagMinMs, kSnapshotsMin * config.runner.snapshot_interval_ms);
  const auto lag_ms = number_of(topic.found, "min.compaction.lag.ms");
  if (!lag_ms || *lag_ms >= needed_ms) return;
  change(findings,
         "topic " + topic.wanted.name + ": a replaced record may be dropped after " +
             duration_text(*lag_ms) +
             " (min.compaction.lag.ms). A start computes the epochs after the last "
             "snapshot again (state.snapshot_interval_ms is " +
             duration_text(config.runner.snapshot_interval_ms) +
             ") and must find what it found. At least " + duration_text(needed_ms) +
             set_by(config, topic,
                    "min.compaction.lag.ms=" + wanted_of(topic.wanted, "min.compaction.lag.ms")));
}

void judge_size(const Config& config, const TopicFacts& topic, Findings& findings) {
  const auto bytes = number_of(topic.found, "max.message.bytes");
  if (!bytes || *bytes >= kMessageBytesMin) return;
  change(findings, "topic " + topic.wanted.name + ": records above " + std::to_string(*bytes) +
                       " bytes are refused (max.message.bytes), and the largest has " +
                       std::to_string(kMessageBytesMin) +
                       set_by(config, topic,
                              "max.message.bytes=" + wanted_of(topic.wanted, "max.message.bytes")));
}

// With three copies writes may wait for two and still survive the loss of a broker; with two they
// would stop, so that it is the operator's choice.
void judge_in_sync(const Config& config, const TopicFacts& topic, Findings& findings) {
  const auto in_sync = number_of(topic.found, "min.insync.replicas");
  if (topic.found.replicas < 2 || !in_sync || *in_sync >= kInSyncReplicasMin) return;
  const std::string text = "topic " + topic.wanted.name +
                           ": what is acknowledged may stand on one broker alone, and be lost with "
                           "it (min.insync.replicas is " +
                           std::to_string(*in_sync) + ")";
  if (topic.found.replicas < kReplicasForInSync) return tell(findings, text);
  change(findings,
         text + set_by(config, topic, "min.insync.replicas=" + std::to_string(kInSyncReplicasMin)));
}

void judge_replicas(const Config& config, const TopicFacts& topic, int32_t brokers,
                    Findings& findings) {
  if (topic.found.leaderless > 0)
    change(findings, "topic " + topic.wanted.name + ": " + std::to_string(topic.found.leaderless) +
                         " of " + std::to_string(topic.found.partitions) +
                         " partitions are led by no broker, and cannot be read or written. Start "
                         "the brokers that hold them");
  if (topic.found.replicas == 1 && brokers > 1)
    tell(findings, "topic " + topic.wanted.name + ": there is one copy of it on " +
                       std::to_string(brokers) + " brokers; the loss of one stops it");
  judge_in_sync(config, topic, findings);
}

std::string place_of(const TopicFacts& topic, size_t partition) {
  return "partition " + std::to_string(partition) + " of topic " + topic.wanted.name;
}

// What the log has of a partition against what the data directory has read of it.
void judge_partition(const std::string& place, const kafka::PartitionEnds& ends, Offset restart,
                     Offset read, Findings& findings) {
  if (read < ends.first) {
    change(findings, place + " begins at offset " + std::to_string(ends.first.value()) +
                         ", and it was read up to " + std::to_string(read.value()) + ": " +
                         std::to_string(ends.first.value() - read.value()) +
                         " offsets were deleted unread, by retention or by hand. What they held "
                         "is lost. Raise retention.ms; log.on_gap = \"skip\" goes on behind the "
                         "gap");
  } else if (restart < ends.first) {
    change(findings, place + " begins at offset " + std::to_string(ends.first.value()) +
                         ", and a start computes again from " + std::to_string(restart.value()) +
                         " on, where the last snapshot ends. Put a copy of the data directory "
                         "back, or begin anew");
  }
  if (read > ends.end)
    change(findings, place + " ends at offset " + std::to_string(ends.end.value()) +
                         ", and it was read up to " + std::to_string(read.value()) +
                         ": it was made anew, or its brokers lost records. Another data directory "
                         "belongs to this topic");
}

}  // namespace

void judge_topics(const Config& config, const std::vector<TopicFacts>& topics, int32_t brokers,
                  Findings& findings) {
  const kafka::TopicNames in = kafka_topics(config);
  const kafka::OutputTopicNames out = kafka_output_topics(config);
  for (const TopicFacts& topic : topics) {
    const std::string& name = topic.wanted.name;
    if (topic.found.partitions == 0) {
      change(findings, "topic " + name + " is missing. Make it by: potik topics create");
      continue;
    }
    judge_policy(config, topic, findings);
    if (name == in.events) judge_retention(config, topic, findings);
    if (name == in.users || name == in.videos) judge_lag(config, topic, findings);
    judge_size(config, topic, findings);
    judge_replicas(config, topic, brokers, findings);
    if ((name == out.progress || name == out.rows) && topic.found.partitions != 1)
      change(findings, "topic " + name + " has " + std::to_string(topic.found.partitions) +
                           " partitions, and " +
                           (name == out.rows ? "epochs have one order in it"
                                             : "the mark is read from the first alone") +
                           ". Delete it while nothing runs, and make it by: potik topics create");
  }
}

void judge_cluster(const Config& config, const kafka::ClusterState& cluster, Findings& findings) {
  const auto most_ms = number_of({.settings = cluster.settings}, "transaction.max.timeout.ms");
  if (!config.kafka.publish || !most_ms || config.kafka.transaction_timeout_ms <= *most_ms) return;
  change(findings, "kafka.transaction_timeout_ms is " +
                       std::to_string(config.kafka.transaction_timeout_ms) +
                       ", and the brokers allow " + std::to_string(*most_ms) +
                       " (transaction.max.timeout.ms): they refuse to publish. Lower the first or "
                       "raise the second");
}

void judge_transactions(const Config& config, const std::vector<HeldBack>& held,
                        Findings& findings) {
  for (const HeldBack& each : held)
    change(findings, "partition " + std::to_string(each.partition) + " of topic " + each.topic +
                         ": readers of committed records stand at offset " +
                         std::to_string(each.committed.value()) + ", " +
                         std::to_string(each.end.value() - each.committed.value()) +
                         " before its end, because a transaction is open. Of a process that is "
                         "gone the brokers end it after its time-out (Potik's: " +
                         duration_text(config.kafka.transaction_timeout_ms) +
                         "); who holds others is told by: kafka-transactions --bootstrap-server " +
                         config.kafka.brokers + " list");
}

void judge_directory(const Config& config, const DirectoryFacts& directory,
                     const std::vector<TopicFacts>& inputs, Epoch published, Findings& findings) {
  const auto count = [&](size_t topic) {
    return static_cast<uint16_t>(inputs[topic].found.partitions);
  };
  const std::string text =
      layout_text(config, {.events = count(0), .users = count(1), .videos = count(2)});
  if (!directory.layout.empty() && directory.layout != text) {
    change(findings, layout_changed(config, directory.layout, text));
    return;  // the offsets are those of other partitions
  }
  std::string unfit =
      config.kafka.publish
          ? pipeline::outputs_do_not_fit(
                published, {directory.snapshot, directory.journaled, directory.published_before})
          : std::string();
  if (!unfit.empty()) change(findings, std::move(unfit));
  if (config.kafka.publish && published == Epoch(0) && !directory.published_before &&
      directory.journaled > Epoch(0))
    tell(findings, "nothing was published under the name " + config.kafka.name +
                       " yet: what the data directory computed before is not in the topics");
  if (directory.journaled == Epoch(0)) return;  // a new one begins where the log begins
  const auto offset_in = [](const std::vector<Offset>& offsets, size_t index) {
    return index < offsets.size() ? offsets[index] : Offset(0);
  };
  size_t index = 0;
  for (const TopicFacts& topic : inputs) {
    for (size_t p = 0; p < topic.ends.size(); ++p)
      judge_partition(place_of(topic, p), topic.ends[p],
                      offset_in(directory.snapshot_ends, index + p),
                      offset_in(directory.journaled_ends, index + p), findings);
    index += static_cast<size_t>(topic.found.partitions);
  }
}

}  // namespace potik::app
