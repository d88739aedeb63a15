// `potik doctor`: asks brokers, Redis and data directory, and prints what doctor.h makes of the
// answers.

#include <signal.h>

#include <chrono>
#include <filesystem>
#include <iostream>
#include <optional>
#include <thread>
#include <utility>

#include "adapters/kafka/read_mark.h"
#include "adapters/rocksdb/rocksdb_epoch_journal.h"
#include "adapters/rocksdb/rocksdb_snapshot_store.h"
#include "app/commands.h"
#include "app/data_dir.h"
#include "app/doctor.h"
#include "app/kafka_cluster.h"
#include "app/shared_lists.h"
#include "pipeline/published_mark.h"

namespace potik::app {
namespace {

// Ours are open for milliseconds; what stands still for longer holds readers back.
constexpr std::chrono::seconds kTransactionPatience{3};
constexpr std::chrono::milliseconds kLook{250};

struct Cluster {
  kafka::ClusterState state;
  std::vector<TopicFacts> topics;  // events, users and videos first
};
constexpr size_t kInputs = 3;

// Those that are read or written as things are set.
std::vector<kafka::TopicSpec> topics_used(const Config& config) {
  auto specs = topic_specs(config, {});
  if (!config.kafka.publish) specs.resize(kInputs);
  const kafka::OutputTopicNames written = kafka_written_topics(config);
  const kafka::OutputTopicNames all = kafka_output_topics(config);
  std::erase_if(specs, [&](const kafka::TopicSpec& spec) {
    return (spec.name == all.enriched && written.enriched.empty()) ||
           (spec.name == all.rows && written.rows.empty());
  });
  return specs;
}

Result<Cluster, std::string> ask_cluster(const Config& config, const kafka::ClientOptions& client) {
  auto state = kafka::describe_cluster(client);
  if (!state)
    return Error{state.error() +
                 ". Does a broker run there? kafka.brokers names it; where it wants to know who "
                 "asks, or encryption, kafka.properties_file says how"};
  Cluster cluster{std::move(state).value(), {}};
  auto specs = topics_used(config);
  std::vector<std::string> names;
  for (const kafka::TopicSpec& spec : specs) names.push_back(spec.name);
  auto found = kafka::describe_topics(client, names);
  if (!found) return Error{found.error()};
  for (size_t i = 0; i < specs.size(); ++i) {
    TopicFacts topic{std::move(specs[i]), std::move((*found)[i]), {}};
    if (topic.found.partitions > 0 && topic.found.leaderless == 0) {
      auto ends = kafka::look_up_ends(client, topic.wanted.name, topic.found.partitions);
      if (!ends) return Error{ends.error()};
      topic.ends = std::move(ends).value();
    }
    cluster.topics.push_back(std::move(topic));
  }
  return cluster;
}

std::vector<HeldBack> held_back_in(const std::vector<TopicFacts>& topics) {
  std::vector<HeldBack> held;
  for (const TopicFacts& topic : topics) {
    for (size_t p = 0; p < topic.ends.size(); ++p) {
      const kafka::PartitionEnds& ends = topic.ends[p];
      if (ends.committed < ends.end)
        held.push_back({topic.wanted.name, static_cast<int32_t>(p), ends.committed, ends.end});
    }
  }
  return held;
}

// Drops those whose readers have moved meanwhile.
void look_again(const kafka::ClientOptions& client, std::vector<HeldBack>& held) {
  std::erase_if(held, [&](HeldBack& each) {
    const auto ends = kafka::look_up_ends(client, each.topic, each.partition + 1);
    if (!ends) return false;
    const kafka::PartitionEnds& now = ends->back();
    each.end = now.end;
    return now.committed != each.committed || now.committed >= now.end;
  });
}

std::vector<HeldBack> find_held_back(const kafka::ClientOptions& client,
                                     const std::vector<TopicFacts>& topics) {
  std::vector<HeldBack> held = held_back_in(topics);
  const auto deadline = std::chrono::steady_clock::now() + kTransactionPatience;
  while (!held.empty() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(kLook);
    look_again(client, held);
  }
  return held;
}

// What the journal says of an epoch's end; nothing before the first.
Result<std::vector<Offset>, std::string> ends_of(const pipeline::EpochJournal& journal,
                                                 Epoch epoch) {
  std::vector<Offset> ends;
  const auto read = journal.read(epoch, [&](const pipeline::EpochEntry& entry, const auto&) {
    if (entry.epoch == epoch) ends = entry.ends;
    return false;
  });
  if (!read) return Error{"the journal cannot be read: " + std::string(phrase(read.error()))};
  return ends;
}

// A journal that was used has the fact pinned, so that asking for it sets nothing.
Result<DirectoryFacts, std::string> ask_directory(const Config& config) {
  DirectoryFacts facts;
  std::error_code ignored;
  if (!std::filesystem::exists(config.data_dir + "/journal", ignored)) return facts;
  const auto journal = rocksdb::open_epoch_journal(config.data_dir + "/journal", {});
  if (!journal) return Error{journal.error()};
  const auto last = (*journal)->last();
  if (!last) return facts;
  if (!(*journal)->pin("layout", "unknown", facts.layout))
    return Error{std::string("the journal cannot be read; check the disk")};
  const auto published = pipeline::was_published(**journal, config.kafka.name);
  facts.published_before = published.ok() && published.value();
  facts.journaled = last->epoch;
  facts.journaled_ends = last->ends;
  const auto snapshots = rocksdb::open_snapshot_store(config.data_dir + "/snapshot", {});
  if (!snapshots) return Error{snapshots.error()};
  facts.snapshot = (*snapshots)->epoch();
  auto ends = ends_of(**journal, facts.snapshot);
  if (!ends) return Error{ends.error()};
  facts.snapshot_ends = std::move(ends).value();
  return facts;
}

void examine_directory(const Config& config, const kafka::ClientOptions& client,
                       const Cluster& cluster, Findings& findings) {
  const auto server = find_server(config);
  if (server) {
    findings.push_back(
        {false, "a server runs on " + config.data_dir + " (process " + std::to_string(server->pid) +
                    "): how far it is was not looked at. Its /metrics and /readyz say so"});
    return;
  }
  const std::vector<TopicFacts> inputs(cluster.topics.begin(), cluster.topics.begin() + kInputs);
  for (const TopicFacts& topic : inputs) {
    if (topic.found.partitions == 0) return;
  }
  Epoch published(0);
  if (config.kafka.publish && cluster.topics.back().found.partitions > 0) {
    const auto mark =
        kafka::read_mark(client, kafka_output_topics(config).progress, config.kafka.name);
    if (mark) published = mark->epoch;
    if (!mark) findings.push_back({true, mark.error()});
  }
  const auto directory = ask_directory(config);
  if (directory) {
    judge_directory(config, *directory, inputs, published, findings);
  } else {
    findings.push_back({true, directory.error()});
  }
}

int report(const Findings& findings) {
  size_t to_change = 0;
  for (const Finding& finding : findings) {
    to_change += finding.to_change ? 1 : 0;
    std::cout << (finding.to_change ? "change: " : "note:   ") << finding.text << '\n';
  }
  if (to_change == 0) {
    std::cout << "healthy\n";
  } else {
    std::cout << to_change << " to change\n";
  }
  return to_change == 0 ? 0 : 1;
}

void examine_redis(const Config& config, Findings& findings) {
  signal(SIGPIPE, SIG_IGN);  // as adapters/redis wants it
  const redis::Options options = redis_options(config.shared_cache);
  std::cout << "Redis at " << name_of(options.server) << ", keys " << options.prefix << "*\n";
  const auto server = redis::look_at_server(options);
  if (!server) {
    const std::string end = server.error().ends_with('.') ? "" : ".";
    findings.push_back(
        {true, server.error() + end + " Does it run there? cache.redis_url names it"});
    return;
  }
  judge_redis(config, *server, findings);
}

int examine_kafka(const Config& config, Findings findings) {
  std::cout << "Kafka at " << config.kafka.brokers << ", topics " << config.kafka.topic_prefix
            << "*, data directory " << config.data_dir << '\n';
  const auto client = kafka_client(config);
  if (!client) {
    findings.push_back({true, client.error()});
    return report(findings);
  }
  const auto cluster = ask_cluster(config, *client);
  if (!cluster) {
    findings.push_back({true, cluster.error()});
    return report(findings);
  }
  judge_cluster(config, cluster->state, findings);
  judge_topics(config, cluster->topics, cluster->state.brokers, findings);
  judge_transactions(config, find_held_back(*client, cluster->topics), findings);
  examine_directory(config, *client, *cluster, findings);
  return report(findings);
}

}  // namespace

int doctor(const Config& config) {
  // Whoever names brokers wants them looked at.
  const bool named = config.kafka.brokers != KafkaConfig().brokers;
  Findings findings;
  if (config.shared_cache.is_redis()) examine_redis(config, findings);
  if (config.log.kind == "kafka" || named) return examine_kafka(config, std::move(findings));
  if (config.shared_cache.is_redis()) return report(findings);
  std::cout << "log.kind is \"" << config.log.kind
            << "\": the event log is in the data directory, and no cluster is checked. For one say "
               "--set kafka.brokers=HOST:PORT\n";
  return 0;
}

}  // namespace potik::app
